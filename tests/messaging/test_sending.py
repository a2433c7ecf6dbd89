"""From the ledger to the mailbox: decided again at the moment of sending, each answer recorded."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from apps.access.scope import open_scope, system_scope
from apps.messaging import registry, services
from apps.messaging.models import ContactPoint, Message, OptOut
from tests.factories.messaging import SYSTEM, make_contact_point, plan_for, zone_at
from tests.factories.organizations import make_person
from tests.messaging.conftest import send

pytestmark = pytest.mark.django_db


def again(message):
    with transaction.atomic(), system_scope("test"):
        return Message.objects.get(pk=message.pk)


def due_now(message):
    """Let the message's next look be now, as if its time had come."""
    with transaction.atomic(), system_scope("test"):
        Message.objects.filter(pk=message.pk).update(next_try_at=timezone.now() - timedelta(seconds=1))


def test_a_due_message_reaches_the_mailbox_in_the_readers_language(reader, purpose, mails):
    message = plan_for(reader, purpose)
    outcome = send()
    (mail,) = mails()
    assert (outcome.sent, outcome.errors) == (1, [])
    assert mail.to == "luis@example.org"
    assert mail.message_id == message.message_id
    assert mail.sender.startswith('"H. Center"') or mail.sender.startswith("H. Center")
    assert "martes 24 de noviembre, 11:30 am".lower() in mail.subject.lower()
    assert "Luis" in mail.body and "Mill Street 12" in mail.html
    assert "/stop/" in mail.body and "/stop/" in mail.html
    row = again(message)
    assert (row.state, row.reason, row.attempts) == ("sent", "accepted", 1)
    assert row.address_hash == Message.hash_of("luis@example.org")


def test_a_message_is_sent_once_however_often_the_sending_runs(reader, purpose, mails):
    plan_for(reader, purpose)
    send()
    assert send().claimed == 0
    assert len(mails()) == 1


def test_what_is_no_longer_true_is_withdrawn_at_the_moment_of_sending(reader, purpose, mails):
    message = plan_for(reader, purpose, occurrence="gone")
    purpose.state.withdrawn.add("gone")
    send()
    assert (again(message).state, again(message).reason, mails()) == ("withdrawn", "cancelled", [])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"safe_to_send": False}, "not_safe"),
        ({"archived_at": timezone.now()}, "archived"),
    ],
)
def test_an_address_that_became_unsafe_after_planning_gets_nothing(reader, purpose, mails, change, reason):
    message = plan_for(reader, purpose)
    with transaction.atomic(), system_scope("test"):
        ContactPoint.objects.update(**change)
    send()
    assert (again(message).state, again(message).reason, mails()) == ("refused", reason, [])


def test_another_safe_address_of_the_same_kind_takes_the_place_of_one_put_away(reader, purpose, mails):
    message = plan_for(reader, purpose)
    with transaction.atomic(), system_scope("test"):
        ContactPoint.objects.update(archived_at=timezone.now())
    new = make_contact_point(reader, address="new@example.org")
    send()
    assert [mail.to for mail in mails()] == ["new@example.org"]
    assert again(message).contact_point_id == new.pk


def test_consent_taken_back_after_planning_stops_a_text(house, purpose, texts):
    person = make_person(house)
    make_contact_point(person, "sms")
    message = plan_for(person, purpose)
    with transaction.atomic(), system_scope("test"):
        ContactPoint.objects.update(consent_at=None)
    send()
    assert (again(message).state, again(message).reason, texts()) == ("refused", "no_consent", [])


def test_a_person_put_away_gets_nothing(reader, purpose, mails):
    message = plan_for(reader, purpose)
    with transaction.atomic(), system_scope("test"):
        type(reader).objects.filter(pk=reader.pk).update(archived_at=timezone.now())
    send()
    assert (again(message).state, mails()) == ("refused", [])


def test_a_request_to_stop_withdraws_what_is_planned_and_stops_what_would_be(reader, purpose, mails):
    message = plan_for(reader, purpose)
    with transaction.atomic(), open_scope(reader.organization_id):
        services.opt_out(person=reader, actor=SYSTEM, how="spoken", topic="appointments")
    later = plan_for(reader, purpose)
    send()
    assert (again(message).state, again(message).reason) == ("withdrawn", "opted_out")
    assert (later.state, later.channel, mails()) == ("unreachable", "none", [])


