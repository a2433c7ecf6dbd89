"""A page's day is the day of its organization, wherever the server stands."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.access.scope import open_scope
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])  # never on the same day
def test_a_new_note_begins_on_the_organizations_own_day(zone: str, cast: Cast):
    with open_scope(cast.harbor.pk):
        cast.harbor.zone = zone
        cast.harbor.save()
    page = cast.client("supervisor").get(reverse("supervision:new"))
    assert page.context["form"].initial["held_on"] == timezone.localdate(timezone=ZoneInfo(zone))
