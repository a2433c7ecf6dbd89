"""The gallery, a template, and starting a group from it: for those who arrange groups, a look before the deed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.access.scope import open_scope
from apps.groups import services
from apps.groups.models import GroupTemplate, SupportGroup
from apps.groups.shipped import shipped_kinds
from apps.kit.once import new_key
from tests.factories.messaging import zone_at
from tests.factories.organizations import SYSTEM, make_location, make_person, make_room

pytestmark = pytest.mark.django_db
GALLERY = "/groups/templates/"


@pytest.fixture
def house(cast):
    cast.place = make_location(cast.harbor, name="Mill Street house", zone=zone_at(12))
    cast.there = make_location(cast.aurora, name="Foreign house")
    return cast


def page(key="recovery-support", what="start"):
    return f"{GALLERY}{key}/{what}/" if what else f"{GALLERY}{key}/"


def asked(house, key="recovery-support", **more):
    template = shipped_kinds()[key].template
    return {
        "once": str(new_key()),
        "name": template.name["en"],
        "location": str(house.place.pk),
        "starts_on": (timezone.localdate() + timedelta(days=7)).isoformat(),
        "starts": "17:30",
        "minutes": str(template.minutes),
        "rhythm": "as_said",
        "times": str(template.times or ""),
        "capacity": str(template.capacity or ""),
        "languages": ["en", "es"],
        "leaders": [str(house.people["peer_specialist"].pk)],
        "format": template.format,
        **more,
    }


def own(house, key="family-support", **values):
    organization = values.pop("organization", house.harbor)
    with open_scope(organization.pk):
        row = services.take_kind(kind=shipped_kinds()[key], actor=SYSTEM, organization_id=organization.pk)
        return services.store_template(template=row, actor=SYSTEM, **values) if values else row


def groups(house):
    with open_scope(house.harbor.pk):
        return list(SupportGroup.objects.order_by("pk"))


# ---- the gallery
def test_the_gallery_shows_ones_own_first_then_the_eight_commonest_and_all_others_behind_them(house):
    own(house, name={"en": "Our Thursday circle"})
    own(house, organization=house.aurora, name={"en": "Theirs next door"})
    text = house.client("coordinator").get(GALLERY).content.decode()
    assert "Theirs next door" not in text
    shown = [text.index(kind.template.name["en"]) for kind in shipped_kinds().values()]
    assert text.index("Our Thursday circle") < shown[0]
    assert shown[:8] == sorted(shown[:8])
    assert max(shown[:8]) < text.index("More kinds of groups") < min(shown[8:])


def test_a_search_finds_by_the_beginning_of_words_in_any_language_and_one_can_see_all_again(house):
    browser = house.client("coordinator")
    own(house, name={"en": "Our grieving circle"})
    found = browser.get(GALLERY, {"q": "griev"}).content.decode()
    assert "Our grieving circle" in found
    assert "Grief group" not in found
    assert "Grupo" not in browser.get(GALLERY, {"q": "duelo"}).content.decode()
    assert "Grief group" in browser.get(GALLERY, {"q": "DUELO"}).content.decode()
    nothing = browser.get(GALLERY, {"q": "zzz"}).content.decode()
    assert "Nothing fits these words" in nothing
    assert f'href="{GALLERY}"' in nothing


def test_the_gallery_costs_the_same_with_one_template_and_with_many(house):
    browser = house.client("coordinator")
    own(house)

    def count():
        browser.get(GALLERY)
        with CaptureQueriesContext(connection) as queries:
            browser.get(GALLERY)
        return len(queries)

    few = count()
    with open_scope(house.harbor.pk):
        GroupTemplate.objects.bulk_create(
            GroupTemplate(organization=house.harbor, name={"en": f"Kind {n}"}) for n in range(200)
        )
    assert count() == few


def test_a_template_that_was_put_away_starts_nothing_and_still_says_what_it_was(house):
    row = own(house)
    with open_scope(house.harbor.pk):
        GroupTemplate.objects.update(archived_at=timezone.now())
    browser, address = house.client("coordinator"), f"{GALLERY}{row.public_id}/"
    assert "It was put away" in browser.get(address).content.decode()
    assert browser.get(f"{address}start/").status_code == 404
    assert str(row.public_id) not in browser.get(GALLERY).content.decode()


@pytest.mark.parametrize("key", sorted(shipped_kinds()))
def test_the_page_of_a_kind_says_what_it_is_where_it_is_from_and_what_to_ask(house, key):
    template = shipped_kinds()[key].template
    browser = house.client("coordinator")
    text = browser.get(page(key, "")).content.decode()
    for words in (template.name["en"], template.description["en"].split(".")[0].replace("'", "&#x27;")):
        assert words in text
    assert template.source.split(";")[0].replace("'", "&#x27;") in text
    spanish = browser.get(page(key, ""), headers={"accept-language": "es"}).content.decode()
    assert template.name["es"] in spanish
    assert browser.get(page(key)).status_code == 200


def test_making_a_kind_ones_own_is_done_once_and_leads_to_it(house):
    browser, data = house.client("coordinator"), {"once": str(new_key())}
    first, second = (browser.post(page("grief-group", "take"), data) for _n in range(2))
    assert first.status_code == second.status_code == 302
    assert first.url == second.url
    with open_scope(house.harbor.pk):
        row = GroupTemplate.objects.get()
    assert first.url == f"{GALLERY}{row.public_id}/"
    text = browser.get(first.url).content.decode()
    assert reverse("admin:groups_grouptemplate_change", args=[row.pk]) in text


# ---- starting a group
def test_a_look_shows_days_and_what_to_mind_and_makes_nothing_and_a_yes_makes_it_once(house):
    browser, data = house.client("coordinator"), asked(house)
    look = browser.post(page(), {**data, "step": "look"})
    text = look.content.decode()
    assert look.status_code == 200
    assert "This kind is led by 2 people. You chose 1." in text
    assert text.count("5:30 to 7:00 pm") == 12
    assert groups(house) == []
    first, second = (browser.post(page(), {**data, "step": "do"}) for _n in range(2))
    (group,) = groups(house)
    assert first.url == second.url == reverse("groups:group", args=[group.public_id])
    assert (group.made_from, group.languages, group.attendance_mode) == ("recovery-support", ["en", "es"], "head_count")
    assert group.name["ar"] == shipped_kinds()["recovery-support"].template.name["ar"]
    with open_scope(house.harbor.pk):
        assert [row.person for row in group.facilitators.all()] == [house.people["peer_specialist"]]


def test_the_look_carries_all_that_was_said_on_to_the_deed(house):
    browser = house.client("coordinator")
    data = asked(house, "peer-course-8", rhythm="fortnightly", capacity="9", name="Our course")
    look = browser.post(page("peer-course-8"), {**data, "step": "look"}).context["form"]
    hidden = {bound.html_name: bound.value() for bound in look}
    for name, value in data.items():
        assert hidden[name] == value, name
    text = browser.post(page("peer-course-8"), {**data, "step": "back"}).content.decode()
    assert 'value="Our course"' in text
    assert groups(house) == []
    assert browser.post(page("peer-course-8"), {**data, "step": "do"}).status_code == 302
    (group,) = groups(house)
    assert (group.interval, group.capacity, group.times, dict(group.name)) == (2, 9, 8, {"en": "Our course"})


def test_from_ones_own_template_the_group_names_it(house):
    row = own(house, minutes=75)
    browser, address = house.client("administrator"), f"{GALLERY}{row.public_id}/start/"
    assert 'value="75"' in browser.get(address).content.decode()
    assert browser.post(address, asked(house, minutes="75", step="do")).status_code == 302
    (group,) = groups(house)
    assert (group.template_id, group.made_from, group.minutes) == (row.pk, "", 75)
    shown = browser.get(reverse("admin:groups_supportgroup_change", args=[group.pk])).content.decode()
    assert "Family support group" in shown


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"location": ""}, "location"),
        ({"starts_on": (timezone.localdate() - timedelta(days=3)).isoformat()}, "starts_on"),
        ({"starts": "25:00"}, "starts"),
        ({"minutes": "5"}, "minutes"),
        ({"times": "4", "ends_on": "2031-01-01"}, "times"),
        ({"ends_on": timezone.localdate().isoformat()}, "ends_on"),
        ({"rhythm": "daily"}, "rhythm"),
        ({"name": ""}, "name"),
    ],
)
def test_what_is_refused_stands_beside_its_field_with_what_was_typed(house, change, field):
    browser = house.client("coordinator")
    for step in ("look", "do"):
        answer = browser.post(page(), asked(house, **{"name": "Our own name", **change, "step": step}))
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]
        assert "Our own name" in answer.content.decode() or field == "name"
    assert groups(house) == []


def test_a_room_elsewhere_is_refused_beside_the_room(house):
    room = make_room(make_location(house.harbor))
    answer = house.client("coordinator").post(page(), asked(house, room=str(room.pk), step="look"))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["room"]


def test_a_school_year_asks_for_its_last_day(house):
    browser = house.client("coordinator")
    answer = browser.post(page("school-mentoring"), asked(house, "school-mentoring", step="look"))
    assert list(answer.context["form"].errors) == ["ends_on"]
    later = (timezone.localdate() + timedelta(days=200)).isoformat()
    assert browser.post(page("school-mentoring"), asked(house, "school-mentoring", ends_on=later, step="do")).url
    assert [group.needs_guardian_consent for group in groups(house)] == [True]


def test_nothing_of_another_organization_is_offered_or_taken(house):
    make_room(house.there, name="Their room")
    browser = house.client("coordinator")
    text = browser.get(page()).content.decode()
    assert not [words for words in ("Foreign house", "Their room") if words in text]
    stranger = house.neighbours["peer_specialist"]
    client = make_person(house.harbor, name="Only a client")
    for change, field in (
        ({"location": str(house.there.pk)}, "location"),
        ({"leaders": [str(stranger.pk)]}, "leaders"),
        ({"leaders": [str(client.pk)]}, "leaders"),
    ):
        answer = browser.post(page(), asked(house, **change, step="do"))
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]
    assert groups(house) == []
    theirs = own(house, organization=house.aurora)
    for what in ("", "start/"):
        assert browser.get(f"{GALLERY}{theirs.public_id}/{what}").status_code == 404


def test_who_does_not_arrange_groups_starts_none(house):
    row = own(house)
    for person in ("supervisor", "peer_specialist", "client", "auditor"):
        browser = house.client(person)
        assert browser.post(page(), asked(house, step="do")).status_code == 403
        assert browser.post(f"{GALLERY}{row.public_id}/start/", asked(house, step="do")).status_code == 404
        assert browser.post(page("grief-group", "take"), {"once": str(new_key())}).status_code == 403
    assert groups(house) == []
    with open_scope(house.harbor.pk):
        assert list(GroupTemplate.objects.all()) == [row]


# ---- the group's own page
def test_the_page_of_a_group_says_the_topic_to_all_and_the_questions_to_who_runs_it(house):
    browser = house.client("coordinator")
    address = browser.post(page("peer-course-8"), asked(house, "peer-course-8", step="do")).url
    texts = {who: house.client(who).get(address).content.decode() for who in ("visitor", "coordinator")}
    for text in texts.values():
        assert "This time: Getting to know each other" in " ".join(text.split())
        assert "My story" in text
    assert "What will you keep from this course?" in texts["coordinator"]
    assert "What will you keep from this course?" not in texts["visitor"]


def test_an_interpreter_on_request_is_told_where_access_is(house):
    browser = house.client("coordinator")
    address = browser.post(page("disability-circle"), asked(house, "disability-circle", step="do")).url
    assert "Tell us which language you need" in house.client("visitor").get(address).content.decode()
    other = browser.post(page(), asked(house, step="do")).url
    assert "Tell us which language you need" not in house.client("visitor").get(other).content.decode()


# ---- the administration
def test_the_office_changes_a_template_and_what_cannot_be_is_told_beside_its_field(house):
    row, browser = own(house, "billed-skills-group"), house.client("coordinator")
    address = reverse("admin:groups_grouptemplate_change", args=[row.pk])
    data = {
        "name_en": "Our skills group", "frequency": "weekly", "interval": "1", "days_in_row": "1", "minutes": "45",
        "membership": "drop_in", "attendance_mode": "named", "visibility": "public", "format": "in_person",
        "is_billable": "on", "payer_limit": "20", "leader_kinds": ["licensed"], "topics_in_order": "on",
        "topics_en": "One\nTwo", "topics_es": "Uno\nDos",
    }  # fmt: skip
    assert browser.post(address, data).status_code == 302
    with open_scope(house.harbor.pk):
        row.refresh_from_db()
    assert (row.payer_limit, row.leader_kinds, row.minutes, row.topics["es"]) == (20, ["licensed"], 45, "Uno\nDos")
    for change, field in (
        ({"is_billable": ""}, "payer_limit"),
        ({"topics_es": "Uno"}, "topics"),
        ({"membership": "matched", "visibility": "members"}, "capacity"),
    ):
        answer = browser.post(address, {**data, **change})
        assert answer.status_code == 200
        assert list(answer.context_data["adminform"].form.errors) == [field]
