"""The demo: the same every time, and nothing twice."""

import pytest
from django.core.management import call_command
from django.db import connection

from apps.access.scope import open_scope, system_scope
from apps.clients.models import ClientRecord
from apps.groups.models import SupportGroup
from apps.organizations.models import Location, Membership, Organization
from apps.organizations.roles import ROLE_CAPABILITIES

pytestmark = pytest.mark.django_db


def counts():
    with connection.cursor() as cursor, system_scope("the test counts every row"):
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = sorted(name for (name,) in cursor.fetchall())
        found = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def test_the_demo_is_whole_and_loading_it_again_adds_nothing(settings):
    settings.DEMO = True
    call_command("load_demo", verbosity=0)
    with system_scope("test"):
        houses = list(Organization.objects.filter(kind="peer_run"))
    assert len(houses) == 2
    for house in houses:
        with open_scope(house.pk):
            zones = list(Location.objects.values_list("zone", flat=True))
            assert (len(zones), len(set(zones))) == (3, 2)
            assert set(Membership.objects.values_list("role", flat=True)) == set(ROLE_CAPABILITIES)
            assert ClientRecord.objects.count() == 60
            assert SupportGroup.objects.count() == 12
            assert ClientRecord.objects.values("person__language").distinct().count() == 5
    before = counts()
    call_command("load_demo", verbosity=0)
    assert counts() == before
