"""Offers of a place: who must hear of one, and what a message behind one says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, CharField, Exists, F, Func, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat, Now

from apps.groups.choices import EntryState
from apps.groups.models import WaitlistEntry


def standing_offers() -> QuerySet[WaitlistEntry]:
    """Offers that can be taken now."""
    return WaitlistEntry.objects.filter(state=EntryState.OFFERED, offer_until__gt=Now())


def offers_between(since: datetime, until: datetime) -> QuerySet[Any, Any]:
    """A row for each offer made between two instants that stands, as `outreach.registry.Source` takes them."""
    return (
        standing_offers()
        .filter(offered_at__gt=since, offered_at__lte=until)
        .order_by()
        .annotate(
            occurrence=Concat(Value("offer:"), Cast("pk", CharField()), output_field=CharField()),
            due_at=F("offered_at"),
            useful_until=F("offer_until"),
            zone=F("group__location__zone"),
        )
        .values("organization_id", "person_id", "occurrence", "due_at", "useful_until", "zone")
    )


def no_longer_offered() -> Any:
    """True for ledger rows whose offer was answered, ended or taken back."""
    key = Func(OuterRef("occurrence"), Value(":"), Value(2), function="split_part", output_field=CharField())
    return ~Exists(standing_offers().filter(pk=Cast(key, BigIntegerField())))


def offers_behind(occurrences: Iterable[str]) -> dict[str, WaitlistEntry]:
    """The standing offers that these occurrences speak of. One query."""
    keys = {}
    for name in occurrences:
        kind, _colon, pk = name.partition(":")
        if kind == "offer" and pk.isdigit():
            keys[int(pk)] = name
    rows = standing_offers().filter(pk__in=keys).select_related("group__location")
    return {keys[row.pk]: row for row in rows}
