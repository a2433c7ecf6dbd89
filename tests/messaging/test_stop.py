"""The stop link: anybody who holds it may stop, only by a POST, and only where it came from."""

import re

import pytest
from django.db import transaction
from django.test import Client

from apps.access.actor import Actor
from apps.access.scope import open_scope, system_scope
from apps.messaging import services
from apps.messaging.models import Message, OptOut
from apps.messaging.services.optouts import stop_token
from tests.factories.messaging import plan_for
from tests.factories.organizations import make_organization
from tests.messaging.conftest import send

pytestmark = pytest.mark.django_db


def browser(organization):
    return Client(headers={"host": organization.hosts.get().domain}, enforce_csrf_checks=True)


def stops():
    with transaction.atomic(), system_scope("test"):
        return list(OptOut.objects.order_by("pk").values_list("topic", "how", "ended_at"))


@pytest.fixture
def address(house, reader, purpose):
    message = plan_for(reader, purpose)
    return f"/stop/{stop_token(message)}/"


def test_looking_changes_nothing_and_a_post_stops_the_topic(house, address, purpose, reader):
    page = browser(house).get(address)
    assert (page.status_code, stops()) == (200, [])
    assert "your appointments" in page.content.decode()
    assert browser(house).post(address, {"what": "topic"}).status_code == 200
    assert browser(house).post(address, {"what": "topic"}).status_code == 200
    assert stops() == [("appointments", "link", None)]
    with transaction.atomic(), system_scope("test"):
        assert [m.state for m in Message.objects.all()] == ["withdrawn"]
    assert plan_for(reader, purpose).state == "unreachable"


def test_the_mail_programs_own_button_stops_the_topic(house, address):
    assert browser(house).post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert stops() == [("appointments", "link", None)]


def test_everything_can_be_stopped_and_taken_back_by_the_person(house, reader, address):
    browser(house).post(address, {"what": "everything"})
    assert stops() == [("", "link", None)]
    actor = Actor.for_system("the person asked")
    with transaction.atomic(), open_scope(house.pk):
        row = OptOut.objects.get()
        services.opt_back_in(opt_out=row, actor=actor)
        services.opt_back_in(opt_out=row, actor=actor)
    assert stops()[0][2] is not None


def test_a_link_that_was_changed_and_a_link_of_another_organization_are_not_found(house, address):
    assert browser(house).get(address.replace(".", ".x")).status_code == 404
    assert browser(make_organization()).get(address).status_code == 404
    assert Client(headers={"host": "localhost"}).post(address).status_code == 404
    assert stops() == []


def test_the_mail_carries_the_link_for_mail_programs(house, reader, purpose, mails, sink, settings):
    message = plan_for(reader, purpose)
    send()
    from pathlib import Path

    raw = next(Path(settings.OUTBOX_DIR).glob("*.eml")).read_text()
    assert f"/stop/{stop_token(message)}/" in re.sub(r"\s+", "", raw)
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in raw
