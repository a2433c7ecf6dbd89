"""The administration's first page: numbers that lead to exactly what they count, and the first steps of a new house."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.admin.base import OperatorAdmin
from apps.access.scope import open_scope, system_scope
from apps.groups.models import SupportGroup
from apps.organizations.models import Organization, Person
from apps.organizations.services import (
    accept_as_new_user,
    add_membership,
    change_organization,
    found_organization,
)
from apps.portal.checklist import steps
from tests.cast import SYSTEM, Cast
from tests.factories.care import make_appointment, make_missed
from tests.factories.certifications import make_certification
from tests.factories.clients import make_client
from tests.factories.groups import make_group
from tests.factories.organizations import make_location, make_member, make_person

pytestmark = pytest.mark.django_db


def first_page(cast: Cast, name: str = "administrator"):
    return cast.client(name).get("/admin/")


def furnish(cast: Cast, times: int = 1) -> None:
    now, day = timezone.now(), timezone.localdate()
    for organization in (cast.harbor, cast.aurora):
        for number in range(times):
            client = make_client(organization, name=f"Sam {number}")
            peer = make_member(organization, "peer_specialist", name=f"Maya {number}")
            make_missed(client, staff=peer, starts_at=now - timedelta(days=3))
            make_appointment(client, staff=peer, starts_at=now - timedelta(days=2))
            make_certification(peer, expires_on=day - timedelta(days=1 + number))
            make_group(organization, name={"en": f"Circle {number}"}, weekday=number % 7 + 1)


def test_each_number_leads_to_a_list_of_exactly_so_many(cast: Cast):
    furnish(cast, 2)
    browser = cast.client("administrator")
    context = first_page(cast).context_data
    found = [*context["today"], *context["numbers"]]
    assert {number.url.split("?")[1] for number in found} >= {"due=open", "when=unwritten", "validity=ended"}
    for number in found:
        listed = browser.get(number.url).context_data["cl"].result_count
        assert listed == number.count, number


def test_first_page_asks_the_same_of_the_database_with_one_row_and_with_many(cast: Cast):
    counts = []
    for times in (1, 4):
        furnish(cast, times)
        browser = cast.client("administrator")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert browser.get("/admin/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_all_is_fine_where_nothing_waits(cast: Cast):
    page = first_page(cast).content.decode()
    assert "All is fine" in page
    assert "What needs somebody" not in page


def test_somebody_without_the_part_is_not_told_the_number(cast: Cast):
    furnish(cast)
    words = [number.words for number in first_page(cast, "coordinator").context_data["numbers"]]
    assert not any("certification" in one or "supervision" in one for one in words)


def test_steps_are_read_off_what_is_there_and_go_when_all_are_done(cast: Cast):
    with open_scope(cast.harbor.pk), transaction.atomic():
        here, actor = Organization.objects.get(pk=cast.harbor.pk), cast.actor("administrator")
        assert [step.done for step in steps(actor, here)] == [
            False,
            False,
            False,
            False,
            True,
            True,  # they sign in
            False,
            False,
            False,
        ]
    place = make_location(cast.harbor)
    new = make_person(cast.harbor, name="Noor New")
    make_certification(cast.people["peer_specialist"])
    make_group(cast.harbor, location=place)
    with open_scope(cast.harbor.pk), transaction.atomic():
        add_membership(actor=SYSTEM, person=new, role="observer", starts_on="2026-01-01")
        assert [step.words for step in steps(actor, here) if not step.done] == [
            "Say your name and phone number",
            "Choose your colours",
            "Write your own help line",
        ]
        change_organization(
            organization=here,
            actor=SYSTEM,
            phone="+12075550100",
            brand="#1f5a4a",
            brand_dark="#a8e0cc",
            crisis_text={"en": "Call us at 207 555 0100"},
        )
        assert steps(actor, here) == []


def test_who_set_the_organization_up_is_not_yet_the_staff_nor_their_invitation_the_invited(cast: Cast):
    with system_scope("the test begins with an organization"), transaction.atomic():
        here, link = found_organization(
            actor=SYSTEM, domain="willow.localhost", name="Willow", short_name="Willow", zone="America/Chicago",
            administrator="Dana Whitfield", email="dana@willow.example",
        )  # fmt: skip
        accept_as_new_user(token=link.rsplit("/", 2)[1], password="heron lamp quiet river")
    with open_scope(here.pk), transaction.atomic():
        assert [step.done for step in steps(Actor(Person.objects.get().user_id, here.pk), here)] == [False] * 9


def test_a_group_for_members_only_is_no_public_schedule(cast: Cast):
    make_group(cast.harbor, visibility="members")
    with open_scope(cast.harbor.pk), transaction.atomic():
        here = Organization.objects.get(pk=cast.harbor.pk)
        done = {step.words: step.done for step in steps(cast.actor("administrator"), here)}
        assert SupportGroup.objects.count() == 1
    assert done["Make your first group"] is True
    assert done["Put it on the public schedule"] is False


def test_steps_are_shown_only_to_whoever_may_change_the_organization(cast: Cast):
    assert first_page(cast).context_data["steps"]
    assert first_page(cast, "auditor").context_data["steps"] == []


def test_the_administration_wears_the_colours_of_its_organization(cast: Cast):
    with open_scope(cast.harbor.pk), transaction.atomic():
        here = Organization.objects.get(pk=cast.harbor.pk)
        change_organization(organization=here, actor=SYSTEM, brand="#1f5a4a", brand_dark="#a8e0cc")
    page = first_page(cast).content.decode()
    assert re.search(r"--color-primary-600: #1f5a4a;", page)
    assert re.search(r"--color-primary-500: #a8e0cc;", page)


def test_every_page_of_an_organization_says_in_plain_words_what_it_is_for():
    silent = [
        model._meta.label
        for model, page in admin.site._registry.items()
        if not isinstance(page, OperatorAdmin) and not page.about
    ]
    assert silent == []
