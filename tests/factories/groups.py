"""Groups, sessions and enrolments for tests."""

from __future__ import annotations

import itertools
from datetime import date, time
from typing import Any

from apps.access.scope import open_scope, system_scope
from apps.groups import services
from apps.groups.models import Enrolment, SupportGroup, WaitlistEntry
from apps.organizations.models import Organization, Person
from tests.factories.organizations import SYSTEM, make_location, make_person

_number = itertools.count(1)


def make_group(organization: Organization, **fields: Any) -> SupportGroup:
    """A public weekly group with its sessions, on Tuesdays at half past five for 90 minutes, since 2020."""
    fields = {
        "name": {"en": f"Group {next(_number)}"},
        "weekday": 2,
        "starts": time(17, 30),
        "minutes": 90,
        "starts_on": date(2020, 1, 1),
        **fields,
    }
    fields.setdefault("location", None)
    if fields["location"] is None:
        fields["location"] = make_location(organization)
    with open_scope(organization.pk):
        return services.add_group(actor=SYSTEM, organization_id=organization.pk, **fields)


def make_enrolment(group: SupportGroup, person: Person | None = None) -> Enrolment:
    """A person in a group."""
    if person is None:
        with system_scope("test data is made"):
            person = make_person(group.organization)
    with open_scope(group.organization_id):
        return services.enrol(group=group, person=person, actor=SYSTEM)


def make_waiting(group: SupportGroup, person: Person | None = None) -> WaitlistEntry:
    """A person on the waiting list of a group that is full."""
    if person is None:
        with system_scope("test data is made"):
            person = make_person(group.organization)
    with open_scope(group.organization_id):
        entry = services.join(group=group, person=person, actor=SYSTEM).entry
    assert entry is not None, "the group is not full"
    return entry


def make_facilitator(group: SupportGroup, person: Person, **fields: Any) -> Any:
    """Somebody who leads a group since 2020."""
    fields.setdefault("starts_on", date(2020, 1, 1))
    with open_scope(group.organization_id):
        return services.set_facilitator(group=group, person=person, actor=SYSTEM, **fields)