def test_a_request_to_stop_that_slipped_in_is_seen_at_the_moment_of_sending(reader, purpose, mails):
    message = plan_for(reader, purpose)
    with transaction.atomic(), open_scope(reader.organization_id):
        OptOut.objects.create(person=reader, how="spoken", channel="email")
    send()
    assert (again(message).state, again(message).reason, mails()) == ("refused", "opted_out", [])


def test_what_a_higher_app_says_about_the_recipient_is_asked_at_sending(reader, purpose, mails):
    message = plan_for(reader, purpose)
    asked = []

    def facts(organization_id, persons):
        asked.append((organization_id, set(persons)))
        return {reader.pk: "recipient"}

    registry.register_recipient_facts(facts)
    try:
        send()
    finally:
        registry._recipient_facts.remove(facts)
    assert asked == [(reader.organization_id, {reader.pk})]
    assert (again(message).state, again(message).reason, mails()) == ("refused", "recipient", [])


def test_a_message_that_came_too_late_expires(reader, purpose, mails):
    message = plan_for(reader, purpose, useful_until=timezone.now() + timedelta(seconds=30))
    with transaction.atomic(), system_scope("test"):
        Message.objects.filter(pk=message.pk).update(useful_until=timezone.now() - timedelta(seconds=1))
    send()
    assert (again(message).state, again(message).reason, mails()) == ("expired", "too_late", [])


def test_nothing_leaves_outside_the_persons_hours(house, purpose, mails):
    asleep = make_person(house, zone=zone_at(2))
    make_contact_point(asleep)
    message = plan_for(asleep, purpose)
    assert message.next_try_at > timezone.now() + timedelta(hours=3)
    due_now(message)
    send()
    row = again(message)
    assert (row.state, row.reason, mails()) == ("planned", "hours", [])
    assert row.next_try_at > timezone.now() + timedelta(hours=3)


def test_a_message_whose_next_opening_comes_too_late_says_so(house, purpose, mails):
    asleep = make_person(house, zone=zone_at(2))
    make_contact_point(asleep)
    message = plan_for(asleep, purpose, useful_until=timezone.now() + timedelta(hours=1))
    due_now(message)
    send()
    assert (again(message).state, again(message).detail, mails()) == ("expired", "hours", [])


def test_the_contact_points_own_hours_narrow_the_window(house, purpose, mails):
    person = make_person(house)
    make_contact_point(person, hours_from="20:00", hours_to="20:30")
    message = plan_for(person, purpose)
    due_now(message)
    send()
    assert (again(message).reason, mails()) == ("hours", [])


def test_more_than_the_days_limit_waits_for_another_day(reader, purpose, mails):
    with transaction.atomic(), open_scope(reader.organization_id):
        services.change_sending_rules(organization_id=reader.organization_id, actor=SYSTEM, mails_a_day=1)
    first, second = plan_for(reader, purpose), plan_for(reader, purpose)
    send()
    assert {again(first).state, again(second).state} == {"sent", "planned"}
    waiting = again(second) if again(second).state == "planned" else again(first)
    assert waiting.reason == "budget"
    assert waiting.next_try_at >= timezone.now() + timedelta(hours=23)
    assert len(mails()) == 1


def test_an_address_refused_for_good_ends_the_message_and_the_batch_goes_on(house, purpose, mails):
    bad, good = make_person(house), make_person(house)
    make_contact_point(bad, address="nobody@refuse.example")
    make_contact_point(good, address="good@example.org")
    message = plan_for(bad, purpose)
    plan_for(good, purpose)
    send()
    row = again(message)
    assert (row.state, row.reason, row.detail) == ("failed", "bad_address", "550")
    assert [mail.to for mail in mails()] == ["good@example.org"]


