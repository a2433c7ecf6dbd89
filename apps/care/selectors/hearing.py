"""What a day out or closed changes for whom, and how it is said: when, and never what or about whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.care.choices import AppointmentState, Decision
from apps.care.models import DisruptionItem, DisruptionNotice
from apps.care.selectors.disruptions import ITEM_ROWS
from apps.groups import selectors as groups
from apps.groups.choices import Format, SessionState
from apps.groups.models import Enrolment, Session, SupportGroup
from apps.kit.dates import format_instant
from apps.organizations.models import Location


def who_hears(items: Iterable[DisruptionItem], persons: Iterable[int] | None = None) -> dict[int, list[DisruptionItem]]:
    """Of what was decided, what changes something for whom, by the keys of Persons; of these `persons` alone if given.

    A visit: its client, who does it instead, and where a house is closed its staff member. A session: who is in the
    group now and who leads it, but only its substitute where all that changes is who leads. Four queries.
    """
    rows = [item for item in items if item.changes_something]
    found: dict[int, list[DisruptionItem]] = defaultdict(list)

    def hears(person: int, item: DisruptionItem) -> None:
        if person != item.disruption.person_id:  # who is out said so
            found[person].append(item)

    by_session: dict[int, list[DisruptionItem]] = defaultdict(list)
    by_group: dict[int, list[DisruptionItem]] = defaultdict(list)
    for item in rows:
        if item.substitute_id:
            hears(item.substitute_id, item)
        if item.appointment is not None:
            hears(item.appointment.client.person_id, item)
            if not item.disruption.is_out:
                hears(item.appointment.staff_id, item)
        elif item.session is not None and not item.substitute_id:
            by_session[item.session.pk].append(item)
            by_group[item.session.group_id].append(item)
    if by_session:
        inside = Enrolment.objects.filter(group__in=by_group, ended_at__isnull=True, person__archived_at__isnull=True)
        if persons is not None:
            inside = inside.filter(person__in=list(persons))
        for group, person in inside.values_list("group_id", "person_id"):
            for item in by_group[group]:
                hears(person, item)
        for session, person in groups.leaders_on(Session.objects.filter(pk__in=by_session)):
            for item in by_session[session]:
                hears(person, item)
    wanted = found.keys() if persons is None else found.keys() & set(persons)
    return {person: sorted(set(found[person]), key=lambda item: (item.was_at, item.pk)) for person in wanted}


@dataclass(frozen=True)
class Line:
    """One thing as its reader needs it. `what`: off, now, with, place, remote, on, yours or not_yours."""

    what: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    was_at: datetime
    place: str = ""
    with_name: str = ""

    @property
    def words(self) -> str:
        """The whole sentence, in the language that is active when it is read."""
        return self._said("long")

    @property
    def short(self) -> str:
        """The sentence for a text message."""
        return self._said("short")

    def _said(self, style: Literal["long", "short"]) -> str:
        when = format_instant(self.starts_at, self.zone, style=style)
        when = when[:1].upper() + when[1:]
        was = format_instant(self.was_at, self.zone, style=style)
        said = {
            "off": _("%(when)s does not take place."),
            "now": _("%(was)s is now %(when)s."),
            "with": _("%(when)s: it is with %(name)s this time."),
            "remote": _("%(when)s: this time it is by phone or online."),
            "place": _("%(when)s: this time it is at %(place)s.")
            if self.place
            else _("%(when)s: this time it is at another place. Call us to hear where."),
            "on": _("%(when)s takes place after all."),
            "yours": _("%(when)s: you take over."),
            "not_yours": _("%(when)s: you do not need to take over any more."),
        }[self.what]
        if self.what == "now":
            was, when = was[:1].upper() + was[1:], format_instant(self.starts_at, self.zone, style=style)
        return said % {"when": when, "was": was, "name": self.with_name, "place": self.place}


def line_for(item: DisruptionItem, person_id: int, since: datetime | None) -> Line | None:
    """What one person reads about one thing, as it stands now; None where there is nothing (any more) to say.

    Never a group's or a client's name, nor a place that is confidential. What was taken back is told to those alone who
    had heard of it (`since`).
    """
    back = item.restored_at is not None
    if back and (since is None or item.decided_at is None or item.decided_at > since):
        return None
    zone = ""
    if item.session is not None:
        starts_at, ends_at, place = item.session.starts_at, item.session.ends_at, _place_of(item.session)
        is_on = item.session.state == SessionState.PLANNED
        with_name = ""
    else:
        visit = item.rebooked or item.appointment
        assert visit is not None  # noqa: S101  an item is of one of the two
        starts_at, ends_at, place = visit.starts_at, visit.ends_at, visit.location
        is_on, with_name = visit.state == AppointmentState.BOOKED, visit.staff.greeting_name
        if person_id == visit.client.person_id:  # the client reads it by their own clock, as their reminders
            zone = visit.client.person.zone or zone
    if item.was_at <= timezone.now() and starts_at <= timezone.now():
        return None
    said: dict[str, Any] = {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "zone": zone or str(place.zone),
        "was_at": item.was_at,
    }
    if person_id == item.substitute_id:
        return Line("not_yours" if back or not is_on else "yours", **said)
    if item.decision == Decision.CALLED_OFF and not back:
        return None if is_on else Line("off", **{**said, "starts_at": item.was_at, "ends_at": item.was_until})
    if not is_on:  # called off or over since, and told as such where it was
        return None
    if back:
        return Line("on", **said, with_name=with_name)
    if item.decision == Decision.SUBSTITUTE:
        return Line("with", **said, with_name=with_name)
    remote = place.is_online or (
        item.session is not None and item.session.group.format in (Format.ONLINE, Format.PHONE)
    )
    where = "" if remote or place.is_confidential else place.address
    if item.decision == Decision.MOVED:
        return Line("now", **said, place=where)
    return Line("remote" if remote else "place", **said, place=where)


def _place_of(session: Session) -> Location:
    return session.location or session.group.location


def heard_by(notices: Iterable[DisruptionNotice]) -> dict[int, list[DisruptionItem]]:
    """Which things each of these notices is about, by its key. Five queries."""
    rows = list(notices)
    items = DisruptionItem.objects.filter(disruption__in={row.disruption_id for row in rows}).select_related(*ITEM_ROWS)
    heard = who_hears(items.order_by("was_at", "pk"), {row.person_id for row in rows})
    return {
        row.pk: [item for item in heard.get(row.person_id, []) if item.disruption_id == row.disruption_id]
        for row in rows
    }


def lines_for(
    notices: Iterable[DisruptionNotice], heard: dict[int, list[DisruptionItem]] | None = None
) -> dict[int, list[Line]]:
    """What each of these people reads or is told on the phone, by the notice's key, in order of time."""
    rows = list(notices)
    heard = heard_by(rows) if heard is None else heard
    found: dict[int, list[Line]] = {}
    for row in rows:
        lines = [line for item in heard[row.pk] if (line := line_for(item, row.person_id, row.told_at)) is not None]
        found[row.pk] = sorted(lines, key=lambda line: line.starts_at)
    return found


