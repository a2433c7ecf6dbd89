"""The office books in the admin, offered only what is its own, and a refusal keeps what was typed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.access.scope import open_scope
from apps.care.models import Appointment, FollowUpTask
from tests.factories.care import make_appointment, make_missed, wall
from tests.factories.clients import make_client
from tests.factories.organizations import make_location, make_member, make_organization, make_room

pytestmark = pytest.mark.django_db
ADD = "/admin/care/appointment/add/"


@pytest.fixture
def office(client):
    """An organization, and its coordinator signed in on its host."""
    here = make_organization()
    client.force_login(make_member(here, "coordinator").user)
    client.defaults["HTTP_HOST"] = here.hosts.get().domain
    return here, client


def typed(record, peer, room, at):
    when = wall(room.location, at)
    return {
        "client": record.pk,
        "staff": peer.pk,
        "location": room.location_id,
        "room": room.pk,
        "day": when["day"].isoformat(),
        "starts": when["starts"].strftime("%H:%M"),
        "minutes": "30",
    }


def test_a_coordinator_books_and_a_double_booking_is_said_beside_the_field(office):
    here, browser = office
    peer, room = make_member(here, "peer_specialist"), make_room(make_location(here))
    values = typed(make_client(here), peer, room, timezone.now() + timedelta(days=2))
    assert browser.get(ADD).status_code == 200
    answer = browser.post(ADD, values)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    values["client"] = make_client(here).pk
    answer = browser.post(ADD, values)
    assert answer.status_code == 200
    assert set(answer.context["adminform"].form.errors) == {"staff"}
    assert answer.context["adminform"].form["starts"].value() == values["starts"]
    with open_scope(here.pk):
        assert Appointment.objects.count() == 1


def test_only_ones_own_are_offered(office):
    here, browser = office
    there = make_organization()
    mine, theirs = make_member(here, "peer_specialist"), make_member(there, "peer_specialist")
    place, elsewhere = make_location(here), make_location(there)
    form = browser.get(ADD).context["adminform"].form
    with open_scope(here.pk):
        assert list(form.fields["staff"].queryset) == [mine]
        assert list(form.fields["location"].queryset) == [place]
    values = typed(make_client(here), mine, make_room(place), timezone.now() + timedelta(days=2))
    for planted in ({"staff": theirs.pk}, {"location": elsewhere.pk}, {"client": make_client(there).pk}):
        answer = browser.post(ADD, values | planted)
        assert answer.status_code == 200
        assert set(planted) <= set(answer.context["adminform"].form.errors)


def test_a_day_gone_by_is_refused_and_earlier_today_is_not(office):
    here, browser = office
    peer, room = make_member(here, "peer_specialist"), make_room(make_location(here))
    values = typed(make_client(here), peer, room, timezone.now() - timedelta(days=2))
    assert set(browser.post(ADD, values).context["adminform"].form.errors) == {"day"}
    values["day"] = wall(room.location, timezone.now())["day"].isoformat()
    values["starts"] = "00:00"
    assert browser.post(ADD, values).status_code == 302


def test_a_booked_one_is_moved_and_a_recorded_one_is_only_read(office):
    here, browser = office
    booked = make_appointment(make_client(here), location=make_location(here))
    page = f"/admin/care/appointment/{booked.pk}/change/"
    form = browser.get(page).context["adminform"].form
    assert "client" not in form.fields
    values = {name: form[name].value() for name in ("staff", "location", "minutes")}
    values |= {"day": form["day"].value().isoformat(), "starts": "10:15", "room": ""}
    assert browser.post(page, values).status_code == 302
    with open_scope(here.pk):
        assert Appointment.objects.get().version == 2
    missed = make_missed(make_client(here))
    page = f"/admin/care/appointment/{missed.pk}/change/"
    assert browser.get(page).status_code == 200
    assert browser.post(page, values).status_code == 403


def test_lists_cost_the_same_with_few_rows_and_with_many(office):
    here, browser = office
    peer, place = make_member(here, "peer_specialist"), make_location(here)

    def count(page):
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(page).status_code == 200
        return len(queries)

    def fill(start, many):
        for n in range(start, start + many):
            make_missed(make_client(here), staff=peer, location=place, starts_at=timezone.now() - timedelta(hours=n))

    fill(1, 2)
    pages = ("/admin/care/appointment/", "/admin/care/followuptask/")
    few = [count(page) for page in pages]
    fill(4, 5)
    assert [count(page) for page in pages] == few


def test_a_task_is_handed_over_in_the_admin_and_never_closed_there(office):
    here, browser = office
    make_missed(make_client(here))
    colleague = make_member(here, "peer_specialist")
    with open_scope(here.pk):
        task = FollowUpTask.objects.get()
    page = f"/admin/care/followuptask/{task.pk}/change/"
    assert browser.post(page, {"assigned_to": colleague.pk, "state": "done", "outcome": "reached"}).status_code == 302
    with open_scope(here.pk):
        task = FollowUpTask.objects.get()
        assert (task.assigned_to_id, task.state) == (colleague.pk, "open")
    assert browser.get("/admin/care/followuptask/add/").status_code == 403
