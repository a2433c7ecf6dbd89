"""Bulk actions: what will happen is shown first, row by row, and only a yes does it, once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.access.admin import bulk
from apps.access.models import AccessLog
from apps.access.scope import open_scope
from apps.groups.models import SupportGroup
from apps.organizations.models import Location, Membership, Person
from apps.supervision.models import SupervisionPlan
from tests.cast import Cast
from tests.factories.clients import make_client
from tests.factories.groups import make_group
from tests.factories.organizations import make_location, make_member
from tests.factories.supervision import make_plan

pytestmark = pytest.mark.django_db
PLACES, PEOPLE = "/admin/organizations/location/", "/admin/organizations/person/"
TOMORROW = timezone.localdate() + timedelta(days=1)


def ask(browser: Any, where: str, action: str, rows: Any, **values: Any) -> Any:
    chosen = {"action": action, "_selected_action": [getattr(row, "pk", row) for row in rows]}
    return browser.post(where, {**chosen, **values})


def words(page: Any) -> str:
    return page.content.decode()


def say_yes(browser: Any, where: str, action: str, rows: Any, **values: Any) -> Any:
    """Choose, look, and say yes with the key that the page gave."""
    page = ask(browser, where, action, rows)
    once = re.search(r'name="once" value="([^"]+)"', words(page))
    assert once, words(page)
    return ask(browser, where, action, rows, sure="yes", once=once[1], **values)


def in_use(cast: Cast) -> set[str]:
    with open_scope(cast.harbor.pk):
        return set(Location.objects.filter(archived_at__isnull=True).values_list("name", flat=True))


def test_first_comes_a_page_with_how_many_and_which_and_nothing_has_happened(cast):
    rows = [make_location(cast.harbor, name=f"House {n}") for n in "ABC"]
    page = words(ask(cast.client("administrator"), PLACES, "put_away", rows[:2]))
    assert "For 2 of them" in page and "House A" in page and "House B" in page and "Yes, do it for 2" in page
    assert "House C" not in page
    assert in_use(cast) == {"House A", "House B", "House C"}


def test_a_yes_does_it_and_a_second_click_does_nothing_more(cast):
    rows, browser = [make_location(cast.harbor, name=f"House {n}") for n in "AB"], cast.client("administrator")
    page = ask(browser, PLACES, "put_away", rows)
    once = re.search(r'name="once" value="([^"]+)"', words(page))[1]
    said = words(browser.get(ask(browser, PLACES, "put_away", rows, sure="yes", once=once)["Location"]))
    assert "Put away: done for 2." in said
    assert in_use(cast) == set()
    with open_scope(cast.harbor.pk):
        Location.objects.update(archived_at=None)
    assert ask(browser, PLACES, "put_away", rows, sure="yes", once=once).status_code == 302
    assert in_use(cast) == {"House A", "House B"}


def test_a_yes_without_the_key_of_the_page_does_nothing(cast):
    row = make_location(cast.harbor, name="House A")
    assert ask(cast.client("administrator"), PLACES, "put_away", [row], sure="yes").status_code == 422
    assert in_use(cast) == {"House A"}


def test_what_a_service_refuses_is_told_by_row_with_its_reason_and_the_rest_is_done(cast):
    browser = cast.client("administrator")
    rows = [make_location(cast.harbor, name=f"House {n}") for n in "AB"]
    say_yes(browser, PLACES, "put_away", rows)
    make_location(cast.harbor, name="House A")
    old = f"{PLACES}?put_away=yes"
    page = words(ask(browser, old, "take_back", rows))
    assert "For 1 of them" in page and "1 stays as it is" in page
    assert "A location with this name already exists." in page
    assert in_use(cast) == {"House A"}
    said = words(browser.get(say_yes(browser, old, "take_back", rows)["Location"]))
    assert "House A is left as it is: A location with this name already exists." in said
    assert in_use(cast) == {"House A", "House B"}


def test_what_was_put_away_is_read_and_not_changed(cast):
    browser, row = cast.client("administrator"), make_location(cast.harbor, name="House A")
    say_yes(browser, PLACES, "put_away", [row])
    assert "House A" not in words(browser.get(PLACES))
    assert "House A" in words(browser.get(f"{PLACES}?put_away=yes"))
    assert browser.post(f"{PLACES}{row.pk}/change/", {"name": "Mine"}).status_code == 403


def test_rows_next_door_fall_away_like_rows_that_never_were(cast):
    browser = cast.client("administrator")
    ours, theirs = make_location(cast.harbor, name="House A"), make_location(cast.aurora, name="Their house")
    strange = [words(ask(browser, PLACES, "put_away", [pk])) for pk in (theirs.pk, 999_999_999)]
    alike = {re.sub(r'csrf\S+ value="\w+"|csrfToken[^,}]*|"X-CSRFToken": ?"\w+"|nonce="\S+"', "", p) for p in strange}
    assert len(alike) == 1 and "so there is nothing to do" in alike.pop()
    page = words(ask(browser, PLACES, "put_away", [ours, theirs]))
    assert "For 1 of them" in page and "Their house" not in page and f'value="{theirs.pk}"' not in page
    say_yes(browser, PLACES, "put_away", [ours, theirs])
    with open_scope(cast.aurora.pk):
        assert Location.objects.get().archived_at is None


def test_whoever_may_only_look_is_offered_nothing_and_does_nothing(cast):
    row = make_location(cast.harbor, name="House A")
    browser = cast.client("auditor")
    assert "Put away" not in words(browser.get(PLACES))
    ask(browser, PLACES, "put_away", [row], sure="yes", once="8d8ac610-566d-4ef0-9c22-186b2a5ed793")
    assert in_use(cast) == {"House A"}


def test_a_choice_for_all_is_asked_then_looked_at_then_done(cast):
    browser, people = cast.client("administrator"), [make_member(cast.harbor, "observer") for _n in range(2)]
    place = make_location(cast.harbor, name="Front Street")
    asked = words(ask(browser, PEOPLE, "give_role", people))
    assert "You chose 2" in asked and 'name="role"' in asked
    values = {"role": "translator", "location": place.pk, "starts_on": "2026-01-05"}
    once = re.search(r'name="once" value="([^"]+)"', asked)[1]
    look = words(ask(browser, PEOPLE, "give_role", people, look="1", once=once, **values))
    assert "For 2 of them" in look and "Front Street" in look and "Translator" in look
    given = Membership.objects.filter(role="translator", location=place)
    with open_scope(cast.harbor.pk):
        assert not given.exists()
    ask(browser, PEOPLE, "give_role", people, sure="yes", once=once, **values)
    with open_scope(cast.harbor.pk):
        assert {row.person_id for row in given} == {person.pk for person in people}


def test_a_place_next_door_can_not_be_chosen(cast):
    browser, theirs = cast.client("administrator"), make_location(cast.aurora, name="Their house")
    person = cast.people["observer"]
    page = say_yes(browser, PEOPLE, "choose_location", [person], location=theirs.pk)
    assert page.status_code == 422 and "Their house" not in words(page)
    with open_scope(cast.harbor.pk):
        assert not Membership.objects.filter(location__isnull=False).exists()


def test_a_supervisor_is_chosen_for_many_and_the_one_before_ends_the_day_before(cast):
    with open_scope(cast.harbor.pk):
        first, second = cast.people["peer_specialist"], make_member(cast.harbor, "peer_specialist")
    old = make_plan(cast.harbor, specialist=first, supervisor=make_member(cast.harbor, "supervisor"))
    values = {"supervisor": cast.people["supervisor"].pk, "starts_on": TOMORROW.isoformat()}
    say_yes(cast.client("administrator"), PEOPLE, "choose_supervisor", [first, second], **values)
    with open_scope(cast.harbor.pk):
        assert SupervisionPlan.objects.get(pk=old.pk).ends_on == TOMORROW - timedelta(days=1)
        fresh = SupervisionPlan.objects.filter(supervisor=cast.people["supervisor"], starts_on=TOMORROW)
        assert {plan.specialist_id for plan in fresh} == {first.pk, second.pk}


def test_clients_whom_the_page_names_are_noted_as_read(cast):
    row = make_client(cast.harbor)
    ask(cast.client("coordinator"), "/admin/clients/clientrecord/", "choose_location", [row])
    with open_scope(cast.harbor.pk):
        assert AccessLog.objects.filter(model="clients.clientrecord", row_id=row.pk, action="list").exists()


def test_too_many_at_once_are_refused_with_how_many_may_be(cast, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    rows, browser = [make_location(cast.harbor) for _n in range(2)], cast.client("administrator")
    said = words(browser.get(ask(browser, PLACES, "put_away", rows)["Location"]))
    assert "Choose at most 1 at a time." in said


def test_groups_put_away_leave_the_list_and_their_sessions_end(cast):
    group = make_group(cast.harbor)
    say_yes(cast.client("coordinator"), "/admin/groups/supportgroup/", "put_away", [group])
    with open_scope(cast.harbor.pk):
        assert SupportGroup.objects.get(pk=group.pk).archived_at is not None


def test_a_look_leaves_no_trace_in_the_history(cast):
    person = cast.people["observer"]
    with open_scope(cast.harbor.pk):
        before = Person.history.rel.related_model.objects.count(), Membership.history.rel.related_model.objects.count()
    values = {"role": "translator", "starts_on": "2026-01-05", "look": "1"}
    ask(
        cast.client("administrator"),
        PEOPLE,
        "give_role",
        [person],
        once="8d8ac610-566d-4ef0-9c22-186b2a5ed793",
        **values,
    )
    with open_scope(cast.harbor.pk):
        after = Person.history.rel.related_model.objects.count(), Membership.history.rel.related_model.objects.count()
    assert after == before
