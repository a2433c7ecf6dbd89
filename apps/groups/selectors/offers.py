"""Offers of a place: who must hear of one, and what a message behind one says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Exists, F, QuerySet
from django.db.models.functions import Now

from apps.groups.choices import EntryState
from apps.groups.models import WaitlistEntry
from apps.kit.occurrences import key_in, occurrence_of

_SALT = "groups.offer"


def offer_token(entry: WaitlistEntry) -> str:
    """What the link in a message about an offer carries: nothing but the offer, signed."""
    return signing.Signer(salt=_SALT).sign(entry.public_id.hex).replace(":", ".")


def entry_of_token(token: str) -> WaitlistEntry | None:
    """The offer of such a link in this scope, or None where the link is not ours, is elsewhere's, or never was one."""
    try:
        public_id = signing.Signer(salt=_SALT).unsign(token.replace(".", ":", 1))
    except signing.BadSignature:
        return None
    rows = WaitlistEntry.objects.filter(public_id=public_id, offered_at__isnull=False)
    return rows.select_related("group__location", "person").first()


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
            occurrence=occurrence_of("offer", "pk"),
            due_at=F("offered_at"),
            useful_until=F("offer_until"),
            zone=F("group__location__zone"),
        )
        .values("organization_id", "person_id", "occurrence", "due_at", "useful_until", "zone")
    )


def no_longer_offered() -> Any:
    """True for ledger rows whose offer was answered, ended or taken back."""
    return ~Exists(standing_offers().filter(pk=key_in()))


def offers_behind(occurrences: Iterable[str]) -> dict[str, WaitlistEntry]:
    """The standing offers that these occurrences speak of. One query."""
    keys = {}
    for name in occurrences:
        kind, _colon, pk = name.partition(":")
        if kind == "offer" and pk.isdigit():
            keys[int(pk)] = name
    rows = standing_offers().filter(pk__in=keys).select_related("group__location")
    return {keys[row.pk]: row for row in rows}
