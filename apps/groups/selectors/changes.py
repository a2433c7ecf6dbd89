"""Sessions that were called off or put elsewhere at short notice, and who must hear of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Exists,
    F,
    QuerySet,
)
from django.utils import timezone

from apps.groups.models import Enrolment, Session
from apps.groups.selectors.schedule import active_enrolments
from apps.kit.occurrences import key_in, keys_named, occurrence_of, version_in

NOTICE = timedelta(days=7)  # what is further off is read in the calendar, or on the page


def changed_between(since: datetime, until: datetime) -> QuerySet[Any, Any]:
    """Who is in a group of which a coming session was called off, moved or restored after `since`, within a week of it.

    A row for each person and session, as `outreach.registry.Source` takes them. Not of groups whose first and last
    change cancelled each other out: what is told is how it is now.
    """
    return (
        Enrolment.objects.filter(
            ended_at__isnull=True,
            group__sessions__notice_at__gt=since,
            group__sessions__notice_at__lte=until,
            group__sessions__notice_for__gt=F("group__sessions__notice_at"),
            group__sessions__notice_for__lte=F("group__sessions__notice_at") + NOTICE,
            enrolled_at__lte=F("group__sessions__notice_at"),
        )
        .order_by()
        .annotate(
            occurrence=occurrence_of("session", "group__sessions__pk", "group__sessions__notice"),
            due_at=F("group__sessions__notice_at"),
            useful_until=F("group__sessions__starts_at"),
            zone=F("group__location__zone"),
        )
        .values("organization_id", "person_id", "occurrence", "due_at", "useful_until", "zone")
    )


def no_longer_changed() -> Any:
    """True for ledger rows whose session has changed again since, or is no more."""
    return ~Exists(Session.objects.filter(pk=key_in(), notice=version_in()))


def sessions_behind(occurrences: Iterable[str]) -> dict[str, Session]:
    """The sessions that these occurrences speak of, as far as they stand as they did then. One query."""
    keys = keys_named(occurrences, "session")
    rows = Session.objects.filter(pk__in=keys, starts_at__gt=timezone.now())
    rows = rows.select_related("group__location", "location")
    return {name: row for row in rows if (name := keys[row.pk]) == f"session:{row.pk}:{row.notice}"}


def still_in(sessions: Iterable[Session], people: Iterable[int]) -> set[tuple[int, int]]:
    """Who of these people is in which of the groups of these sessions now, as (group, person). One query."""
    groups = {session.group_id for session in sessions}
    rows = active_enrolments().filter(group__in=groups, person__in=list(people))
    return set(rows.values_list("group_id", "person_id"))
