"""Erasing one client's record: which rows it takes in, from when on, and the blanking itself.

The blanking runs on the connection of the owner's login (`using`), for histories and signatures stand behind walls that
no running process can pass. Rows, keys and numbers stay, so that statistics and other people's records hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.apps import apps
from django.db import models
from django.db.models import Exists, F, Func, JSONField, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.text import capfirst

from apps.access.models import AccessLog
from apps.access.policy import identifying
from apps.accounts.models import User
from apps.clients.erasure_kinds import Erasable, erasables
from apps.clients.models import ClientRecord, FamilyLink
from apps.organizations.models import Membership, Person, StoredFile
from apps.organizations.models.organization import LEAST_RETENTION
from apps.organizations.registry import file_holders
from apps.signing.models import Signature
from apps.signing.sealing import Sealed

BATCH = 2_000


@dataclass(frozen=True)
class Part:
    """One kind of row in an erasure: how many, and how many of them must be ended first."""

    words: str
    rows: int
    blanked: bool
    open: int = 0


# ---- whom and what it is about
def persons_of(client: ClientRecord, using: str = "default") -> list[int]:
    """The keys of the Persons that go with a record: the client, and family known here through this record alone."""
    elsewhere = FamilyLink.objects.exclude(client=client).filter(person_id=OuterRef("pk"))
    family = Person.objects.filter(
        ~Exists(Membership.objects.filter(person_id=OuterRef("pk"))),
        ~Exists(ClientRecord.objects.filter(person_id=OuterRef("pk"))),
        ~Exists(elsewhere),
        pk__in=FamilyLink.objects.filter(client=client).values("person_id"),
    )
    return [client.person_id, *family.using(using).order_by("pk").values_list("pk", flat=True)]


def sign_ins_left(persons: Sequence[int]) -> QuerySet[User]:
    """The sign-ins of these Persons that lead nowhere else, in whatever organization. Needs a system scope."""
    others = Person.objects.filter(user_id=OuterRef("pk")).exclude(pk__in=persons)
    return User.objects.filter(
        ~Exists(others), is_operator=False, pk__in=Person.objects.filter(pk__in=persons).values("user_id")
    )


def files_about(persons: Sequence[int]) -> QuerySet[StoredFile]:
    """The files that rows about these Persons hold, and no other row."""
    about = others = Q(pk__in=())
    for holder, field in file_holders():
        held = holder._default_manager.filter(**{f"{field}__isnull": False})  # type: ignore[attr-defined]  # every model has one
        theirs = identifying(holder, persons)
        about |= Q(pk__in=held.filter(pk__in=theirs).order_by().values(field))
        others |= Q(pk__in=held.exclude(pk__in=theirs).order_by().values(field))
    return StoredFile.objects.filter(about).exclude(others)


def parts_of(client: ClientRecord) -> list[Part]:
    """What an erasure of this record takes in, kind by kind, as it is now."""
    persons, found = persons_of(client), []
    for kind in (kind for kind in erasables() if kind.told):
        rows = kind.of(persons)
        if count := rows.count():
            words = str(capfirst(kind.model._meta.verbose_name_plural))
            waiting = rows.filter(kind.open).count() if kind.open else 0
            found.append(Part(words, count, bool(kind.blanks or kind.signed_as), waiting))
    return found


def in_words(counts: Sequence[dict[str, Any]]) -> list[Part]:
    """What an erasure wrote down, in words."""
    found = []
    for one in counts:
        model = apps.get_model(one["kind"])
        blanked = any(kind.blanks or kind.signed_as for kind in erasables() if kind.model is model)
        found.append(Part(str(capfirst(model._meta.verbose_name_plural)), one["rows"], blanked))
    return found


def today_at(client: ClientRecord) -> date:
    """Today, where the organization is."""
    return timezone.now().astimezone(ZoneInfo(str(client.organization.zone))).date()


def erasable_from(client: ClientRecord, using: str = "default") -> date:
    """The first day on which the record may be erased: the organization's years after the last thing about it."""
    persons = persons_of(client, using)
    zone, last = ZoneInfo(str(client.organization.zone)), client.since
    for kind in erasables():
        rows = kind.of(persons).using(using)
        moments = {f"last_{n}": Max(moment) for n, moment in enumerate(kind.moments)}
        found = list(rows.aggregate(**moments).values()) if moments else []
        if kind.signed_as:
            found.append(_signatures(kind, persons, using).aggregate(last=Max("signed_at"))["last"])
        for moment in found:
            if moment is not None:
                last = max(last, moment.astimezone(zone).date() if isinstance(moment, datetime) else moment)
    return last + relativedelta(years=max(client.organization.retention_years, LEAST_RETENTION))


