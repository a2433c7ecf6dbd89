"""Somebody is there after all, or a house opens: what was called off or handed over comes back where it can."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import require
from apps.care import selectors
from apps.care.choices import AppointmentState, Decision, DisruptionState, NoticePart
from apps.care.models import Disruption, DisruptionItem, DisruptionNotice
from apps.care.services.disruptions import held_for
from apps.care.services.telling import tell
from apps.care.services.visits import book_appointment, hand_over_appointment
from apps.groups import services as groups
from apps.groups.choices import SessionState
from apps.groups.models import SessionLeader
from apps.organizations.choices import Resource
from apps.organizations.models import Reservation
from apps.organizations.services import one_at_a_time, release, take_back_absence


@transaction.atomic
def end_disruption(*, disruption: Disruption, actor: Actor) -> list[DisruptionItem]:
    """Take a disruption back. Returns what could not come back. Doing it again changes nothing.

    What was called off or handed over and has not begun comes back, where time and people are still free; what was put
    at another time or place stays there. Whoever had heard hears again, and nobody else. Raises PermissionDenied;
    ValidationError where it is over.
    """
    require(actor, "end", disruption)
    one_at_a_time(disruption.organization_id)
    row = Disruption.objects.select_for_update(of=("self",)).select_related("person", "absence", "closure").get(
        pk=disruption.pk
    )  # fmt: skip
    if row.state == DisruptionState.ENDED:
        return []
    if row.ends_at <= timezone.now():
        raise ValidationError(_("That is over, so it can’t be taken back."), code="over")
    was_asked = row.is_asked
    row.state, row.ended_at, row.ended_by_id = DisruptionState.ENDED, timezone.now(), actor.user_id
    row.save(update_fields=["state", "ended_at", "ended_by"])
    DisruptionNotice.objects.filter(
        disruption=row, part=NoticePart.DECIDES, withdrawn_at__isnull=True
    ).update(withdrawn_at=row.ended_at)  # fmt: skip
    if was_asked:
        return []
    for held in Reservation.objects.filter(purpose=held_for(row), kind=Resource.PERSON, ended_at__isnull=True):
        release(reservation=held, actor=actor)
    if row.absence is not None:
        take_back_absence(absence=row.absence, actor=actor)
    if row.closure is not None:
        groups.end_closure(closure=row.closure, actor=actor)
    return _restore_all(row, actor)


def _restore_all(row: Disruption, actor: Actor) -> list[DisruptionItem]:
    items = DisruptionItem.objects.select_for_update(of=("self",)).filter(
        disruption=row,
        decision__in=[Decision.CALLED_OFF, Decision.SUBSTITUTE],
        restored_at__isnull=True,
        was_at__gt=timezone.now(),
    )
    back, stays = [], []
    for item in items.select_related(*selectors.ITEM_ROWS).order_by("session__group_id", "pk"):
        try:
            with transaction.atomic():
                is_back = _restore(item, actor)
        except ValidationError:  # the time or the person is taken, or it was changed since: it stays as it is
            is_back = False
        (back if is_back else stays).append(item)
    tell(disruption=row, actor=actor, anew=back)
    return stays


def _restore(item: DisruptionItem, actor: Actor) -> bool:
    if item.session is not None:
        item.session.refresh_from_db()
        done = _restore_session(item, actor)
    else:
        done = _restore_visit(item, actor)
    if done:
        item.restored_at = timezone.now()
        item.save()
    return done


def _restore_session(item: DisruptionItem, actor: Actor) -> bool:
    session, out = item.session, item.disruption.person
    assert session is not None  # noqa: S101  asked by the caller
    if item.decision == Decision.SUBSTITUTE:
        for stands_in in SessionLeader.objects.filter(
            session=session, person=item.substitute, instead_of=out, ended_at__isnull=True
        ):
            groups.end_substitute(substitute=stands_in, actor=actor)
            return True
        return False
    if session.ended_with_group:
        return False
    if session.state == SessionState.CANCELLED:
        groups.restore_session(session=session, actor=actor)
        session.refresh_from_db()
    item.notice = session.notice
    return session.state == SessionState.PLANNED


def _restore_visit(item: DisruptionItem, actor: Actor) -> bool:
    visit, out = item.appointment, item.disruption.person
    assert visit is not None  # noqa: S101  asked by the caller
    if item.decision == Decision.SUBSTITUTE:
        if out is None or visit.state != AppointmentState.BOOKED or visit.staff_id != item.substitute_id:
            return False
        hand_over_appointment(appointment=visit, to=out, actor=actor)
        return True
    if visit.state != AppointmentState.CANCELLED:
        return False
    wall = visit.starts_at.astimezone(ZoneInfo(visit.zone))
    item.rebooked = book_appointment(
        client=visit.client,
        staff=visit.staff,
        location=visit.location,
        day=wall.date(),
        starts=wall.time().replace(tzinfo=None),
        minutes=int((visit.ends_at - visit.starts_at).total_seconds() // 60),
        room=visit.room,
        actor=actor,
    )
    return True
