"""Places: what they have for those who need it, ticked in the administration."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.access.scope import open_scope
from apps.organizations.choices import AccessFact
from apps.organizations.models import Location
from tests.cast import build_cast
from tests.factories.organizations import make_location

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return build_cast()


def form(**fields):
    rooms = {"rooms-TOTAL_FORMS": "0", "rooms-INITIAL_FORMS": "0"}
    return {"name": "Mill Street house", "zone": "America/New_York", **rooms, **fields}


def test_a_coordinator_ticks_what_a_place_has_and_its_history_keeps_it(cast):
    browser = cast.client("coordinator")
    address = reverse("admin:organizations_location_add")
    assert "No steps on the way in" in browser.get(address).content.decode()
    assert browser.post(address, form(access=["step_free", "hearing_loop"])).status_code == 302
    with open_scope(cast.harbor.pk):
        place = Location.objects.get(name="Mill Street house")
        assert place.access == ["step_free", "hearing_loop"]
        assert list(place.history.values_list("access", flat=True)) == [["step_free", "hearing_loop"]]
    page = reverse("admin:organizations_location_change", args=[place.pk])
    assert browser.post(page, form()).status_code == 302
    with open_scope(cast.harbor.pk):
        assert Location.objects.get(pk=place.pk).access == []


def test_what_is_no_fact_about_access_is_refused_beside_the_field_and_by_the_database(cast):
    browser = cast.client("coordinator")
    answer = browser.post(reverse("admin:organizations_location_add"), form(access=["step_free", "a view"]))
    assert list(answer.context_data["adminform"].form.errors) == ["access"]
    place = make_location(cast.harbor, access=AccessFact.values)
    with open_scope(cast.harbor.pk):
        with pytest.raises(IntegrityError, match="organizations_location_access"), transaction.atomic():
            Location.objects.filter(pk=place.pk).update(access=["a view"])
        assert Location.objects.get(pk=place.pk).access == AccessFact.values
