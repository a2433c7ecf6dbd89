"""Writes about training: courses, what people enter and who confirms it, ratings of competencies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may_add, require
from apps.certifications import selectors
from apps.certifications.choices import EntryState
from apps.certifications.facts import Unit
from apps.certifications.models import CompetencyRating, Course, CourseModule, EvidenceDocument, EvidenceEntry
from apps.certifications.registry import rated_people
from apps.certifications.services.documents import store_upload
from apps.organizations.models import Person


@transaction.atomic
def add_course(*, actor: Actor, organization_id: int, **values: Any) -> Course:
    """Add a course. Raises PermissionDenied, or ValidationError by field."""
    if not may_add(actor, Course):
        raise PermissionDenied
    row = Course(organization_id=organization_id, **values)
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def change_course(*, course: Course, actor: Actor, **values: Any) -> Course:
    """Change a course's name or who gives it. What it counts for stays. Raises PermissionDenied or ValidationError."""
    require(actor, "change", course)
    row = Course.objects.select_for_update().get(pk=course.pk)
    for name in ("hours", "live_hours", "topic", "counts_as"):
        if name in values and values[name] != getattr(row, name):
            raise ValidationError({name: _("What a course counts for stays. Put it away and add another one.")})
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def add_module(*, course: Course, actor: Actor, **values: Any) -> CourseModule:
    """Add a module to a course that nobody completed yet. Raises PermissionDenied, or ValidationError by field."""
    require(actor, "change", course)
    locked = Course.objects.select_for_update().get(pk=course.pk)
    if locked.completions.exists():
        raise ValidationError(_("Somebody completed this course. Put it away and add another one."))
    row = CourseModule(organization_id=locked.organization_id, course=locked, **values)
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def archive_course(*, course: Course, actor: Actor) -> None:
    """Put a course away: nobody completes it any more, and what was completed stays. Twice is harmless."""
    require(actor, "change", course)
    Course.objects.filter(pk=course.pk, archived_at__isnull=True).update(archived_at=timezone.now())


@transaction.atomic
def enter_evidence(
    *, actor: Actor, person: Person, upload: UploadedFile | None = None, course: Course | None = None, **values: Any
) -> EvidenceEntry:
    """Enter something that a person did, with a document: they do so themself, or the office does.

    With a course it counts as the course does. It waits until somebody else confirms it; what the office enters for
    another person counts at once. Raises PermissionDenied, or ValidationError by field.
    """
    own = person.user_id is not None and person.user_id == actor.user_id
    if not (own and actor.can("hold_certification")) and not may_add(actor, EvidenceEntry):
        raise PermissionDenied
    if course is not None:
        course = Course.objects.select_for_update().get(pk=course.pk)
        values |= {"kind": course.counts_as, "title": course.name, "topic": course.topic, "unit": Unit.HOURS}
        values |= {"amount": course.hours, "live_amount": course.live_hours}
    row = EvidenceEntry(
        organization_id=person.organization_id, person=person, course=course, entered_by_id=actor.user_id, **values
    )
    row.full_clean()
    if row.ended_on > selectors.today_of(person.organization_id):
        raise ValidationError({"ended_on": _("This day is still to come.")})
    row.save()
    if upload is not None:
        document = EvidenceDocument(
            organization_id=person.organization_id,
            person=person,
            entry=row,
            kind="training" if course or row.kind in ("training", "continuing_education") else "hours",
            file=store_upload(upload=upload, actor=actor, organization_id=person.organization_id),
            added_by_id=actor.user_id,
        )
        document.full_clean()
        document.save()
    if not own:
        _decide(row, EntryState.CONFIRMED, actor)
    ensure_still_visible(actor, row)
    return row


@transaction.atomic
def decide_entry(*, entry: EvidenceEntry, actor: Actor, confirmed: bool) -> EvidenceEntry:
    """Confirm what somebody entered, or say that it does not count; also later, where a confirmed one was wrong.

    Nobody decides on their own. Raises PermissionDenied, or ValidationError where it was decided already.
    """
    require(actor, "decide", entry)
    row = EvidenceEntry.objects.select_for_update(of=("self",)).select_related("person").get(pk=entry.pk)
    if row.person.user_id is not None and row.person.user_id == actor.user_id:
        raise ValidationError(_("Somebody else confirms what you entered."))
    state = EntryState.CONFIRMED if confirmed else EntryState.REFUSED
    if row.state == state:
        return row
    if row.state == EntryState.REFUSED:
        raise ValidationError(_("It was decided in the meantime. Look again."))
    _decide(row, state, actor)
    return row


def _decide(row: EvidenceEntry, state: str, actor: Actor) -> None:
    row.state, row.decided_by_id, row.decided_at = state, actor.user_id, timezone.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])


@transaction.atomic
def rate_competencies(*, actor: Actor, person: Person, levels: Mapping[str, int]) -> list[CompetencyRating]:
    """Keep how somebody sees themself, or how their supervisor of today sees them. Earlier ratings stay.

    Only what differs from the last rating of that side is kept. Raises PermissionDenied, or ValidationError.
    """
    day: date = selectors.today_of(person.organization_id)
    own = person.user_id is not None and person.user_id == actor.user_id
    if not own and person.pk not in rated_people(actor.user_id, day):
        raise PermissionDenied
    last = selectors.ratings_of(person)
    rows: Iterable[CompetencyRating] = [
        CompetencyRating(
            organization_id=person.organization_id,
            person=person,
            competency=competency,
            level=level,
            by_self=own,
            rated_on=day,
            rated_by_id=actor.user_id,
        )
        for competency, level in levels.items()
        if getattr(last.get(competency, {}).get(own), "level", None) != level
    ]
    made = []
    for row in rows:
        row.full_clean()
        row.save()
        made.append(row)
    return made
