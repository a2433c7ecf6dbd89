"""Reads of groups and their sessions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.policy import unbarred, visible_to
from apps.certifications import selectors as certifications
from apps.clients.models import ClientRecord
from apps.groups.choices import SessionState, Visibility
from apps.groups.models import Enrolment, GroupFacilitator, Session, SessionLeader, SupportGroup
from apps.groups.selectors.leading import leading_today, standing_in_today
from apps.kit.text import TranslatedText
from apps.kit.walltime import LocalDate, local_day_bounds
from apps.organizations import selectors as people
from apps.organizations.models import Person


def without_leader(rows: QuerySet[SupportGroup], zone: str) -> QuerySet[SupportGroup]:
    """Of some groups those that go on and that nobody leads today; `zone` says what day it is."""
    today = timezone.localdate(timezone=ZoneInfo(zone))
    led = leading_today().filter(group=OuterRef("pk"))
    return rows.filter(~Exists(led), archived_at__isnull=True).exclude(ends_on__lt=today)


def on_local_day(rows: QuerySet[Session], zone: str) -> QuerySet[Session]:
    """Of some sessions those that begin today by the calendar of `zone` and are not called off."""
    start, end = local_day_bounds(timezone.localdate(timezone=ZoneInfo(zone)), zone)
    return rows.filter(starts_at__gte=start, starts_at__lt=end, ended_with_group=False).exclude(
        state=SessionState.CANCELLED
    )


def on_public_schedule() -> QuerySet[Session]:
    """The coming sessions that anybody can find."""
    return Session.objects.filter(
        group__visibility=Visibility.PUBLIC,
        group__archived_at__isnull=True,
        ended_with_group=False,
        state=SessionState.PLANNED,
        ends_at__gt=timezone.now(),
    )


def active_enrolments() -> QuerySet[Enrolment]:
    """People who are in a group now."""
    return Enrolment.objects.filter(ended_at__isnull=True)


def seats_taken(group: str = "group_id") -> Subquery:
    """How many places of the group at `group` are taken: a whole number, counted without bars."""
    counted = (
        active_enrolments().filter(group=OuterRef(group)).order_by().values("group").annotate(n=Count("*")).values("n")
    )
    return Subquery(counted, output_field=IntegerField())


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One session as the schedule shows it. `place` and `room` are "" where the reader may not know them yet."""

    public_id: uuid.UUID
    starts_at: datetime
    ends_at: datetime
    state: str
    reason: TranslatedText
    group_id: uuid.UUID
    name: TranslatedText
    audience: TranslatedText
    format: str
    languages: list[str]
    has_captions: bool
    has_asl: bool
    is_free: bool
    capacity: int | None
    place_id: uuid.UUID
    place: str
    zone: str
    is_confidential: bool
    room: str
    taken: int
    is_mine: bool
    next_at: datetime | None

    @property
    def is_cancelled(self) -> bool:
        return self.state == SessionState.CANCELLED

    @property
    def is_remote(self) -> bool:
        """Whether it can only be joined from afar, so that the reader's own clock counts."""
        return self.format in ("online", "phone")

    @property
    def places_left(self) -> int | None:
        """Places nobody has taken, or None where they are not counted."""
        return None if self.capacity is None else max(self.capacity - (self.taken or 0), 0)


SCHEDULE_COLUMNS: dict[str, Any] = {
    "group_uuid": F("group__public_id"),
    "name": F("group__name"),
    "audience": F("group__audience"),
    "format": F("group__format"),
    "languages": F("group__languages"),
    "has_captions": F("group__has_captions"),
    "has_asl": F("group__has_asl"),
    "is_free": F("group__is_free"),
    "capacity": F("group__capacity"),
    "place_uuid": Coalesce("location__public_id", "group__location__public_id"),
    "place": Coalesce("location__name", "group__location__name"),
    "zone": Coalesce("location__zone", "group__location__zone"),
    "is_confidential": Coalesce("location__is_confidential", "group__location__is_confidential"),
    "room_name": Case(
        When(Q(room__isnull=False) | Q(location__isnull=False), then=F("room__name")), default=F("group__room__name")
    ),
}


def schedule(actor: Actor, start: datetime, end: datetime) -> list[ScheduleRow]:
    """The sessions that begin in [start, end) as this reader may see them, in order of time. One query.

    Sessions that ended with their group are left out; one that was called off stays, with when the group meets next.
    """
    return _rows(visible_to(Session, actor).filter(starts_at__gte=start, starts_at__lt=end), actor)


def _rows(sessions: QuerySet[Session], actor: Actor, limit: int | None = None) -> list[ScheduleRow]:
    """These sessions as rows of the schedule, in order of time; the first `limit` of them where it is given."""
    mine: Any = Value(False, output_field=BooleanField())
    if actor.user_id is not None:
        mine = Exists(active_enrolments().filter(group=OuterRef("group_id"), person__user_id=actor.user_id))
    later = Session.objects.filter(
        group=OuterRef("group_id"), starts_at__gt=OuterRef("starts_at"), state=SessionState.PLANNED
    )
    found = (
        sessions.filter(ended_with_group=False)
        .order_by("starts_at", "id")
        .annotate(
            **SCHEDULE_COLUMNS,
            taken=Case(When(group__capacity__isnull=False, then=seats_taken()), default=Value(0)),
            is_mine=mine,
            next_at=Case(
                When(state=SessionState.CANCELLED, then=Subquery(later.order_by("starts_at").values("starts_at")[:1]))
            ),
        )
        .values_list(
            "public_id", "starts_at", "ends_at", "state", "reason", *SCHEDULE_COLUMNS, "taken", "is_mine", "next_at"
        )
    )
    sees_places = actor.can("view_places")
    rows = []
    for values in found[:limit] if limit else found:
        row = ScheduleRow(*values)
        if row.is_confidential and not (row.is_mine or sees_places):
            row = replace(row, place="", room="")
        rows.append(row)
    return rows


