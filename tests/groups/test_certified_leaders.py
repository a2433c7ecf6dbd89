"""Where a group needs certified leaders, a lapsed certification shows to those who can do something about it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.access.scope import open_scope
from apps.groups.models import SupportGroup
from tests.cast import Cast
from tests.factories.certifications import make_certification
from tests.factories.groups import make_facilitator, make_group
from tests.factories.supervision import make_note, make_plan

pytestmark = pytest.mark.django_db
WORDS = "needs a certification that holds"


@pytest.fixture
def led(cast: Cast):
    """A group that needs certified leaders, led by the specialist of the cast."""
    group = make_group(cast.harbor, needs_certified=True)
    make_facilitator(group, cast.people["peer_specialist"])
    return group


def told(cast, group):
    address = reverse("groups:group", args=[group.public_id])
    names = ("administrator", "supervisor", "peer_specialist", "client", "visitor", "volunteer_facilitator")
    return {name for name in names if WORDS in cast.client(name).get(address).content.decode()}


def test_without_a_valid_certification_it_shows_to_the_office_and_to_the_leader_and_to_nobody_else(cast: Cast, led):
    ended = timezone.localdate() - timedelta(days=3)
    make_certification(cast.people["peer_specialist"], issued_on="2020-01-01", expires_on=ended)
    assert told(cast, led) == {"administrator", "supervisor", "peer_specialist"}


def test_with_a_valid_one_or_in_a_group_that_needs_none_nothing_shows(cast: Cast, led):
    later = timezone.localdate() + timedelta(days=400)
    row = make_certification(cast.people["peer_specialist"], issued_on="2020-01-01", expires_on=later)
    assert told(cast, led) == set()
    with open_scope(cast.harbor.pk):
        SupportGroup.objects.update(needs_certified=False)
        row.terms.update(ends_on="2021-01-01", last_day="2021-01-01")
    assert told(cast, led) == set()


def test_whoever_signs_is_told_that_their_certification_ended(cast: Cast):
    people = cast.people
    plan = make_plan(cast.harbor, people["peer_specialist"], people["supervisor"])
    note = make_note(plan, "submitted")
    address = reverse("supervision:note", args=[note.public_id])
    assert "does not hold today" not in cast.client("supervisor").get(address).content.decode()
    ended = timezone.localdate() - timedelta(days=3)
    make_certification(people["supervisor"], issued_on="2020-01-01", expires_on=ended)
    assert "does not hold today" in cast.client("supervisor").get(address).content.decode()
    draft = make_note(plan, held_on=date(2026, 1, 16))
    address = reverse("supervision:note", args=[draft.public_id])
    assert "does not hold today" not in cast.client("peer_specialist").get(address).content.decode()
    make_certification(people["peer_specialist"], issued_on="2020-01-01", expires_on=ended)
    assert "does not hold today" in cast.client("peer_specialist").get(address).content.decode()
