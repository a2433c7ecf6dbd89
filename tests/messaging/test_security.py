"""Sign-in codes and security notices: at once, whatever else stands, and blank afterwards."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.access.scope import open_scope, system_scope
from apps.accounts import registry
from apps.messaging import services, tasks
from apps.messaging.models import Message
from apps.organizations import selectors
from apps.organizations import services as organizations
from apps.organizations.models import Host, Organization
from tests.factories.messaging import SYSTEM, zone_at
from tests.factories.organizations import make_organization, make_person, make_user
from tests.messaging.conftest import send

pytestmark = pytest.mark.django_db


def ask(user, organization, kind="sign_in_code", channel="email", address="Ana@Example.org", context=None):
    with transaction.atomic():
        registry.deliver(
            kind=kind,
            user=user,
            channel=channel,
            address=address,
            context=context or {"code": "K7QM2X", "minutes": 10},
            organization_id=organization and organization.pk,
        )


def only_row():
    with transaction.atomic(), system_scope("test"):
        return Message.objects.get()


@pytest.fixture
def asleep(db):
    """An organization where it is the middle of the night."""
    return make_organization(zone=zone_at(2), short_name="H. Center")


def test_a_code_leaves_in_the_night_and_while_sending_is_paused_and_is_blank_afterwards(asleep, mails):
    services.pause_sending(why="restored", actor=SYSTEM)
    ask(make_user(language="es"), asleep)
    assert only_row().secret["context"]["code"] == "K7QM2X"
    assert send().sent == 1
    (mail,) = mails()
    assert (mail.to, "K7QM2X" in mail.body, "K7QM2X" in mail.html) == ("ana@example.org", True, True)
    row = only_row()
    assert (row.state, row.secret, row.kind, row.language) == ("sent", {}, "security", "es")
    assert row.address_hash == Message.hash_of("ana@example.org")
    assert mail.message_id == row.message_id


def test_a_code_by_text(asleep, texts):
    ask(make_user(), asleep, channel="sms", address="+1 512 555 0142")
    send()
    (text,) = texts()
    assert text.to == "+15125550142" and text.body.startswith("K7QM2X")


def test_the_task_after_commit_sends_it_and_the_sweep_finds_nothing_left(asleep, mails):
    ask(make_user(), asleep)
    row = only_row()
    with open_scope(asleep.pk):
        services.send_one(pk=row.pk)
        services.send_one(pk=row.pk)
    assert send().claimed == 0
    assert len(mails()) == 1


def test_the_platforms_own_host_has_a_row_of_its_own_to_record_on(mails):
    ask(make_user(), None)
    ask(make_user(), None)
    send()
    with transaction.atomic(), system_scope("test"):
        platform = Organization.objects.get(kind="platform")
        assert set(Message.objects.values_list("organization_id", flat=True)) == {platform.pk}
    assert len(mails()) == 2 and "Peer Platform" in mails()[0].sender


@pytest.mark.parametrize("kind", ["sign_in_code", "fresh_code", "address_code"])
@pytest.mark.parametrize("channel", ["email", "sms"])
def test_every_kind_of_code_can_be_written(asleep, sink, kind, channel):
    ask(None, asleep, kind=kind, channel=channel, address="a@example.org" if channel == "email" else "+15125550142")
    outcome = send()
    assert (outcome.sent, outcome.errors) == (1, [])


@pytest.mark.parametrize("event", registry.SECURITY_EVENTS)
def test_every_security_notice_can_be_written(asleep, mails, event):
    ask(make_user(), asleep, kind="security_notice", context={"event": event})
    assert send().errors == []
    assert "Something about" not in mails()[0].body


def test_an_invitation_leaves_in_its_readers_language_with_a_link_that_opens(asleep, mails):
    person = make_person(asleep, name="Noor New", language="es")
    with transaction.atomic(), open_scope(asleep.pk):
        organizations.add_membership(actor=SYSTEM, person=person, role="coordinator", starts_on="2026-01-01")
        _row, token = organizations.invite(person=person, email="Noor@Example.org", actor=SYSTEM)
    kept = only_row()
    assert (kept.kind, kept.purpose, kept.language, kept.user) == ("security", "invitation", "es", None)
    assert send().errors == []
    (mail,) = mails()
    domain = Host.objects.get(organization_id=asleep.pk, is_primary=True).domain
    link = f"http://{domain}:8000" + reverse("organizations:join", args=[token])
    assert (mail.to, link in mail.body.split(), f'href="{link}"' in mail.html) == ("noor@example.org", True, True)
    assert "7" in mail.body and "Noor" in mail.body and "H. Center" in mail.subject
    kept = only_row()
    assert (kept.state, kept.secret) == ("sent", {})  # the link is in nobody's hands but theirs
    answer = Client().get(re.search(r"(?<=:8000)/\S+", mail.body).group(), headers={"host": domain})
    assert (answer.status_code, "Noor" in answer.content.decode()) == (200, True)


def test_an_invitation_waits_longer_for_a_mail_server_than_a_code_does(asleep):
    ask(None, asleep, kind="invitation", context={"url": "http://x", "days": 7, "name": "", "organization": "H"})
    row = only_row()
    assert row.useful_until - row.due_at == timedelta(days=2)


@pytest.mark.parametrize(
    ("scheme", "port", "link"),
    [
        ("http", 8000, "http://harbor.example:8000/me/"),
        ("http", 80, "http://harbor.example/me/"),
        ("https", 443, "https://harbor.example/me/"),
        ("https", 8443, "https://harbor.example:8443/me/"),
    ],
)
def test_a_link_says_the_port_only_where_it_must(settings, scheme, port, link):
    settings.LINK_SCHEME, settings.LINK_PORT = scheme, port
    assert selectors.link_at("harbor.example", "/me/") == link


def test_an_old_code_is_not_sent_and_not_kept(asleep, mails):
    ask(None, asleep)
    with transaction.atomic(), system_scope("test"):
        Message.objects.update(useful_until=timezone.now() - timedelta(seconds=1))
    send()
    row = only_row()
    assert (row.state, row.secret, mails()) == ("expired", {}, [])


def test_the_database_refuses_to_keep_a_code_that_has_left(asleep, sink):
    ask(None, asleep)
    send()
    with pytest.raises(IntegrityError, match="secret_blanked"), transaction.atomic(), system_scope("test"):
        Message.objects.update(secret={"address": "x"})


def test_without_a_broker_asking_still_works_and_the_sweep_sends(
    asleep, mails, monkeypatch, django_capture_on_commit_callbacks
):
    def gone(*args, **kwargs):
        raise OSError("no broker")

    monkeypatch.setattr(tasks.send_security, "apply_async", gone)
    with django_capture_on_commit_callbacks(execute=True):
        ask(make_user(), asleep)
    assert send().sent == 1 and len(mails()) == 1
