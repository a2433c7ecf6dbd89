"""Groups led, as evidence of peer support work for a certification."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.certifications.registry import Evidence, EvidenceKind, Unit
from apps.groups.choices import SessionState
from apps.groups.models import GroupFacilitator

HOUR = Decimal(3600)


def hours_led(people: Sequence[int], day: date) -> Iterable[tuple[int, Evidence]]:
    """The hours of sessions that took place until a day while these people led the group. One query."""
    rows = GroupFacilitator.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=F("group__sessions__on")),
        person_id__in=people,
        group__sessions__state=SessionState.PLANNED,
        group__sessions__on__lte=day,
        group__sessions__on__gte=F("starts_on"),
        group__sessions__ends_at__lte=timezone.now(),
    ).order_by("group__sessions__on", "group__sessions__pk")
    label, seen = _("Group led"), set()
    for person, session, on, starts, ends in rows.values_list(
        "person_id", "group__sessions__pk", "group__sessions__on", "group__sessions__starts_at",
        "group__sessions__ends_at",
    ):  # fmt: skip
        if (person, session) in seen:  # two overlapping spans of leading the same group
            continue
        seen.add((person, session))
        hours = Decimal(int((ends - starts).total_seconds())) / HOUR
        yield person, Evidence(EvidenceKind.WORK, hours, Unit.HOURS, "", on, on, label, f"groups.session:{session}")
