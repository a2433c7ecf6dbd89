"""Somebody is out, or a house is closed: what is decided about each thing that it touches, in one deed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may, may_add, require, visible_to
from apps.care import selectors
from apps.care.choices import Decision, DisruptionState, NoticePart
from apps.care.models import Appointment, Disruption, DisruptionItem, DisruptionNotice
from apps.care.selectors import LONGEST_DAYS, Span, Touched
from apps.care.services.deeds import Choice, carry_out
from apps.care.services.telling import ask_to_decide, tell
from apps.groups import services as groups
from apps.groups.choices import SessionState
from apps.groups.models import Session, SupportGroup
from apps.organizations.choices import Resource
from apps.organizations.models import Absence, Reservation
from apps.organizations.selectors import staff, staff_person
from apps.organizations.services import one_at_a_time, reserve, write_absence


@transaction.atomic
def disrupt(
    *, span: Span, choices: Mapping[str, Choice], actor: Actor, words: Any = "", ask: Disruption | None = None
) -> Disruption:
    """Write down that somebody is out or a house is closed, do what is chosen for each thing, and tell everybody once.

    `choices` has a choice for each thing that the actor sees (`selectors.touched_by`), by its key; `words` is what
    people read about sessions that are off. What the actor may not see waits for somebody who may, who is told. From
    then on nothing new is booked there. `ask` is the word of the person themself that this answers. Two at once decide
    one after the other, and the second hears that it is written down. Raises PermissionDenied; ValidationError, by
    field or by the key of a thing, and then nothing is written.
    """
    if not may_add(actor, Disruption):
        raise PermissionDenied
    organization_id = _check(span, actor)
    one_at_a_time(organization_id)
    of = span.person or span.location
    assert of is not None  # noqa: S101  a span is of one of the two
    if selectors.standing(span.kind, of.pk, span.starts_at, span.ends_at).exists():
        raise ValidationError(_("This is written down already for some of that time. Open it below."), code="stands")
    touched = selectors.touched_by(span, actor, "change")
    if {each.key for each in touched.things} != set(choices):
        raise ValidationError(_("Something changed meanwhile. Look at the list again."), code="changed")
    row = _row(span, actor, organization_id, ask)
    items = _do_all(row, span, touched.things, choices, actor, words)
    hidden = Appointment.objects.filter(pk__in=touched.hidden_visits)
    for visit in hidden:
        items.append(_open_item(row, visit))
    for session in Session.objects.filter(pk__in=touched.hidden_sessions):
        items.append(_open_item(row, session))
    _nothing_new(row, span, actor)
    tell(disruption=row, actor=actor)
    if touched.hidden:
        ask_to_decide(disruption=row, visits=hidden, actor=actor)
    ensure_still_visible(actor, row)
    return row


def _check(span: Span, actor: Actor) -> int:
    """Whether such a span can be; the organization it is in."""
    if span.ends_at <= span.starts_at:
        raise ValidationError({"last": _("The end comes after the beginning.")})
    if span.ends_at <= timezone.now():
        raise ValidationError({"last": _("That is over. Choose today or a day to come.")})
    if span.ends_at - span.starts_at > timedelta(days=LONGEST_DAYS):
        raise ValidationError({"last": _("Choose two months at most.")})
    if span.person is not None:
        if not visible_to(staff(), actor).filter(pk=span.person.pk).exists():
            raise ValidationError({"person": _("Choose somebody who works here.")})
        return span.person.organization_id
    assert span.location is not None  # noqa: S101  a span is of one of the two
    if not may(actor, "view", span.location) or span.location.archived_at is not None:
        raise ValidationError({"location": _("Choose a house that is in use.")})
    return span.location.organization_id


def _row(span: Span, actor: Actor, organization_id: int, ask: Disruption | None) -> Disruption:
    """The disruption that stands from now on: the one that was asked for, or a new one; other asks give way to it."""
    asked = Disruption.objects.select_for_update().filter(state=DisruptionState.ASKED, person=span.person)
    asked = asked.filter(person__isnull=False, starts_at__lt=span.ends_at, ends_at__gt=span.starts_at)
    found = {each.pk: each for each in asked}
    now = timezone.now()
    row = found.pop(ask.pk, None) if ask is not None else None
    if ask is not None and row is None:
        raise ValidationError(_("Somebody answered this already."), code="stands")
    row = row or Disruption(
        organization_id=organization_id, asked_by_id=actor.user_id, asked_at=now, kind=span.kind, zone=span.zone
    )
    row.person, row.location, row.starts_at, row.ends_at = span.person, span.location, span.starts_at, span.ends_at
    row.state, row.decided_at, row.decided_by_id = DisruptionState.STANDS, now, actor.user_id
    row.full_clean()
    row.save()
    for other in found.values():
        other.state, other.ended_at, other.ended_by_id = DisruptionState.ENDED, now, actor.user_id
        other.save(update_fields=["state", "ended_at", "ended_by"])
    DisruptionNotice.objects.filter(
        disruption__in=[row.pk, *found], part=NoticePart.DECIDES, withdrawn_at__isnull=True
    ).update(withdrawn_at=now)
    return row


def _open_item(row: Disruption, of: Appointment | Session) -> DisruptionItem:
    """A thing that waits for somebody who may see it."""
    item = DisruptionItem(
        organization_id=row.organization_id,
        disruption=row,
        session=of if isinstance(of, Session) else None,
        appointment=of if isinstance(of, Appointment) else None,
        decision=Decision.OPEN,
        was_at=of.starts_at,
        was_until=of.ends_at,
    )
    item.save()
    return item


def _do_all(
    row: Disruption, span: Span, things: list[Touched], choices: Mapping[str, Choice], actor: Actor, words: Any
) -> list[DisruptionItem]:
    """Do what is chosen for each thing; what is refused is told for all of them at once, by their keys.

    Sessions in the order of their groups, as whoever holds several of these locks takes them.
    """
    refused: dict[str, Any] = {}
    items = []
    before = {each.key: each.session.notice for each in things if each.session is not None}
    order = sorted(things, key=lambda each: (each.session is None, each.session.group_id if each.session else 0))
    closes = span.location is not None and span.is_whole_days
    if closes:  # the closure holds them all, in this order: nobody may hold a later one and wait for an earlier
        list(SupportGroup.objects.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    for thing in order:
        item = _open_item(row, thing.session or thing.visit)  # type: ignore[arg-type]  # a thing is one of the two
        items.append(item)
        try:
            with transaction.atomic():
                carry_out(item, thing, choices[thing.key], actor, words, closes=closes)
        except ValidationError as problem:
            refused[thing.key] = problem.messages
    if refused:
        raise ValidationError(refused)
    if closes:
        _close(row, span, items, choices, things, actor, words)
    for item in items:
        if item.session is not None:
            item.session.refresh_from_db()
            changed = item.session.notice != before[selectors.session_key(item.session)]
            item.notice = item.session.notice if changed else None
            item.save(update_fields=["notice"])
    return items


def _close(
    row: Disruption,
    span: Span,
    items: list[DisruptionItem],
    choices: Mapping[str, Choice],
    things: list[Touched],
    actor: Actor,
    words: Any,
) -> None:
    """Whole days: a closure calls sessions off and says why, also those that are made later. Some go on."""
    if not words:
        raise ValidationError({"words": _("Say in a few words what people are told.")})
    row.closure = groups.add_closure(
        actor=actor,
        organization_id=row.organization_id,
        location=span.location,
        starts_on=span.first,
        ends_on=span.last,
        reason=words,
    )
    row.save(update_fields=["closure"])
    chosen = {thing.session.pk: choices[thing.key] for thing in things if thing.session is not None}
    for item in items:
        if item.session is None:
            continue
        item.session.refresh_from_db()
        off = item.session.state == SessionState.CANCELLED
        if chosen[item.session.pk].decision == Decision.LEFT and off:
            groups.restore_session(session=item.session, actor=actor)
        elif chosen[item.session.pk].decision == Decision.CALLED_OFF and not off:  # it began before these days
            groups.cancel_session(session=item.session, actor=actor, reason=words)


def _nothing_new(row: Disruption, span: Span, actor: Actor) -> None:
    """Let nothing new be booked with who is out: their free time is taken, and whole days are time away."""
    if span.person is None:
        return
    hold(row, actor)
    if span.first is None or span.last is None:
        return
    known = Absence.objects.filter(person=span.person, archived_at__isnull=True)
    if known.filter(starts_on__lte=span.last, ends_on__gte=span.first).exists():
        return  # some of it is written down already, and stays as it is
    absence = Absence(organization_id=row.organization_id)
    row.absence = write_absence(
        absence=absence, actor=actor, person=span.person, starts_on=span.first, ends_on=span.last
    )
    row.save(update_fields=["absence"])


def held_for(row: Disruption) -> str:
    """What the reservations that keep somebody's time free of new things are known by."""
    return f"away:{row.pk}"


