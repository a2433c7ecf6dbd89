"""Supervision received, as evidence for a certification: what both sides signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.certifications.registry import Evidence, EvidenceKind, Unit
from apps.organizations.models import Person
from apps.supervision.choices import NoteState
from apps.supervision.models import SupervisionNote, SupervisionPlan

SIXTY = Decimal(60)


def signed_hours(people: Sequence[int], day: date) -> Iterable[tuple[int, Evidence]]:
    """The hours of signed supervision of these people until a day, session by session. One query."""
    rows = SupervisionNote.objects.filter(
        state=NoteState.SIGNED, frozen__specialist_id__in=people, frozen__held_on__lte=day
    ).order_by("frozen__held_on", "pk")
    label = _("Signed supervision")
    for person, session, on, minutes in rows.values_list(
        "frozen__specialist_id", "session_id", "frozen__held_on", "frozen__minutes"
    ):
        hours = Decimal(minutes) / SIXTY
        yield (
            person,
            Evidence(EvidenceKind.SUPERVISION, hours, Unit.HOURS, "", on, on, label, f"supervision.session:{session}"),
        )


def supervises(user_id: int, person: Person, day: date) -> bool:
    """Whether this user supervises this person on a day, by the plan."""
    plans = SupervisionPlan.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
    return plans.filter(specialist=person, supervisor__user_id=user_id).exists()
