"""What is kept of those who work here: profile and mentor, and when they are away."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from apps.access.scope import open_scope
from apps.organizations import services
from apps.organizations.models import Absence, StaffProfile
from tests.cast import SYSTEM, Cast
from tests.factories.organizations import make_member, make_person

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
DAY = timedelta(days=1)


def keep(cast: Cast, name: str, by: str = "administrator", **values):
    with open_scope(cast.harbor.pk):
        return services.keep_profile(person=cast.people[name], actor=cast.actor(by), **values)


def away(cast: Cast, name: str, by: str = "coordinator", **values):
    values = {"starts_on": TODAY() - DAY, "ends_on": TODAY() + 3 * DAY, **values}
    with open_scope(cast.harbor.pk):
        return services.write_absence(
            absence=Absence(organization=cast.harbor), actor=cast.actor(by), person=cast.people[name], **values
        )


def test_the_office_keeps_a_profile_on_the_persons_page_and_they_read_it_on_their_own(cast):
    person, mentor = cast.people["peer_specialist"], make_member(cast.harbor, "peer_specialist", name="Ida Longserving")
    with open_scope(cast.harbor.pk):
        role = person.memberships.get()
    values = {
        "name": person.name, "language": "en",
        "memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 1, "memberships-0-id": role.pk,
        "memberships-0-person": person.pk, "memberships-0-role": "peer_specialist",
        "memberships-0-starts_on": "2020-01-01",
        "staff_profile-TOTAL_FORMS": 1, "staff_profile-INITIAL_FORMS": 0, "staff_profile-0-person": person.pk,
        "staff_profile-0-languages": ["en", "es"], "staff_profile-0-other_languages": "Haitian Creole",
        "staff_profile-0-hired_on": "2024-05-06", "staff_profile-0-weekly_hours": "24.5",
        "staff_profile-0-mentor": mentor.pk,
    }  # fmt: skip
    answer = cast.client("administrator").post(f"/admin/organizations/person/{person.pk}/change/", values)
    assert answer.status_code == 302, answer.context["errors"]
    with open_scope(cast.harbor.pk):
        row = StaffProfile.objects.get()
        assert (row.languages, float(row.weekly_hours), row.mentor) == (["en", "es"], 24.5, mentor)
    own = cast.client("peer_specialist").get("/people/me/").content.decode()
    for words in ("Haitian Creole", "24.5", "Ida Longserving"):
        assert words in own
    assert person.name in make_client_page(mentor)


def make_client_page(person) -> str:
    from django.test import Client

    browser = Client(headers={"host": "harbor.localhost"})
    browser.force_login(person.user)
    return browser.get("/people/me/").content.decode()


def test_nobody_mentors_themself_under_any_hat_nor_the_one_who_mentors_them(cast):
    peer, user = cast.people["peer_specialist"], cast.people["peer_specialist"].user
    hat = make_person(cast.harbor, user=user)
    outsider = make_person(cast.harbor)
    keep(cast, "supervisor", mentor=peer)
    for mentor in (peer, hat, outsider, cast.people["supervisor"]):
        with pytest.raises(ValidationError) as refused:
            keep(cast, "peer_specialist", mentor=mentor)
        assert set(refused.value.error_dict) == {"mentor"}
    with open_scope(cast.harbor.pk):
        assert not StaffProfile.objects.filter(person=peer).exists()


@pytest.mark.parametrize("name", ["coordinator", "peer_specialist", "auditor", "stranger"])
def test_nobody_else_writes_profiles(cast, name):
    with pytest.raises(PermissionDenied):
        keep(cast, "observer", by=name, weekly_hours=10)
    with open_scope(cast.harbor.pk):
        assert not StaffProfile.objects.exists()


def test_mentoring_ends_when_either_leaves(cast):
    newcomer, mentor = cast.people["peer_specialist"], cast.people["supervisor"]
    keep(cast, "peer_specialist", mentor=mentor)
    other = make_member(cast.harbor, "peer_specialist")
    with open_scope(cast.harbor.pk):
        services.leave(person=mentor, actor=cast.actor("administrator"), choices={("newcomers", services.WHOLE): other})
        assert StaffProfile.objects.get(person=newcomer).mentor == other
        services.leave(person=newcomer, actor=cast.actor("administrator"), choices={})
        assert StaffProfile.objects.get(person=newcomer).mentor is None


def test_who_is_away_today_and_who_covers_stands_on_the_first_screen(cast):
    away(cast, "peer_specialist", covered_by=cast.people["supervisor"])
    away(cast, "observer", starts_on=TODAY() + 9 * DAY, ends_on=TODAY() + 10 * DAY)
    for reader in ("coordinator", "supervisor"):
        page = cast.client(reader).get("/staff/")
        with open_scope(cast.harbor.pk):
            assert [one.person.name for one in page.context["away"]] == [cast.people["peer_specialist"].name]
    assert "covers for you" in cast.client("peer_specialist").get("/people/me/").content.decode()


def test_days_away_do_not_overlap_are_taken_back_and_need_a_cover_who_is_somebody_else(cast):
    row = away(cast, "peer_specialist")
    wrong = [
        {},
        {"starts_on": TODAY() + 5 * DAY, "ends_on": TODAY() + 4 * DAY},
        {"starts_on": TODAY() + 5 * DAY, "ends_on": TODAY() + 5 * DAY, "covered_by": cast.people["peer_specialist"]},
    ]
    for values in wrong:
        with pytest.raises(ValidationError):
            away(cast, "peer_specialist", **values)
    with open_scope(cast.harbor.pk):
        assert Absence.objects.count() == 1
        for _twice in range(2):
            services.take_back_absence(absence=Absence.objects.get(pk=row.pk), actor=SYSTEM)
    assert away(cast, "peer_specialist").pk != row.pk


def test_somebody_a_reader_must_not_see_is_not_told_to_be_away(cast):
    away(cast, "peer_specialist")
    with open_scope(cast.harbor.pk):
        services.declare_bar(barred=cast.people["coordinator"], subject=cast.people["peer_specialist"], actor=SYSTEM)
    assert cast.client("coordinator").get("/staff/").context["away"] == []
    office = cast.client("coordinator").get("/admin/organizations/absence/").content.decode()
    assert cast.people["peer_specialist"].name not in office


@pytest.mark.parametrize("name", ["supervisor", "peer_specialist", "auditor", "stranger"])
def test_only_who_keeps_the_calendar_writes_days_away(cast, name):
    with pytest.raises(PermissionDenied):
        away(cast, "observer", by=name)
    with open_scope(cast.harbor.pk):
        assert not Absence.objects.exists()
