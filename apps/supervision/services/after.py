"""Writes that follow a locked note: how a next step ended, an addendum, and its reading. Appended and signed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import require
from apps.organizations.models import Person
from apps.signing.choices import Meaning
from apps.signing.services import sign
from apps.supervision.choices import AddendumKind
from apps.supervision.models import (
    ADDENDUM,
    CLOSURE,
    Addendum,
    AddendumReview,
    NextStep,
    StepClosure,
    SupervisionNote,
    SupervisionPlan,
)
from apps.supervision.selectors import credential_text, day_of, role_text
from apps.supervision.services.details import tidy
from apps.supervision.services.versions import NoteMovedOn, lock


def _who(actor: Actor, plan: SupervisionPlan) -> Person:
    """Which of the two people of a plan the actor is."""
    for person in (plan.specialist, plan.supervisor):
        if person.user_id is not None and person.user_id == actor.user_id:
            return person
    if actor.system:
        return plan.specialist
    raise PermissionDenied


def _signed(record: Any, content: Any, person: Person, **kwargs: Any) -> Any:
    day = day_of(kwargs.pop("plan"))
    return sign(
        record=record,
        content=content,
        person=person,
        role=role_text(person, person.organization),
        credential=credential_text(person, day),
        **kwargs,
    )


@transaction.atomic
def close_step(
    *,
    step: NextStep,
    actor: Actor,
    done_on: date,
    evidence: str,
    method: str,
    at: datetime | None = None,
) -> StepClosure:
    """Say how a next step ended, with what shows it, and sign that. Either of the two people may.

    Raises NoteMovedOn where it has ended already, PermissionDenied, or ValidationError by field.
    """
    require(actor, "close", step)
    note = lock(step.note)
    if StepClosure.objects.filter(step=step).exists():
        raise NoteMovedOn(_("This step has been ended in the meantime. Nothing was changed."))
    evidence = tidy(evidence)
    if not evidence:
        raise ValidationError({"evidence": _("Say what shows that it is done, or why it is no longer needed.")})
    if done_on > day_of(note.plan):
        raise ValidationError({"done_on": _("That day is still to come.")})
    if done_on < note.session.held_on:
        raise ValidationError({"done_on": _("That day is before the step was agreed.")})
    row = StepClosure(organization_id=note.organization_id, step=step, done_on=done_on, evidence=evidence)
    row.signature = _signed(
        step,
        row.as_signed(),
        _who(actor, note.plan),
        plan=note.plan,
        kind=CLOSURE,
        version=1,
        meaning=Meaning.ATTESTED,
        actor=actor,
        method=method,
        at=at,
    )
    row.save()
    return row


@transaction.atomic
def add_addendum(
    *,
    note: SupervisionNote,
    actor: Actor,
    text: str,
    method: str,
    minutes: int | None = None,
    kind: str = AddendumKind.ADDENDUM,
    at: datetime | None = None,
) -> Addendum:
    """Add something to a locked note and sign it; the other of its two people reads and signs it in turn.

    `minutes` is how long the session really was: it counts once the other has signed. Raises PermissionDenied, or
    ValidationError by field.
    """
    require(actor, "add_to", note)
    note = lock(note)
    text = tidy(text)
    if not text:
        raise ValidationError({"text": _("Write what is to be added.")})
    if minutes is not None and not 5 <= minutes <= 720:
        raise ValidationError({"minutes": _("Write minutes between 5 and 720.")})
    person = _who(actor, note.plan)
    row = Addendum(
        organization_id=note.organization_id,
        note=note,
        number=note.addenda.count() + 1,
        kind=AddendumKind(kind),
        text=text,
        minutes=minutes,
        author=person,
    )
    row.signature = _signed(
        note,
        row.as_signed(),
        person,
        plan=note.plan,
        kind=ADDENDUM,
        version=row.number,
        meaning=Meaning.AUTHOR,
        actor=actor,
        method=method,
        at=at,
    )
    row.save()
    return row


@transaction.atomic
def review_addendum(*, addendum: Addendum, actor: Actor, method: str, at: datetime | None = None) -> AddendumReview:
    """Sign an addendum that the other wrote. Nobody reviews their own; a second time gives the first one's answer.

    Raises PermissionDenied.
    """
    require(actor, "review", addendum)
    note = lock(addendum.note)
    standing = AddendumReview.objects.filter(addendum=addendum).first()
    if standing is not None:
        return standing
    plan = note.plan
    person = plan.supervisor if addendum.author_id == plan.specialist_id else plan.specialist
    if addendum.author.user_id == person.user_id or not (actor.system or person.user_id == actor.user_id):
        raise PermissionDenied
    signature = _signed(
        note,
        addendum.as_signed(),
        person,
        plan=plan,
        kind=ADDENDUM,
        version=addendum.number,
        meaning=Meaning.REVIEWED,
        actor=actor,
        method=method,
        at=at,
    )
    return AddendumReview.objects.create(
        organization_id=note.organization_id, addendum=addendum, note=note, number=addendum.number, signature=signature
    )
