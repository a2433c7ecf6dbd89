"""Joining as somebody asks for it, waiting for a place, and answering an offer."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import require
from apps.groups import selectors
from apps.groups.choices import AnswerKind, EntryState
from apps.groups.models import Enrolment, SupportGroup, WaitlistEntry
from apps.groups.services.enrolments import ensure_may_enrol, lock_group, seat
from apps.groups.services.offers import make_offers
from apps.organizations.models import Person


@dataclass(frozen=True)
class Joined:
    """What came of it: in the group, on its waiting list, or the office talks to them first."""

    kind: str
    enrolment: Enrolment | None = None
    entry: WaitlistEntry | None = None


@transaction.atomic
def join(*, group: SupportGroup, person: Person, actor: Actor) -> Joined:
    """Let a person into a group, or on its waiting list where it is full or others wait; or the office is asked.

    They themself ask, or somebody who enrols others for them. What comes of it is what `selectors.may_join` says once
    the group is locked. Asking again changes nothing. Raises PermissionDenied, also to somebody who may not see the
    group; ValidationError with kind words where the answer is no.
    """
    ensure_may_enrol(group, person, actor)
    group = lock_group(group.pk)
    answer = selectors.may_join(group, person, actor)
    if answer.kind == AnswerKind.NO:
        raise ValidationError(answer.words, code="no")
    if answer.kind == AnswerKind.JOIN:
        return Joined(AnswerKind.IN, enrolment=seat(group, person, actor))
    if answer.kind == AnswerKind.WAIT:
        return Joined(AnswerKind.WAITING, entry=_enter(group, person, EntryState.WAITING))
    if answer.kind == AnswerKind.ASK:
        return Joined(AnswerKind.ASKED, entry=_enter(group, person, EntryState.ASKED))
    return Joined(answer.kind, enrolment=answer.enrolment, entry=answer.entry)


@transaction.atomic
def put_on_waitlist(*, group: SupportGroup, person: Person, actor: Actor) -> WaitlistEntry:
    """The office lets somebody wait for a place, at the end of the list; also somebody whom it has talked to.

    Raises PermissionDenied; ValidationError where they are in the group, or it keeps no names or is over.
    """
    _ensure_office(actor)
    ensure_may_enrol(group, person, actor)
    group = lock_group(group.pk)
    if not group.takes_enrolments or selectors.is_over(group):
        raise ValidationError(_("This group is over, or writes nobody down."))
    if selectors.active_enrolments().filter(group=group, person=person).exists():
        raise ValidationError(_("This person is in the group already."))
    entry = selectors.entry_of(group, person)
    if entry is None:
        entry = _enter(group, person, EntryState.WAITING)
    elif entry.state == EntryState.ASKED:
        entry.state, entry.rank = EntryState.WAITING, _last_rank(group)
        entry.save(update_fields=["state", "rank"])
    make_offers(actor=actor, group_id=group.pk)
    entry.refresh_from_db()
    return entry


@transaction.atomic
def accept_offer(*, entry: WaitlistEntry, actor: Actor) -> Joined:
    """Take the offered place. Taking it twice is one place.

    Raises PermissionDenied; ValidationError where the offer has ended or was given back.
    """
    require(actor, "change", entry)
    group = lock_group(entry.group_id)
    entry = _locked(entry)
    if entry.state == EntryState.JOINED:
        standing = selectors.active_enrolments().filter(group=group, person=entry.person_id).first()
        if standing is not None:
            return Joined(AnswerKind.IN, enrolment=standing)
    if not entry.offer_stands or selectors.is_over(group):
        raise ValidationError(_("This offer has ended. You can ask for a place again."), code="ended")
    place = entry.place
    age = selectors.age_of(entry.person, selectors.today_at(group))
    if (
        selectors.apart_in(group, entry.person, strict=True, ahead_of=entry).exists()
        or selectors.needs_guardian(group, entry.person, age)
    ):  # fmt: skip
        entry.state, entry.place, entry.asked_at = EntryState.ASKED, None, timezone.now()
        entry.save(update_fields=["state", "place", "asked_at"])
        make_offers(actor=actor, group_id=group.pk)
        return Joined(AnswerKind.ASKED, entry=entry)
    return Joined(AnswerKind.IN, enrolment=seat(group, entry.person, actor, place=place))


@transaction.atomic
def step_back(*, entry: WaitlistEntry, actor: Actor) -> WaitlistEntry:
    """Say no to an offer, or stop waiting. The next one gets the offer at once. Doing it again changes nothing."""
    require(actor, "change", entry)
    group = lock_group(entry.group_id)
    entry = _locked(entry)
    if entry.is_open:
        _end(entry, EntryState.DECLINED if entry.state == EntryState.OFFERED else EntryState.LEFT)
        make_offers(actor=actor, group_id=group.pk)
    return entry


@transaction.atomic
def turn_down(*, entry: WaitlistEntry, actor: Actor, reason: str) -> WaitlistEntry:
    """The office takes somebody off the list and says why, for the office alone. Raises ValidationError by field."""
    _ensure_office(actor)
    require(actor, "change", entry)
    group = lock_group(entry.group_id)
    entry = _locked(entry)
    if entry.is_open:
        entry.reason = _said(reason)
        _end(entry, EntryState.TURNED_DOWN)
        make_offers(actor=actor, group_id=group.pk)
    return entry


@transaction.atomic
def move_up(*, entry: WaitlistEntry, actor: Actor, reason: str) -> WaitlistEntry:
    """The office puts somebody first among those who wait and says why. Raises ValidationError by field."""
    _ensure_office(actor)
    require(actor, "change", entry)
    group = lock_group(entry.group_id)
    entry = _locked(entry)
    if entry.state != EntryState.WAITING:
        raise ValidationError(_("This person does not wait for a place any more."))
    first = selectors.open_entries().filter(group=group, state=EntryState.WAITING).aggregate(n=Min("rank"))["n"]
    entry.rank, entry.reason = first - 1, _said(reason)
    entry.save(update_fields=["rank", "reason"])
    return entry


def _ensure_office(actor: Actor) -> None:
    if not actor.can("manage_enrolments"):
        raise PermissionDenied


def _said(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why.")})
    if len(reason) > 200:
        raise ValidationError({"reason": _("Say it in at most 200 characters.")})
    return reason


def _locked(entry: WaitlistEntry) -> WaitlistEntry:
    return WaitlistEntry.objects.select_for_update(of=("self",)).select_related("person").get(pk=entry.pk)


def _end(entry: WaitlistEntry, state: EntryState) -> None:
    entry.state, entry.place, entry.ended_at = state, None, timezone.now()
    entry.save(update_fields=["state", "place", "ended_at", "reason"])


def _last_rank(group: SupportGroup) -> int:
    """The next number at the end of the list. The caller holds the group's lock."""
    return int(WaitlistEntry.objects.filter(group=group).aggregate(n=Max("rank"))["n"] or 0) + 1


def _enter(group: SupportGroup, person: Person, state: EntryState) -> WaitlistEntry:
    entry = WaitlistEntry(organization_id=group.organization_id, group=group, person=person, state=state)
    entry.rank = _last_rank(group)
    if state == EntryState.ASKED:
        entry.asked_at = timezone.now()
    entry.full_clean()
    entry.save()
    return entry
