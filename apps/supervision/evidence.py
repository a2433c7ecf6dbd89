"""Supervision received, as evidence for a certification: what both sides signed. The one truth on signed hours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.certifications.registry import Evidence, EvidenceKind, Unit
from apps.supervision.choices import NoteState
from apps.supervision.models import Addendum, SupervisionNote, SupervisionPlan

SIXTY = Decimal(60)


def signed_rows() -> QuerySet[SupervisionNote, dict[str, Any]]:
    """Each locked own part once: `specialist`, `supervisor`, `session`, `on`, `mode`, `place`, `form`, `counted`.

    `counted` are minutes as signed, or as the last addendum says that both signed. Whole, without bars: for counting.
    """
    corrected = Addendum.objects.filter(note=OuterRef("pk"), minutes__isnull=False, review__isnull=False)
    return (
        SupervisionNote.objects.filter(state=NoteState.SIGNED)
        .annotate(counted=Coalesce(Subquery(corrected.order_by("-number").values("minutes")[:1]), F("frozen__minutes")))
        .order_by("frozen__held_on", "pk")
        .values(
            "counted",
            specialist=F("frozen__specialist_id"),
            supervisor=F("frozen__supervisor_id"),
            session_key=F("session_id"),
            on=F("frozen__held_on"),
            mode=F("frozen__mode"),
            place=F("frozen__place"),
            form=F("frozen__form"),
        )
    )


def signed_hours(people: Sequence[int], day: date) -> Iterable[tuple[int, Evidence]]:
    """The hours of signed supervision of these people until a day, session by session. One query."""
    label = _("Signed supervision")
    for row in signed_rows().filter(frozen__specialist_id__in=people, frozen__held_on__lte=day):
        hours, on = Decimal(row["counted"]) / SIXTY, row["on"]
        key = f"supervision.session:{row['session_key']}"
        yield row["specialist"], Evidence(EvidenceKind.SUPERVISION, hours, Unit.HOURS, "", on, on, label, key)


def supervised(user_id: int, day: date) -> Iterable[int]:
    """Whom this user supervises on a day, by the plans. One query."""
    plans = SupervisionPlan.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
    return plans.filter(supervisor__user_id=user_id).values_list("specialist_id", flat=True)