def names_for(
    notices: Iterable[DisruptionNotice], heard: dict[int, list[DisruptionItem]] | None = None
) -> dict[int, str]:
    """What each of these people is called on pages about it: by alias who is there by groups of aliases alone.

    Who is in such a group is named on none of its pages, and so not beside its hour here either. Two queries more, and
    one for each such group.
    """
    rows = list(notices)
    heard = heard_by(rows) if heard is None else heard
    names = {row.pk: str(row.person.name) for row in rows}
    aliased: dict[int, SupportGroup] = {}
    for row in rows:
        sessions = [item.session for item in heard[row.pk] if item.session is not None and not item.substitute_id]
        if sessions and len(sessions) == len(heard[row.pk]) and all(each.group.uses_aliases for each in sessions):
            aliased[row.pk] = sessions[0].group
    inside = Enrolment.objects.filter(
        group__in={group.pk for group in aliased.values()},
        person__in={row.person_id for row in rows if row.pk in aliased},
        ended_at__isnull=True,
    )
    there = list(inside) if aliased else []
    called: dict[tuple[int, int], str] = {}
    for group in {group.pk: group for group in aliased.values()}.values():
        own = [each for each in there if each.group_id == group.pk]
        called |= {
            (group.pk, each.person_id): name for each, name in zip(own, groups.known_as(own, group), strict=True)
        }
    return names | {
        row.pk: called[aliased[row.pk].pk, row.person_id]
        for row in rows
        if row.pk in aliased and (aliased[row.pk].pk, row.person_id) in called
    }
