"""What people are reminded of: supervision that is asked for until a day, or was missed. To both of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.kit.walltime import resolve
from apps.organizations.choices import Feature
from apps.organizations.models import Organization
from apps.supervision.cadence import LOOK_BACK
from apps.supervision.choices import DueState
from apps.supervision.due import standing_plans, standings
from apps.supervision.models import SupervisionPlan

MORNING = time(9)  # by the clock of the organization; whoever reads it is written to in their own sending hours
USEFUL = timedelta(days=8)  # after the last day


class Reminder(NamedTuple):
    """One person to be told of one last day: that of a week or month that still lacks something, or just lacked it."""

    organization_id: int
    person_id: int
    occurrence: str
    due_at: datetime
    useful_until: datetime
    zone: str


class Asked(NamedTuple):
    """What a reminder says: the last day, whether it has gone by, and where the person belongs."""

    last_day: date
    has_gone_by: bool
    organization: Organization


class DuePicture:
    """What everybody in scope is to be told of, worked out once when it is first asked for: for one run of the planner.

    The queries of `standings`, and one for the organizations.
    """

    @cached_property
    def asked(self) -> dict[tuple[int, date], Asked]:
        """{(person, last day): what is said} of everything that is due or overdue."""
        return _now_asked(standing_plans())

    def between(self, since: datetime, until: datetime) -> list[Reminder]:
        """What is to be told whose last day's morning lies between: to specialist and supervisor, once each and day."""
        found, mornings = [], self._mornings
        for (person, last_day), asked in self.asked.items():
            zone = str(asked.organization.zone)
            at = mornings[last_day, zone]
            if since < at <= until:
                name = occurrence(person, last_day)
                found.append(Reminder(asked.organization.pk, person, name, at, at + USEFUL, zone))
        return found

    @cached_property
    def _mornings(self) -> dict[tuple[date, str], datetime]:
        """The moment of each last day's morning in each zone: few days and few zones, whatever the number of people."""
        days = {(last_day, str(asked.organization.zone)) for (_person, last_day), asked in self.asked.items()}
        return {(day, zone): resolve(datetime.combine(day, MORNING), zone) for day, zone in days}

    def no_longer(self) -> Q:
        """True on the ledger for reminders of what is not asked, or not missing, any more."""
        return ~Q(occurrence__in=[occurrence(*key) for key in self.asked])


def due_between(since: datetime, until: datetime) -> list[Reminder]:
    """As `DuePicture.between`, of this moment."""
    return DuePicture().between(since, until)


def no_longer_due() -> Q:
    """As `DuePicture.no_longer`, of this moment."""
    return DuePicture().no_longer()


def due_behind(occurrences: Iterable[str]) -> Mapping[str, Asked]:
    """What these reminders would say now; those that no longer hold are left out. The queries of `standings`."""
    wanted = set(occurrences)
    people = {int(part) for name in wanted if (part := name.split(":")[1]).isdigit()}
    plans = standing_plans().filter(Q(specialist_id__in=people) | Q(supervisor_id__in=people))
    found = {occurrence(*key): asked for key, asked in _now_asked(plans).items()}
    return {name: asked for name, asked in found.items() if name in wanted}


def occurrence(person: int, last_day: date) -> str:
    """The name of one reminder: it changes with the day, so that each week and month is told of anew."""
    return f"supervision:{person}:{last_day.isoformat()}"


def _now_asked(plans: QuerySet[SupervisionPlan]) -> dict[tuple[int, date], Asked]:
    """{(person, last day): what is said} of everything that is due or overdue now."""
    plans = plans.exclude(organization__features_off__contains=[str(Feature.SUPERVISION)])
    # nobody's name is needed here, and each organization once
    plans = plans.select_related(None).prefetch_related("organization")
    found: dict[tuple[int, date], Asked] = {}
    held_since = (timezone.now() - LOOK_BACK).date()
    for one in standings(plans, since=held_since):
        for _asks, stand in one.stands:
            if stand.now is None or stand.state not in (DueState.DUE, DueState.OVERDUE):
                continue
            # Nobody is reminded of what is arranged in time. Gone by without it, it is asked again; a reminder that was
            # on the ledger when it was arranged stays taken back.
            days: list[Any] = [] if stand.arranged else [(stand.now.span.end, False)]
            days += [(span.end, True) for span in stand.missed[:1]]
            for last_day, gone in days:
                for person in (one.plan.specialist_id, one.plan.supervisor_id):
                    found[person, last_day] = Asked(last_day, gone, one.plan.organization)
    return found
