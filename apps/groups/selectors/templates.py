"""Reads of templates: an organization's own, the shipped ones, what to mind when a group starts, and today's topic."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.db import connection
from django.db.models import Min, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.certifications import selectors as certifications
from apps.groups.choices import LeaderKind, SessionState
from apps.groups.models import GroupTemplate, Session, SupportGroup, lines_of
from apps.groups.shipped import Kind, shipped_kinds
from apps.kit.dates import format_day
from apps.kit.listing import listed
from apps.kit.search import matches
from apps.kit.text import TranslatedText
from apps.organizations.models import Person


def own_templates(actor: Actor, words: str = "") -> QuerySet[GroupTemplate]:
    """The organization's own templates in use, by name; those that fit the words, where there are any."""
    rows = visible_to(GroupTemplate, actor).filter(archived_at__isnull=True)
    return rows.filter(matches(words)) if words.strip() else rows


def kinds_found(words: str = "") -> list[Kind]:
    """The shipped kinds, the eight commonest first; those that fit the words, where there are any."""
    return [kind for kind in shipped_kinds().values() if not words.strip() or kind.found_by(words)]


def template_name(group: SupportGroup) -> str:
    """What the template is called that a group started from, in the reader's language; "" where there was none."""
    if group.template is not None:
        return str(group.template)
    kind = shipped_kinds().get(group.made_from)
    return str(kind.template) if kind is not None else ""


def cautions(group: SupportGroup, leaders: Sequence[Person]) -> list[str]:
    """What whoever starts a group should mind, in words. Nothing of it keeps a group from starting."""
    said: list[str] = []
    needed = group.leaders_needed or 1
    if len(leaders) < needed:
        words = ngettext("This kind is led by %(needed)d person.", "This kind is led by %(needed)d people.", needed)
        chosen = _("You chose %(chosen)d.") % {"chosen": len(leaders)}
        said.append(f"{words % {'needed': needed}} {chosen}")
    if group.needs_certified and leaders:
        missing = certifications.without_valid([person.pk for person in leaders], group.starts_on)
        names = [person.name for person in leaders if person.pk in missing]
        if names:
            day = format_day(group.starts_on, style="dated")
            words = _("Whoever leads it needs a certification. On %(day)s none holds for %(names)s.")
            said.append(words % {"day": day, "names": listed(names)})
    if group.leader_kinds:
        kinds = listed(str(LeaderKind(kind).label) for kind in group.leader_kinds)
        said.append(
            _("Among those who lead it: %(kinds)s. We can’t look this up, so please make sure.") % {"kinds": kinds}
        )
    people = (group.capacity or group.minimum or 0) + max(len(leaders), 1)
    seats = group.room.seats if group.room is not None else None
    if seats is not None and (group.capacity or group.minimum) and seats < people:
        words = _("The room has %(seats)d seats. With those who lead it, up to %(people)d people come.")
        said.append(words % {"seats": seats, "people": people})
    if group.payer_limit is not None and (group.capacity is None or group.capacity > group.payer_limit):
        said.append(
            ngettext(
                "The payer pays for at most %(limit)d person in one group, and more may come to this one.",
                "The payer pays for at most %(limit)d people in one group, and more may come to this one.",
                group.payer_limit,
            )
            % {"limit": group.payer_limit}
        )
    return said


def topics_by_session(group: SupportGroup) -> dict[uuid.UUID, TranslatedText]:
    """Which topic each session of a group has, by the session's public id; empty where it has none in order.

    The first session that takes place has the first topic, and so on. One that is off has none: its topic comes the
    next time. Where a group goes on after the last topic, they begin again; a course that is counted ends with it.
    Days of the rule before the first session that is written down (a course taken over half-way) count too. Two
    queries, none for a group without topics.
    """
    topics = lines_of(group.topics) if group.topics_in_order else []
    if not topics:
        return {}
    rows = Session.objects.filter(group=group)
    first = rows.aggregate(first=Min("slot"))["first"]
    before = 0
    if first is not None and group.starts_on < first:
        with connection.cursor() as cursor:
            day_before = first - timedelta(days=1)
            cursor.execute("SELECT count(*) FROM groups_days(%s, %s, %s)", [group.starts_on, day_before, [group.pk]])
            before = cursor.fetchone()[0]
    held = rows.filter(ended_with_group=False).exclude(state=SessionState.CANCELLED).order_by("starts_at", "pk")
    found = {}
    for number, public_id in enumerate(held.values_list("public_id", flat=True), start=before):
        if number < len(topics) or group.times is None:
            found[public_id] = topics[number % len(topics)]
    return found