def hold(row: Disruption, actor: Actor) -> None:
    """Take what is free of the span for the one who is out, so that the database refuses anything new there."""
    assert row.person_id is not None  # noqa: S101  asked by the callers
    taken = Reservation.objects.filter(
        kind=Resource.PERSON,
        resource_key__overlap=Reservation.key_of(Resource.PERSON, row.person_id),
        during__overlap=(row.starts_at, row.ends_at),
        ended_at__isnull=True,
    )
    at = row.starts_at
    for during in sorted(taken.values_list("during", flat=True), key=lambda each: each.lower):
        if during.lower > at:
            _take(row, at, during.lower, actor)
        at = max(at, during.upper)
    if at < row.ends_at:
        _take(row, at, row.ends_at, actor)


def _take(row: Disruption, starts_at: Any, ends_at: Any, actor: Actor) -> None:
    reserve(
        kind=Resource.PERSON,
        pk=row.person_id or 0,
        starts_at=starts_at,
        ends_at=ends_at,
        purpose=held_for(row),
        organization_id=row.organization_id,
        actor=actor,
    )


@transaction.atomic
def decide_item(*, item: DisruptionItem, choice: Choice, actor: Actor) -> DisruptionItem:
    """Decide about one thing that waited for somebody who may see it. Raises PermissionDenied, ValidationError.

    The same decision again changes nothing; another one is refused, as somebody acted on the first.
    """
    require(actor, "change", item)
    one_at_a_time(item.organization_id)
    row = DisruptionItem.objects.select_for_update(of=("self",)).select_related(*selectors.ITEM_ROWS).get(pk=item.pk)
    if not row.is_open:
        if (row.decision, row.substitute_id) == (choice.decision, choice.substitute.pk if choice.substitute else None):
            return row
        raise ValidationError(_("Somebody decided this already. Look at the list again."), code="decided")
    if not row.disruption.stands:
        raise ValidationError(_("This was taken back. Nothing is left to decide."), code="ended")
    thing = Touched("", row.was_at, row.was_until, row.disruption.zone, row.session, row.appointment)
    before = row.session.notice if row.session else None
    carry_out(row, thing, choice, actor, "")
    if row.session is not None:
        row.session.refresh_from_db()
        row.notice = row.session.notice if row.session.notice != before else None
        row.save(update_fields=["notice"])
    if row.disruption.is_out:
        hold(row.disruption, actor)
    tell(disruption=row.disruption, actor=actor, anew=[row])
    ensure_still_visible(actor, row)
    return row


@transaction.atomic
def ask_out(*, span: Span, actor: Actor) -> Disruption:
    """Say of oneself that one is out. Nothing is changed by it: whoever books decides, and is told at once.

    Saying the same again changes nothing. Raises PermissionDenied for anybody else; ValidationError by field.
    """
    own = staff_person(actor)
    if own is None or span.person is None or own.pk != span.person.pk:
        raise PermissionDenied
    organization_id = _check(span, actor)
    one_at_a_time(organization_id)
    if selectors.standing(span.kind, own.pk, span.starts_at, span.ends_at).exists():
        raise ValidationError(_("This is written down already for some of that time. Open it below."), code="stands")
    asked = Disruption.objects.filter(state=DisruptionState.ASKED, person=own)
    same = asked.filter(starts_at=span.starts_at, ends_at=span.ends_at).first()
    if same is not None:
        return same
    row = Disruption(
        organization_id=organization_id,
        kind=span.kind,
        person=own,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        zone=span.zone,
        asked_by_id=actor.user_id,
    )
    row.full_clean()
    row.save()
    ensure_still_visible(actor, row)
    ask_to_decide(disruption=row, actor=actor)
    return row
