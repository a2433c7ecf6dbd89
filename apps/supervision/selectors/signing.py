"""Who may sign a note today, as whom, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.compiled import CompiledQuery
from apps.access.policy import visible_to
from apps.certifications import selectors as certifications
from apps.kit.dates import format_day
from apps.organizations.models import Person
from apps.organizations.selectors import away_on
from apps.signing.registry import ERASED
from apps.supervision.choices import NoteState
from apps.supervision.models import (
    LATE_AFTER,
    Addendum,
    NextStep,
    PrivatePart,
    SigningRules,
    StepClosure,
    SupervisionNote,
    SupervisionPlan,
)


def signing_rules(organization_id: int) -> SigningRules:
    """The rules of signing of an organization: its row, or what holds without one."""
    found = SigningRules.objects.filter(organization_id=organization_id).first()
    return found or SigningRules(organization_id=organization_id, late_after=LATE_AFTER)


def day_of(plan: SupervisionPlan) -> date:
    """The day that the calendar on the organization's wall shows."""
    return timezone.localdate(timezone=ZoneInfo(str(plan.organization.zone)))


def signer_for(actor: Actor, plan: SupervisionPlan) -> Person | None:
    """As whom the actor signs as supervisor today: the plan's supervisor, or who covers while they are away."""
    if actor.system or plan.supervisor.user_id == actor.user_id:
        return plan.supervisor
    if actor.user_id is None:
        return None
    away = away_on(day_of(plan)).filter(person_id=plan.supervisor_id, covered_by__user_id=actor.user_id).first()
    return away.covered_by if away else None


def why_not_sign(person: Person, plan: SupervisionPlan) -> list[str]:
    """Why this person can't sign under this plan today, in words for them; empty where nothing stands against it."""
    day, rules, told = day_of(plan), signing_rules(plan.organization_id), []
    if person.user_id is not None and person.user_id == plan.specialist.user_id:
        told.append(_("It is your own supervision. Somebody else signs it as supervisor."))
    if rules.needs_certification and not certifications.valid_on(person.pk, day).exists():
        lapsed = certifications.lapsed_of(person.pk, day)
        if lapsed is not None and lapsed.expires_on is not None:
            words = _("Who signs here must be certified that day. Yours ended on %(day)s.")
            told.append(words % {"day": format_day(lapsed.expires_on, style="dated")})
        else:
            told.append(_("Who signs here must be certified that day, and no certification of yours holds today."))
    if rules.two_tiers and not _plans_on(day).filter(specialist=person).exists():
        told.append(_("Who signs here is supervised too, and no plan says who supervises you today."))
    return told


def _plans_on(day: date) -> QuerySet[SupervisionPlan]:
    return SupervisionPlan.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


def to_co_sign(actor: Actor) -> QuerySet[SupervisionNote]:
    """Locked notes that wait for the actor's co-signature, the longest first."""
    rows = visible_to(SupervisionNote, actor, "co_sign").filter(co_signature__isnull=True)
    return rows.select_related("session__plan__specialist", "session__plan__supervisor").order_by("signed_at", "pk")


# asked for the frame of many pages, so its SQL is made once; who is in a plan sees it, but for a private rule
_clinical_plans = CompiledQuery(
    lambda user_id: (
        SupervisionPlan.objects.filter(clinical_supervisor__user_id=user_id)
        .order_by()
        .values_list("specialist_id", "supervisor_id", "clinical_supervisor_id")
        .distinct()
    )
)


def supervises_clinically(actor: Actor) -> bool:
    """Whether the actor is the clinical or second supervisor in a plan, and so reads its notes, whatever their role."""
    if actor.user_id is None:
        return False
    closed = set(actor.closed_persons)
    return any(closed.isdisjoint(people) for people in _clinical_plans.rows(user_id=actor.user_id))


def open_steps(plan: SupervisionPlan, before: SupervisionNote | None = None) -> QuerySet[NextStep]:
    """Next steps of locked notes with this specialist that nobody has ended, the earliest due first."""
    rows = NextStep.objects.filter(note__session__plan__specialist_id=plan.specialist_id, closure__isnull=True)
    if before is not None:
        rows = rows.exclude(note=before)
    return rows.select_related("owner", "note__session").order_by("due_on", "pk")


def is_late(note: SupervisionNote, rules: SigningRules, now: datetime) -> bool:
    """Whether a note was signed, or still waits, later after its first submission than the rule says."""
    if note.first_submitted_at is None or note.state == NoteState.RETURNED:
        return False
    return (note.signed_at or now) > note.first_submitted_at + timedelta(days=rules.late_after)


# ---- what signatures on these rows signed, as the rows say it now
def addendum_contents(wanted: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], Any]:
    """Of addenda, by (note id, number). One query."""
    pairs = set(wanted)
    rows = Addendum.objects.filter(note_id__in={note for note, _number in pairs})
    return {(row.note_id, row.number): _live(row) for row in rows.iterator() if (row.note_id, row.number) in pairs}


def closure_contents(wanted: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], Any]:
    """Of ends of next steps, by (step id, 1). One query."""
    rows = StepClosure.objects.filter(step_id__in={step for step, _version in wanted}).select_related("step")
    return {(row.step_id, row.version): _live(row) for row in rows.iterator()}


def private_contents(wanted: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], Any]:
    """Of private parts, by (note id, version). One query."""
    rows = PrivatePart.objects.filter(note_id__in={note for note, _version in wanted})
    return {(row.note_id, row.version): _live(row) for row in rows.iterator()}


def _live(row: Any) -> Any:
    return ERASED if row.erased_at is not None else row.as_signed()
