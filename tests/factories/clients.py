"""Clients for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from apps.access.scope import open_scope
from apps.clients import services
from apps.clients.models import CareTeamMember, ClientRecord, KeepApart
from apps.organizations.models import Organization, Person
from tests.factories.organizations import SYSTEM, _number


def make_client(organization: Organization, **fields: Any) -> ClientRecord:
    """A client, who can't sign in unless `user` is given."""
    fields = {"name": f"Client {next(_number)}", "since": date(2026, 1, 5), **fields}
    with open_scope(organization.pk):
        return services.add_client(actor=SYSTEM, organization_id=organization.pk, **fields)


def put_on_team(client: ClientRecord, person: Person, **fields: Any) -> CareTeamMember:
    """A staff member on the client's care team."""
    with open_scope(client.organization_id):
        return services.join_care_team(client=client, person=person, actor=SYSTEM, **fields)


def make_apart(one: Person, other: Person, **fields: Any) -> KeepApart:
    """Two people who are kept apart in groups."""
    with open_scope(one.organization_id):
        return services.keep_apart(one=one, other=other, actor=SYSTEM, **fields)
