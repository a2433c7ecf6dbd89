"""Supervision received, as evidence for a certification: what both sides signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.certifications.registry import Evidence, EvidenceKind, Unit
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


def supervised(user_id: int, day: date) -> Iterable[int]:
    """Whom this user supervises on a day, by the plans. One query."""
    plans = SupervisionPlan.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
    return plans.filter(supervisor__user_id=user_id).values_list("specialist_id", flat=True)
