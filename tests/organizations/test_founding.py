"""Beginning with a new organization."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from apps.access.scope import open_scope, system_scope
from apps.organizations.models import Host, Invitation, Membership, Organization

pytestmark = pytest.mark.django_db
GIVEN = {
    "host": "Willow.localhost",
    "short_name": "Willow",
    "zone": "America/Chicago",
    "admin_name": "Dana Whitfield",
    "admin_email": "dana@willow.example",
}


def begin(**more: str) -> str:
    out = StringIO()
    call_command("create_organization", "Willow Peer House", **{**GIVEN, **more}, stdout=out)
    return out.getvalue().strip()


def test_an_organization_begins_with_its_host_and_an_invited_administrator():
    link = begin()
    assert link.startswith("http://willow.localhost:8000/join/")
    organization_id = Host.objects.get(domain="willow.localhost").organization_id
    with open_scope(organization_id), transaction.atomic():
        assert Membership.objects.get().role == "administrator"
        assert Invitation.objects.get().email == "dana@willow.example"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"host": "no host"}, "host"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"admin_email": "nobody"}, "email"),
        ({"short_name": "x" * 31}, "short_name"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(wrong, said):
    with pytest.raises(CommandError) as refused:
        begin(**wrong)
    assert said in str(refused.value)
    with system_scope("nothing was made"), transaction.atomic():
        assert Organization.objects.count() == 0


def test_a_host_leads_to_one_organization():
    begin()
    with pytest.raises(CommandError, match="already"):
        begin(admin_email="other@willow.example")
