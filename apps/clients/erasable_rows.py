"""What the erasure of a record takes in of this app and of those below it. Higher apps register theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat, Now

from apps.accounts.models import User
from apps.accounts.services import empty_sign_ins
from apps.clients.choices import GrievanceState
from apps.clients.erasing import files_about, sign_ins_left
from apps.clients.models import CareTeamMember, ClientRecord, ClientRecordGrant, FamilyLink, Grievance, KeepApart
from apps.clients.registry import Erasable
from apps.messaging.models import ContactPoint, Message, OptOut
from apps.organizations.models import Declaration, Invitation, Person, SecondFactorRestoring, StoredFile

GONE = "–"  # in place of words that may not be empty
BLANK_MESSAGE = {"address_hash": "", "detail": "", "provider_id": "", "secret": {}}


def records_of(persons: Sequence[int]) -> QuerySet[ClientRecord]:
    return ClientRecord.objects.filter(person__in=persons)


def ended(name: str) -> dict[str, Any]:
    """Ends now what has not ended yet."""
    return {name: Coalesce(F(name), Now())}


NUMBERED = Concat(Value("#"), Cast(F("id"), CharField()))
ERASABLE = (
    # files before the rows that hold them, sign-ins before the people whose they are
    Erasable(StoredFile, {"name": GONE, "discarded_at": Now()}, moments=("created_at",), rows=files_about),
    Erasable(
        Message,
        BLANK_MESSAGE,
        rows=lambda persons: Message.objects.filter(person__isnull=True, user__in=sign_ins_left(persons)),
        told=False,
    ),
    Erasable(User, rows=sign_ins_left, told=False, also=lambda keys, using: empty_sign_ins(keys, using=using)),
    Erasable(
        Person,
        {"name": NUMBERED, "called": "", "pronouns": "", "zone": "", "search": "", "user": None},
        closes=ended("archived_at"),
        moments=("created_at", "archived_at"),
    ),
    Erasable(Invitation, {"email": "erased@erased.invalid"}, moments=("created_at", "used_at")),
    Erasable(SecondFactorRestoring, {"reason": GONE}, moments=("asked_at",)),
    # what somebody declared by name alone is their own, and tells nobody whether anybody here is meant
    Erasable(
        Declaration,
        {"name": GONE, "search": "", "kind": ""},
        rows=lambda persons: Declaration.objects.filter(subject__in=persons),
    ),
    Erasable(
        ContactPoint,
        {"address": NUMBERED, "alias": ""},
        closes=ended("archived_at"),
        moments=("created_at", "consent_at", "archived_at"),
    ),
    Erasable(OptOut, moments=("at", "ended_at")),
    Erasable(Message, BLANK_MESSAGE, moments=("sent_at",)),
    Erasable(
        ClientRecord, {"born_on": None}, closes=ended("archived_at"), moments=("since", "created_at", "archived_at")
    ),
    Erasable(CareTeamMember, closes=ended("ended_at"), moments=("since", "ended_at")),
    Erasable(FamilyLink, closes=ended("ended_at"), moments=("named_at", "ended_at")),
    # coordinators alone know of it: its number would tell an administrator
    Erasable(KeepApart, {"why": ""}, closes=ended("ended_at"), moments=("since", "ended_at"), told=False),
    Erasable(
        Grievance,
        {"words": GONE, "wish": "", "outcome": GONE},
        moments=("received_at", "ended_at"),
        open=Q(state__in=[GrievanceState.OPEN, GrievanceState.IN_WORK]),
    ),
    Erasable(
        ClientRecordGrant,
        {"reason": ""},
        moments=("created_at",),
        rows=lambda persons: ClientRecordGrant.objects.filter(content_object__in=records_of(persons)),
    ),
)
