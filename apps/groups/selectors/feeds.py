"""Sessions as events of calendars, and the state of a feed without looking at its events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, DateTimeField, F, Max, Q, QuerySet, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.groups.choices import Visibility
from apps.groups.models import FeedMark, Session
from apps.groups.selectors.schedule import active_enrolments
from apps.kit.ical import Event
from apps.kit.listing import listed
from apps.kit.text import TranslatedText

PAST, COMING = timedelta(days=60), timedelta(days=400)
COLUMNS: dict[str, Any] = {
    "name": F("group__name"),
    "format": F("group__format"),
    "group_uuid": F("group__public_id"),
    "place": Coalesce("location__name", "group__location__name"),
    "address": Coalesce("location__address", "group__location__address"),
    "is_confidential": Coalesce("location__is_confidential", "group__location__is_confidential"),
    "room_name": Case(
        When(Q(room__isnull=False) | Q(location__isnull=False), then=F("room__name")), default=F("group__room__name")
    ),
    "raised": F("sequence") + F("group__sequence"),
    "touched": Greatest("changed_at", "group__changed_at", output_field=DateTimeField()),
}


def feed_state(*, topics: dict[str, Any]) -> str:
    """A word that changes whenever something of these subjects changed: {"group": ids or a queryset, "person": …}.

    One query over the marks that changes leave; no session and no appointment is looked at. `None` as the subjects
    takes every one of that topic in the scope.
    """
    wanted = Q(pk__in=())
    for topic, subjects in topics.items():
        wanted |= Q(topic=topic) if subjects is None else Q(topic=topic, subject__in=subjects)
    state = FeedMark.objects.filter(wanted).aggregate(n=Count("pk"), last=Max("pk"))
    return f"{state['n']}.{state['last'] or 0}"


def last_touched(topic: str, subjects: Iterable[int]) -> dict[int, datetime]:
    """When each of these subjects last changed, where a mark says so. One query."""
    rows = FeedMark.objects.filter(topic=topic, subject__in=list(subjects)).values("subject")
    return dict(rows.annotate(at=Max("created_at")).values_list("subject", "at"))


def public_sessions(actor: Actor) -> QuerySet[Session]:
    """The sessions of a public schedule's calendar: also those lately gone by and those that are off."""
    now = timezone.now()
    return visible_to(Session, actor).filter(
        group__visibility=Visibility.PUBLIC,
        group__archived_at__isnull=True,
        starts_at__gt=now - PAST,
        starts_at__lt=now + COMING,
    )


def sessions_of_person(person_id: int, actor: Actor) -> QuerySet[Session]:
    """The sessions of the groups that this person is in now, for their own calendar."""
    now = timezone.now()
    groups = active_enrolments().filter(person=person_id).values("group_id")
    return visible_to(Session, actor).filter(group__in=groups, starts_at__gt=now - PAST, starts_at__lt=now + COMING)


def groups_of_person(person_id: int) -> QuerySet[Any, Any]:
    """The keys of the groups that this person is in now."""
    return active_enrolments().filter(person=person_id).values("group_id")


def session_events(
    sessions: QuerySet[Session],
    *,
    language: str,
    address_of: str = "",
    masked: str = "",
    with_place: bool = True,
    is_busy: bool = True,
    is_private: bool = False,
) -> list[Event]:
    """Sessions as events of a calendar, in order of time. One query.

    `masked` is what every one is called, with nothing else, where a calendar may be read by others. `address_of` is the
    address of a group's page up to its key. A confidential place is never in a calendar, nor a link to join, nor the
    name of anybody.
    """
    names = ("public_id", "starts_at", "ends_at", "state", "reason", "ended_with_group", *COLUMNS)
    rows = sessions.order_by("starts_at", "pk").annotate(**COLUMNS).values_list(*names)
    off = _("Cancelled: %(name)s")
    spoken: dict[tuple[Any, ...], tuple[str, str]] = {}
    events = []
    for (
        key, starts, ends, state, reason, ended, name, format_, group, place, address, hidden, room, raised, touched
    ) in rows.iterator(chunk_size=2000):  # fmt: skip
        is_off = state == "cancelled"
        known = (group, place, room, is_off)
        words = spoken.get(known)
        if words is None:
            title = masked or _text(name, language)
            title = off % {"name": title} if is_off else title
            where = "" if masked or not with_place else _where(format_, place, room, address, hidden)
            words = spoken[known] = (title, where)
        events.append(
            Event(
                uid=str(key),
                starts_at=starts,
                ends_at=ends,
                changed_at=touched,
                sequence=raised,
                title=words[0],
                place=words[1],
                about="" if masked or not is_off or ended else _text(reason, language),
                url=f"{address_of}{group}/" if address_of and not masked else "",
                is_cancelled=is_off,
                is_busy=is_busy,
                is_private=is_private,
            )
        )
    return events


def _text(text: Any, language: str) -> str:
    return text.text(language) if isinstance(text, TranslatedText) else str(text or "")


def _where(format_: str, place: str, room: str, address: str, hidden: bool) -> str:
    if format_ == "online":
        return _("Online")
    if format_ == "phone":
        return _("By phone")
    return "" if hidden else listed(part for part in (place, room, address) if part)


__all__ = [
    "COMING",
    "PAST",
    "feed_state",
    "groups_of_person",
    "last_touched",
    "public_sessions",
    "session_events",
    "sessions_of_person",
]
