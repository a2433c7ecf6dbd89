"""What the planner of messages asks of planned meetings: that one comes up, and that one was moved or called off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from apps.kit.occurrences import key_in, keys_named, occurrence_of, version_in
from apps.organizations.choices import Feature
from apps.supervision.choices import MeetingState
from apps.supervision.models import MeetingPerson, SupervisionMeeting

PLANNED_FROM = ("organization_id", "person_id", "occurrence", "due_at", "useful_until", "zone")
NOTICE = timedelta(days=7)  # a change of what is further away is read on pages
OFF = [str(Feature.SUPERVISION)]
CHANGED = (MeetingState.PLANNED, MeetingState.CANCELLED)


def _expected() -> QuerySet[MeetingPerson]:
    """Those a meeting is planned with, whose plan covers its day."""
    plan_stands = Q(plan__ends_on__isnull=True) | Q(plan__ends_on__gte=F("meeting__on"))
    return MeetingPerson.objects.filter(plan_stands, plan__starts_on__lte=F("meeting__on"))


def _each_person(*, but_who_changed_it: bool = False) -> Func:
    """A row for everybody who is expected at a meeting: who leads it, and those it is planned with."""

    def who(name: str) -> Any:
        if not but_who_changed_it:
            return F(f"{name}_id")
        itself = When(**{f"{name}__user_id": F("changed_by_id")}, then=Value(None, output_field=BigIntegerField()))
        return Case(itself, default=F(f"{name}_id"), output_field=BigIntegerField())

    lead = Func(who("leader"), who("second"), template="ARRAY[%(expressions)s]::bigint[]", output_field=CharField())
    others = _expected().filter(meeting=OuterRef("pk")).order_by().values("plan__specialist_id")
    return Func(
        lead,
        ArraySubquery(others),
        template="unnest(array_remove(array_cat(%(expressions)s), NULL))",
        output_field=BigIntegerField(),
    )


def _told() -> QuerySet[Any, Any]:
    return (
        SupervisionMeeting.objects.exclude(organization__features_off__contains=OFF)
        .order_by()
        .annotate(
            occurrence=occurrence_of("meeting", "pk", "version"),
        )
    )


def meetings_between(since: datetime, until: datetime) -> QuerySet[Any, Any]:
    """Planned meetings that begin in between, told to who leads them and to those they are planned with."""
    rows = _told().filter(state=MeetingState.PLANNED, starts_at__gt=since, starts_at__lte=until)
    rows = rows.annotate(due_at=F("starts_at"), useful_until=F("starts_at"), person_id=_each_person())
    return rows.values(*PLANNED_FROM)


def meeting_changes_between(since: datetime, until: datetime) -> QuerySet[Any, Any]:
    """Meetings that were moved or called off in between and are or were within a week, told to the same people."""
    soon = ExpressionWrapper(F("changed_at") + NOTICE, output_field=DateTimeField())
    rows = _told().filter(state__in=CHANGED, changed_at__gt=since, changed_at__lte=until, starts_at__gt=F("changed_at"))
    rows = rows.annotate(soon=soon).filter(Q(starts_at__lte=F("soon")) | Q(was_at__lte=F("soon")))
    rows = rows.annotate(
        due_at=F("changed_at"), useful_until=F("starts_at"), person_id=_each_person(but_who_changed_it=True)
    )
    return rows.values(*PLANNED_FROM)


def _behind_is_not(states: Iterable[str]) -> Any:
    return ~Exists(SupervisionMeeting.objects.filter(pk=key_in(), version=version_in(), state__in=list(states)))


def no_longer_planned() -> Any:
    """True for ledger rows whose occurrence names a meeting that has been moved, called off or written down since."""
    return _behind_is_not([MeetingState.PLANNED])


def no_longer_changed() -> Any:
    """True for ledger rows whose occurrence names a change that another change came after."""
    return _behind_is_not(CHANGED)


def meetings_behind(occurrences: Iterable[str]) -> dict[str, tuple[SupervisionMeeting, set[int]]]:
    """The meetings that these occurrences speak of as they still stand, each with whom it is about. Two queries."""
    wanted = set(occurrences)
    rows = SupervisionMeeting.objects.filter(pk__in=keys_named(wanted, "meeting")).select_related("organization")
    found = {
        name: (row, {row.leader_id, row.second_id} - {None})
        for row in rows
        if (name := f"meeting:{row.pk}:{row.version}") in wanted
    }
    by_meeting = {row.pk: people for row, people in found.values()}
    expected = _expected().filter(meeting__in=by_meeting).values_list("meeting_id", "plan__specialist_id")
    for meeting, person in expected:
        by_meeting[meeting].add(person)
    return found  # type: ignore[return-value]  # the second one's key is left out where there is none