def is_open(client: ClientRecord, using: str = "default") -> bool:
    """Whether somebody must end something about this record first."""
    persons = persons_of(client, using)
    return any(kind.open and kind.of(persons).using(using).filter(kind.open).exists() for kind in erasables())


def _signatures(kind: Erasable, persons: Sequence[int], using: str) -> QuerySet[Signature]:
    rows = kind.of(persons).order_by().values("pk")
    return Signature.objects.using(using).filter(kind=kind.signed_as, row_id__in=rows)


# ---- the erasing, on the owner's connection and in its transaction
def hold(client: ClientRecord, using: str) -> None:
    """Until the transaction ends nobody adds anything to a record: each row about somebody has to look them up."""
    list(ClientRecord.objects.using(using).select_for_update(of=("self",)).filter(pk=client.pk))
    persons = persons_of(client, using)
    list(Person.objects.using(using).select_for_update(of=("self",)).filter(pk__in=persons).order_by("pk"))


def blank(client: ClientRecord, using: str) -> list[dict[str, Any]]:
    """Blank everything about a record that is held. Returns the counts that are written down."""
    persons = persons_of(client, using)
    at_home = _users_at_home(persons, using)
    picked = [
        (kind, list(kind.of(persons).using(using).order_by("pk").values_list("pk", flat=True))) for kind in erasables()
    ]
    counts: dict[str, dict[str, Any]] = {}
    for kind, keys in picked:
        history = signed = 0
        for first in range(0, len(keys), BATCH):
            some = keys[first : first + BATCH]
            history += _blank_rows(kind, some, at_home, using)
            if kind.signed_as:
                signed += _blank_signatures(kind, some, using)
        if keys and kind.also is not None:
            kind.also(keys, using)
        if keys and kind.told:
            label = kind.model._meta.label_lower
            one = counts.setdefault(label, {"kind": label, "rows": 0, "history": 0})
            one["rows"] += len(keys)
            one["history"] += history
            if signed:
                one["signatures"] = one.get("signatures", 0) + signed
    lines = AccessLog.objects.using(using).filter(organization_id=client.organization_id, user_id__in=at_home)
    lines.update(context=_without("context", "address"))
    return list(counts.values())


def _users_at_home(persons: Sequence[int], using: str) -> list[int]:
    """The sign-ins that are these Persons and nobody else in this organization: what they did here was as them."""
    theirs = Person.objects.using(using).filter(pk__in=persons, user__isnull=False)
    houses = dict(theirs.values_list("user_id", "organization_id"))
    others = (
        Person.objects.using(using)
        .filter(user_id__in=houses, organization_id__in=set(houses.values()))
        .exclude(pk__in=persons)
    )
    return sorted(houses.keys() - set(others.values_list("user_id", flat=True)))


def _without(column: str, key: str) -> Func:
    return Func(F(column), template=f"(%(expressions)s) - '{key}'", output_field=JSONField())


def _blank_rows(kind: Erasable, keys: list[int], at_home: list[int], using: str) -> int:
    """Blank rows and their history; what is said of them in the log keeps no words. Returns how many earlier states."""
    rows: Any = kind.model._default_manager.using(using).filter(pk__in=keys)  # type: ignore[attr-defined]  # every model has one
    if issubclass(kind.model, Sealed):
        rows.filter(erased_at__isnull=True).update(**kind.blanks, erased_at=timezone.now())
    elif kind.blanks or kind.closes:
        rows.update(**kind.blanks, **kind.closes)
    told = AccessLog.objects.using(using).filter(model=kind.model._meta.label_lower, row_id__in=keys)
    told.filter(context__has_key="reason").update(context=_without("context", "reason"))
    if not hasattr(kind.model, "history"):
        return 0
    history: type[models.Model] = kind.model.history.rel.related_model
    kept = {field.name for field in history._meta.local_fields}
    states: Any = history._default_manager.using(using).filter(pgh_obj_id__in=keys)  # type: ignore[attr-defined]  # as above
    blanks = {name: value for name, value in kind.blanks.items() if name in kept}
    count = int(states.update(**blanks)) if blanks else 0
    states.filter(pgh_context__user__in=at_home).update(pgh_context=_without("pgh_context", "address"))
    return count


def _blank_signatures(kind: Erasable, keys: list[int], using: str) -> int:
    """Blank what was signed; number, hash and link stay, so the chain still verifies and says "erased"."""
    signed = Signature.objects.using(using).filter(kind=kind.signed_as, row_id__in=keys, erased_at__isnull=True)
    return signed.update(content=b"", erased_at=timezone.now())