def upcoming_for_person(person: Person, actor: Actor, limit: int = 5) -> list[ScheduleRow]:
    """The next sessions of the groups that this person is in, as `actor` may see them."""
    groups = active_enrolments().filter(person=person).values("group_id")
    return _rows(visible_to(Session, actor).filter(group__in=groups, ends_at__gt=timezone.now()), actor, limit)


def today_for_staff(person: Person, actor: Actor) -> list[ScheduleRow]:
    """The sessions that this person leads today, by the calendar in each group's location."""
    groups = leading_today().filter(person=person).values("group_id")
    usual = Q(group__in=groups, on=LocalDate(Now(), "group__location__zone"))
    replaced = SessionLeader.objects.filter(session=OuterRef("pk"), instead_of=person, ended_at__isnull=True)
    instead = Q(pk__in=standing_in_today().filter(person=person).values("session_id"))
    return _rows(visible_to(Session, actor).filter((usual & ~Exists(replaced)) | instead), actor)


def today_here(actor: Actor, zone: str) -> list[ScheduleRow]:
    """Every session that begins today by the clock in `zone`, for the front desk."""
    start, end = local_day_bounds(timezone.localdate(timezone=ZoneInfo(zone)), zone)
    return schedule(actor, start, end)


def next_public(actor: Actor, limit: int = 3) -> list[ScheduleRow]:
    """The next sessions of public groups that are not called off, for the public home."""
    sessions = visible_to(Session, actor).filter(
        group__visibility=Visibility.PUBLIC,
        state=SessionState.PLANNED,
        starts_at__gt=timezone.now(),
        starts_at__lt=timezone.now() + timedelta(days=14),
    )
    return _rows(sessions, actor, limit)


def sessions_of(group: SupportGroup, actor: Actor, limit: int = 5) -> list[ScheduleRow]:
    """The next sessions of one group, those called off among them."""
    return _rows(visible_to(Session, actor).filter(group=group, ends_at__gt=timezone.now()), actor, limit)


def planned_ahead(group: SupportGroup, limit: int = 6) -> QuerySet[Session]:
    """The next sessions of a group, for the preview on its administration page."""
    return Session.objects.filter(group=group, ends_at__gt=timezone.now(), ended_with_group=False).order_by(
        "starts_at"
    )[:limit]


def leaders_without_certification(group: SupportGroup, actor: Actor, day: date) -> list[Person]:
    """Where a group needs certified leaders: those of a day whom no certification lets work then, to whom it matters.

    Told to whoever arranges groups or sees certifications, and to the leader themself; to others nobody.
    """
    if not group.needs_certified or actor.user_id is None:
        return []
    rows = GroupFacilitator.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
    people = Person.objects.filter(pk__in=rows.filter(group=group).values("person_id"))
    if not actor.can_any("manage_groups", "view_certifications"):
        people = people.filter(user_id=actor.user_id)
    found = list(unbarred(people, actor).order_by("name", "pk"))
    missing = certifications.without_valid([person.pk for person in found], day)
    return [person for person in found if person.pk in missing]


def leaders_of(group: SupportGroup, actor: Actor) -> QuerySet[GroupFacilitator]:
    """Who leads a group today, as far as this reader may see it."""
    today = LocalDate(Now(), "group__location__zone")
    return (
        visible_to(GroupFacilitator, actor)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), group=group, starts_on__lte=today)
        .select_related("person")
        .order_by("starts_on", "pk")
    )


def standing_enrolment(group: SupportGroup, actor: Actor) -> Enrolment | None:
    """This user's own place in a group, or None."""
    if actor.user_id is None:
        return None
    return active_enrolments().filter(group=group, person__user_id=actor.user_id).select_related("person").first()


def roster(group: SupportGroup, actor: Actor) -> QuerySet[Enrolment]:
    """Who is in a group, as far as this reader may see it."""
    return (
        visible_to(Enrolment, actor)
        .filter(group=group, ended_at__isnull=True)
        .select_related("person")
        .order_by("person__name", "pk")
    )


def person_to_enrol(actor: Actor) -> Person | None:
    """As whom this user joins groups: their client record's person, else a person that does not work here.

    None where they are known here only as staff, or not at all.
    """
    if actor.user_id is None:
        return None
    works_here = Exists(people.active_memberships().filter(person_id=OuterRef("pk")))
    return (
        people.persons_of(actor)
        .annotate(
            is_client=Exists(ClientRecord.objects.filter(person_id=OuterRef("pk"), archived_at__isnull=True)),
            works_here=works_here,
        )
        .filter(Q(is_client=True) | Q(works_here=False))
        .order_by("-is_client", "pk")
        .first()
    )