def test_an_address_that_is_busy_is_tried_again_later(house, purpose, mails):
    person = make_person(house)
    make_contact_point(person, address="busy@later.example")
    message = plan_for(person, purpose)
    send()
    row = again(message)
    assert (row.state, row.reason, row.detail, row.attempts) == ("planned", "retry", "451", 1)
    assert timezone.now() < row.next_try_at < timezone.now() + timedelta(minutes=2)


def test_a_mail_server_that_is_gone_costs_no_message_a_try(reader, purpose, sink, settings):
    settings.EMAIL_PORT = 1
    message = plan_for(reader, purpose)
    outcome = send()
    row = again(message)
    assert (row.state, row.attempts, outcome.given_back) == ("planned", 0, 1)


def test_broken_facts_of_one_purpose_hold_up_nobody_else(reader, purpose, house, mails):
    message = plan_for(reader, purpose)
    purpose.state.broken.add("all")
    other = registry.register_purpose(
        registry.Purpose(
            "other",
            "appointments",
            "appointment_missed",
            lambda organization_id, rows: {m.pk: registry.Facts({"with_name": "Maya"}) for m in rows},
        )
    )
    plan_for(reader, other)
    outcome = send()
    assert again(message).state == "planned"
    assert outcome.errors == ["facts of test_reminder: RuntimeError"]
    assert [mail.message_id for mail in mails()] and outcome.sent == 1
    registry._purposes.pop("other")


def test_one_text_that_cannot_be_made_holds_up_nobody_else(reader, house, mails):
    both = registry.register_purpose(
        registry.Purpose(
            "halfbroken",
            "appointments",
            "appointment_reminder",
            lambda organization_id, rows: {
                m.pk: registry.Facts(
                    {"zone": "UTC", "starts_at": "nonsense" if "bad" in m.occurrence else timezone.now()}
                )
                for m in rows
            },
        )
    )
    bad, good = plan_for(reader, both, occurrence="bad"), plan_for(reader, both, occurrence="good")
    outcome = send()
    registry._purposes.pop("halfbroken")
    assert (again(bad).state, again(bad).reason, again(good).state) == ("planned", "retry", "sent")
    assert len(outcome.errors) == 1


def test_the_claim_of_a_dead_sender_runs_out_and_the_same_message_id_goes(reader, purpose, mails, settings):
    message = plan_for(reader, purpose)
    with transaction.atomic(), system_scope("test"):
        services.sending._claim(services.sending.Q(pk=message.pk), message.public_id)
    assert send().claimed == 0
    due_now(message)
    assert send().sent == 1
    assert [mail.message_id for mail in mails()] == [message.message_id]
    assert again(message).attempts == 2


def test_while_sending_is_paused_nothing_ordinary_leaves_and_after_the_release_it_does(reader, purpose, mails):
    message = plan_for(reader, purpose)
    services.pause_sending(why="restored", actor=SYSTEM)
    services.pause_sending(why="restored", actor=SYSTEM)
    assert send().paused
    assert (again(message).state, mails()) == ("planned", [])
    assert services.release_sending(actor=SYSTEM) == 1
    send()
    assert len(mails()) == 1


def test_an_agreed_number_gets_a_text(house, purpose, texts):
    person = make_person(house, called="Ana")
    make_contact_point(person, "sms", address="512 555 0142")
    message = plan_for(person, purpose)
    send()
    (text,) = texts()
    assert text.to == "+15125550142"
    assert "Ana" in text.body and "STOP" in text.body and len(text.body) <= 160
    assert (again(message).state, again(message).provider_id) == ("sent", text.message_id)


@pytest.mark.parametrize(
    ("number", "state", "reason"),
    [
        ("+15005550001", "failed", "bad_address"),
        ("+15005550009", "failed", "bad_address"),
        ("+15005550004", "refused", "opted_out"),
    ],
)
def test_what_the_provider_refuses_ends_the_message(house, purpose, texts, number, state, reason):
    person = make_person(house)
    make_contact_point(person, "sms", address=number)
    message = plan_for(person, purpose)
    send()
    assert (again(message).state, again(message).reason) == (state, reason)
    with transaction.atomic(), system_scope("test"):
        stops = list(OptOut.objects.filter(person=person).values_list("how", "channel"))
    assert stops == ([("carrier", "sms")] if reason == "opted_out" else [])
