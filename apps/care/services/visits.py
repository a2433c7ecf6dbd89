"""Every write to appointments and follow-up tasks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may, may_add, require
from apps.care import selectors
from apps.care.choices import (
    HOLDS_PLACE,
    AppointmentState,
    CancelReason,
    DisruptionKind,
    Outcome,
    TaskKind,
    TaskState,
    WithdrawnReason,
)
from apps.care.models import Appointment, FollowUpTask
from apps.care.registry import overtaken
from apps.clients.models import ClientRecord
from apps.kit.walltime import LocalDate, resolve
from apps.messaging.choices import Reason
from apps.organizations.choices import Resource
from apps.organizations.models import Location, Person, Room
from apps.organizations.services import ensure_works_here, one_at_a_time, release, reserve

LONGEST = 12 * 60  # minutes
EARLY = timedelta(minutes=30)  # people come early; whoever is there may be written down as there
LOOK_BACK = timedelta(days=30)  # misses recorded longer ago than this no longer open tasks


# ---- appointments
@transaction.atomic
def book_appointment(
    *,
    client: ClientRecord,
    staff: Person,
    location: Location,
    day: date,
    starts: time,
    minutes: int,
    actor: Actor,
    room: Room | None = None,
) -> Appointment:
    """Book a client with a staff member: `day` and `starts` on the wall clock of the location, `minutes` long.

    The front desk books for everybody, who gives care only with themselves and for clients they may see. The database
    keeps staff member and room from being taken twice. Raises PermissionDenied, or ValidationError by field; then
    nothing is written.
    """
    with_themselves = actor.can("give_care") and staff.user_id is not None and staff.user_id == actor.user_id
    if not (may_add(actor, Appointment) or with_themselves):
        raise PermissionDenied
    require(actor, "view", client)
    one_at_a_time(client.organization_id)
    appointment = Appointment(
        organization_id=client.organization_id, client=client, booked_by_id=actor.user_id, booked_at=timezone.now()
    )
    _place(appointment, staff, location, room, day, starts, minutes, actor)
    appointment.full_clean()
    appointment.save()
    ensure_still_visible(actor, appointment)
    return appointment


@transaction.atomic
def move_appointment(
    *,
    appointment: Appointment,
    actor: Actor,
    day: date,
    starts: time,
    minutes: int,
    staff: Person | None = None,
    location: Location | None = None,
    room: Room | None = None,
) -> Appointment:
    """Move a booked appointment to another time, place or staff member. What was planned for the old one is taken back.

    `staff` and `location` stay when not given; `room` None means no room. Moving it to where it is changes nothing.
    Raises PermissionDenied, or ValidationError by field.
    """
    row = _locked(appointment, actor, "change")
    if not row.is_booked:
        raise ValidationError(_("This visit is no longer booked. Book a new one instead."), code="not_booked")
    staff, location = staff or row.staff, location or row.location
    if staff.pk != row.staff_id and not may_add(actor, Appointment):
        raise PermissionDenied
    before = (row.starts_at, row.ends_at, row.staff_id, row.location_id, row.room_id)
    starts_at = resolve(datetime.combine(day, starts), location.zone)  # noqa: DTZ001  wall time, resolved in its zone
    wanted = (starts_at, starts_at + timedelta(minutes=minutes), staff.pk, location.pk, room.pk if room else None)
    if wanted == before:
        return row
    _free(row, actor)
    _place(row, staff, location, room, day, starts, minutes, actor)
    stale, row.version = row.occurrence, row.version + 1
    row.full_clean()
    row.save()
    ensure_still_visible(actor, row)
    overtaken([stale], Reason.NO_LONGER_TRUE, actor)
    return row


@transaction.atomic
def hand_over_appointment(*, appointment: Appointment, to: Person, actor: Actor) -> Appointment:
    """Let somebody else meet the client, at the same time and place. What was planned is written anew with their name.

    With whom it is already changes nothing. Raises PermissionDenied; ValidationError where they have something else
    then, do not meet clients here, or must not meet this one.
    """
    row = _locked(appointment, actor, "change")
    if row.staff_id == to.pk:
        return row
    if not row.is_booked:
        raise ValidationError(_("This visit is no longer booked. Book a new one instead."), code="not_booked")
    if to.pk == row.client.person_id or not selectors.who_give_care().filter(pk=to.pk).exists():
        raise ValidationError({"staff": _("Choose somebody who meets clients here.")})
    ensure_works_here(to, field="staff")
    if row.staff_reservation is not None:
        release(reservation=row.staff_reservation, actor=actor)
    row.staff = to
    row.staff_reservation = _taken(row, Resource.PERSON, to.pk, "staff", actor)
    stale, row.version = row.occurrence, row.version + 1
    row.full_clean()
    row.save()
    if to.user_id and not may(Actor(to.user_id, row.organization_id), "view", row):
        raise ValidationError({"staff": _("Choose somebody else who meets clients here.")})
    overtaken([stale], Reason.NO_LONGER_TRUE, actor)
    return row


@transaction.atomic
def cancel_appointment(*, appointment: Appointment, actor: Actor, reason: str = CancelReason.CLIENT) -> Appointment:
    """Call a booked appointment off and free staff member and room. The client may, for themself.

    Cancelling it again changes nothing. Raises PermissionDenied; ValidationError where it was recorded already.
    """
    row = _locked(appointment, actor, "view")
    if row.state == AppointmentState.CANCELLED:
        return row
    require(actor, "cancel", row)
    if not row.is_booked:
        raise ValidationError(_("What happened at this visit is already written down."), code="not_booked")
    own = row.client.person.user_id is not None and row.client.person.user_id == actor.user_id
    row.cancelled_reason = CancelReason.CLIENT if own else CancelReason(reason)
    return _record(row, AppointmentState.CANCELLED, actor, Reason.CANCELLED)


@transaction.atomic
def mark_kept(*, appointment: Appointment, actor: Actor) -> Appointment:
    """Write down that they met. Again changes nothing; after a recorded miss it is the correction of it."""
    row = _locked(appointment, actor, "record")
    if row.is_kept:
        return row
    if row.is_missed:
        return correct_missed(appointment=row, actor=actor)
    _require_recordable(row, EARLY)
    return _record(row, AppointmentState.KEPT, actor, Reason.NO_LONGER_TRUE)


@transaction.atomic
def mark_missed(*, appointment: Appointment, actor: Actor) -> Appointment:
    """Write down that the client was not there; a follow-up task opens for the staff member.

    Not before it starts. Again changes nothing. Raises PermissionDenied, ValidationError.
    """
    row = _locked(appointment, actor, "record")
    if row.is_missed:
        return row
    if not row.is_kept:
        _require_recordable(row, timedelta())
    row = _record(row, AppointmentState.MISSED, actor, Reason.NO_LONGER_TRUE)
    settle_follow_ups(actor=actor, appointment=row)
    return row


@transaction.atomic
def correct_missed(
    *, appointment: Appointment, actor: Actor, to: str = AppointmentState.KEPT, reason: str = CancelReason.CLIENT
) -> Appointment:
    """Take a recorded miss back: they did meet (`kept`), or it had been called off (`cancelled`).

    What the miss started is unwound in the same transaction: its open task is withdrawn, and its message if that has
    not left. Correcting a corrected one changes nothing. Raises PermissionDenied, ValidationError.
    """
    row = _locked(appointment, actor, "record")
    if to not in (AppointmentState.KEPT, AppointmentState.CANCELLED):
        raise ValueError("A miss is corrected to kept or to cancelled.")
    if row.state == to:
        return row
    if not row.is_missed:
        raise ValidationError(_("This visit is not written down as one that did not take place."), code="not_missed")
    row.cancelled_reason = CancelReason(reason) if to == AppointmentState.CANCELLED else ""
    return _record(row, AppointmentState(to), actor, Reason.CORRECTED)


@transaction.atomic
def take_back_appointment(*, appointment: Appointment, actor: Actor) -> Appointment:
    """Say that the appointment was written down by mistake: it leaves every list and frees what it held."""
    row = _locked(appointment, actor, "change")
    if row.state == AppointmentState.ENTERED_IN_ERROR:
        return row
    if row.state == AppointmentState.CANCELLED:
        raise ValidationError(_("This visit was called off; nothing is left to take back."), code="not_booked")
    return _record(row, AppointmentState.ENTERED_IN_ERROR, actor, Reason.CORRECTED)


def _locked(appointment: Appointment, actor: Actor, action: str) -> Appointment:
    """The row as it is now, held until the end of the transaction, so that two people decide one after the other."""
    require(actor, action, appointment)
    one_at_a_time(appointment.organization_id)
    locked = Appointment.objects.select_for_update(of=("self",)).select_related("client__person", "staff", "location")
    return locked.get(pk=appointment.pk)


def _place(
    row: Appointment,
    staff: Person,
    location: Location,
    room: Room | None,
    day: date,
    starts: time,
    minutes: int,
    actor: Actor,
) -> None:
    """Set time and place, and take the staff member and the room for it."""
    if not 5 <= minutes <= LONGEST:
        raise ValidationError({"minutes": _("Choose a length between 5 minutes and 12 hours.")})
    if room is not None and room.location_id != location.pk:
        raise ValidationError({"room": _("This room is at another location. Choose one of the rooms there, or none.")})
    if location.archived_at is not None:
        raise ValidationError({"location": _("This location is no longer in use. Choose another one.")})
    if row.client.archived_at is not None:
        raise ValidationError({"client": _("This person’s record was put away. Open it again first.")})
    if staff.pk == row.client.person_id or not selectors.who_give_care().filter(pk=staff.pk).exists():
        raise ValidationError({"staff": _("Choose somebody who meets clients here.")})
    ensure_works_here(staff, field="staff")
    row.staff, row.location, row.room, row.zone = staff, location, room, location.zone
    row.starts_at = resolve(datetime.combine(day, starts), location.zone)  # noqa: DTZ001  wall time, resolved in its zone
    row.ends_at = row.starts_at + timedelta(minutes=minutes)
    if selectors.standing(DisruptionKind.CLOSED, location.pk, row.starts_at, row.ends_at).exists():
        raise ValidationError({"location": _("This house is closed then. Choose another place or time.")})
    row.staff_reservation = _taken(row, Resource.PERSON, staff.pk, "staff", actor)
    row.room_reservation = _taken(row, Resource.ROOM, room.pk, "room", actor) if room else None


def _taken(row: Appointment, kind: str, pk: int, field: str, actor: Actor) -> Any:
    try:
        return reserve(
            kind=kind,
            pk=pk,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            purpose="appointment",
            organization_id=row.organization_id,
            actor=actor,
        )
    except ValidationError as refused:
        raise ValidationError({field: refused.messages}) from refused


def _free(row: Appointment, actor: Actor) -> None:
    for held in (row.staff_reservation, row.room_reservation):
        if held is not None:
            release(reservation=held, actor=actor)
    row.staff_reservation = row.room_reservation = None


def _require_recordable(row: Appointment, early: timedelta) -> None:
    if not row.is_booked:
        raise ValidationError(_("This visit was called off. Book a new one if you met after all."), code="not_booked")
    if timezone.now() < row.starts_at - early:
        raise ValidationError(_("This visit has not begun yet. Come back to it when it has."), code="not_begun")


def _record(row: Appointment, state: AppointmentState, actor: Actor, reason: str) -> Appointment:
    """Carry the appointment on, say who and when, and unwind what the state before had started."""
    stale, was_missed = row.occurrence, row.is_missed
    row.state = state
    if row.recorded_at is None:
        row.recorded_at, row.recorded_by_id = timezone.now(), actor.user_id
    else:
        row.corrected_at, row.corrected_by_id = timezone.now(), actor.user_id
        if state == AppointmentState.MISSED:  # what follows a miss counts from when it was known
            row.recorded_at, row.recorded_by_id = row.corrected_at, row.corrected_by_id
    if was_missed:
        row.version += 1
    if state not in HOLDS_PLACE:
        _free(row, actor)
    row.full_clean()
    row.save()
    overtaken([stale], reason, actor)
    if was_missed:
        settle_follow_ups(actor=actor, appointment=row)
    return row


# ---- follow-up tasks
@transaction.atomic
def settle_follow_ups(*, actor: Actor, appointment: Appointment | None = None) -> tuple[int, int]:
    """Make the follow-up tasks what the appointments of this scope say. Returns how many were opened and taken back.

    Derived from present state in two statements, whatever the number of rows: each missed appointment has one task, for
    its staff member, due on the next day (day 0 to 1 after a miss, as in the field's practice); an open task whose miss
    was corrected is taken back. Again, and twice at once, it changes nothing. `appointment` narrows it to one.
    """
    tasks = FollowUpTask.objects.filter(kind=TaskKind.MISSED_APPOINTMENT)
    missed = Appointment.objects.filter(state=AppointmentState.MISSED).annotate(about=selectors.occurrence())
    if appointment is not None:
        tasks, missed = tasks.filter(appointment=appointment), missed.filter(pk=appointment.pk)
    withdrawn = (
        tasks.filter(state=TaskState.OPEN)
        .filter(~Exists(missed.filter(pk=OuterRef("appointment_id"), about=OuterRef("occurrence"))))
        .update(state=TaskState.WITHDRAWN, withdrawn_reason=WithdrawnReason.CORRECTED, closed_at=timezone.now())
    )
    tomorrow = ExpressionWrapper(LocalDate(F("recorded_at"), F("zone")) + Value(1), output_field=DateField())
    standing = FollowUpTask.objects.filter(
        organization_id=OuterRef("organization_id"), kind=TaskKind.MISSED_APPOINTMENT, occurrence=OuterRef("about")
    )
    rows = missed.filter(~Exists(standing), recorded_at__gte=timezone.now() - LOOK_BACK)
    rows = rows.annotate(by=tomorrow, whose=selectors.who_follows_up())
    columns = ("organization_id", "about", "client_id", "pk", "whose", "by")
    sql, params = rows.order_by().values_list(*columns).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{FollowUpTask._meta.db_table}" (public_id, organization_id, kind, occurrence, client_id,'  # noqa: S608  names come from the model, values are parameters
            " appointment_id, assigned_to_id, due_on, opened_at, state, outcome, outcome_words, withdrawn_reason)"
            " SELECT gen_random_uuid(), q.organization_id, %s, q.about, q.client_id, q.pk, q.staff_id, q.by, %s, %s,"
            f" '', '', '' FROM ({sql}) AS q (organization_id, about, client_id, pk, staff_id, by)"
            " ON CONFLICT DO NOTHING",
            [TaskKind.MISSED_APPOINTMENT, timezone.now(), TaskState.OPEN, *params],
        )
        return int(cursor.rowcount), withdrawn


@transaction.atomic
def close_follow_up(*, task: FollowUpTask, outcome: str, actor: Actor, words: str = "") -> FollowUpTask:
    """Close a follow-up task with what came of it (`Outcome`; "other" needs words). Without one it stays open.

    Closing it again in the same way changes nothing. Raises PermissionDenied, or ValidationError by field.
    """
    require(actor, "change", task)
    row = FollowUpTask.objects.select_for_update().get(pk=task.pk)
    words = words.strip()
    if row.state == TaskState.DONE and (row.outcome, row.outcome_words) == (outcome, words):
        return row
    if row.state == TaskState.DONE:
        raise ValidationError(_("Somebody closed this already. What they wrote stays."), code="closed")
    if row.state == TaskState.WITHDRAWN:
        raise ValidationError(_("The visit was corrected meanwhile; nothing is left to do here."), code="withdrawn")
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": _("Choose what came of it; then it can be closed.")})
    if outcome == Outcome.OTHER and not words:
        raise ValidationError({"words": _("Say in a few words what came of it.")})
    row.state, row.outcome, row.outcome_words = TaskState.DONE, outcome, words
    row.closed_at, row.closed_by_id = timezone.now(), actor.user_id
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def hand_over_follow_up(*, task: FollowUpTask, to: Person, actor: Actor) -> FollowUpTask:
    """Give an open follow-up task to another staff member. To whose it is already changes nothing.

    Raises PermissionDenied, or ValidationError by field.
    """
    require(actor, "change", task)
    row = FollowUpTask.objects.select_for_update().get(pk=task.pk)
    if row.assigned_to_id == to.pk:
        return row
    if not row.is_open:
        raise ValidationError(_("This task is closed; nothing is left to hand over."), code="closed")
    refusal = ValidationError({"to": _("Choose somebody else who meets clients here.")})
    if not selectors.who_give_care().filter(pk=to.pk).exists():
        raise refusal
    ensure_works_here(to, field="to")
    row.assigned_to = to
    row.full_clean()
    row.save()
    if to.user_id and not may(Actor(to.user_id, row.organization_id), "view", row):
        raise refusal  # a private rule stands between them; whose and why is nobody's business here
    return row
