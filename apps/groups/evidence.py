"""Groups led, as usual or in another's place, as evidence of peer support work for a certification."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.certifications.registry import Evidence, EvidenceKind, Unit
from apps.groups.choices import SessionState
from apps.groups.models import GroupFacilitator, SessionLeader

HOUR = Decimal(3600)


def hours_led(people: Sequence[int], day: date) -> Iterable[tuple[int, Evidence]]:
    """The hours of sessions that took place until a day and that these people led, in another's place or as usual.

    One query.
    """
    took_place = {
        "state__in": [SessionState.PLANNED, SessionState.HELD],
        "on__lte": day,
        "ends_at__lte": timezone.now(),
    }
    somebody_else = SessionLeader.objects.filter(
        session=OuterRef("group__sessions__pk"), instead_of=OuterRef("person_id"), ended_at__isnull=True
    )
    usual = GroupFacilitator.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=F("group__sessions__on")),
        ~Exists(somebody_else),
        person_id__in=people,
        group__sessions__on__gte=F("starts_on"),
        **{f"group__sessions__{name}": value for name, value in took_place.items()},
    )
    replaced = SessionLeader.objects.filter(
        session=OuterRef("session_id"), instead_of=OuterRef("person_id"), ended_at__isnull=True
    )
    instead = SessionLeader.objects.filter(
        ~Exists(replaced),
        person_id__in=people,
        ended_at__isnull=True,
        **{f"session__{name}": value for name, value in took_place.items()},
    )
    columns = ("pk", "on", "starts_at", "ends_at")
    rows = (
        usual.order_by()
        .values_list("person_id", *(F(f"group__sessions__{name}") for name in columns))
        .union(instead.order_by().values_list("person_id", *(F(f"session__{name}") for name in columns)))
    )
    label = _("Group led")
    for person, session, on, starts, ends in sorted(rows, key=lambda row: (row[2], row[1], row[0])):
        hours = Decimal(int((ends - starts).total_seconds())) / HOUR
        yield person, Evidence(EvidenceKind.WORK, hours, Unit.HOURS, "", on, on, label, f"groups.session:{session}")
