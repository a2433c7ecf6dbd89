"""Two at once, on real PostgreSQL."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.access.scope import open_scope, system_scope
from apps.messaging import services
from apps.messaging.models import Message
from tests.factories.messaging import SYSTEM, make_contact_point, plan_for
from tests.factories.organizations import make_person
from tests.messaging.conftest import send
from tests.messaging.test_planning import people_due, plan

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """Run each work in a thread of its own, all let go together; their errors are raised."""
    gate, errors = threading.Barrier(len(works)), []

    def run(work):
        try:
            gate.wait(10)
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []


def test_four_senders_at_once_send_each_message_exactly_once(house, purpose, mails):
    for _n in range(150):
        make_contact_point(make_person(house))
    assert plan(purpose, people_due(timezone.now())) == 150
    at_once(send, send, send, send)
    with transaction.atomic(), system_scope("test"):
        wanted = sorted(m.message_id for m in Message.objects.all())
        assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}
    assert sorted(mail.message_id for mail in mails()) == wanted


def test_two_planners_at_once_plan_each_thing_once(house, purpose):
    for _n in range(20):
        make_contact_point(make_person(house))
    due = timezone.now()
    at_once(lambda: plan(purpose, people_due(due)), lambda: plan(purpose, people_due(due)))
    with transaction.atomic(), system_scope("test"):
        assert Message.objects.count() == 20


def test_two_senders_at_once_keep_to_the_limit_of_a_day(reader, purpose, mails):
    with transaction.atomic(), open_scope(reader.organization_id):
        services.change_sending_rules(organization_id=reader.organization_id, actor=SYSTEM, mails_a_day=1)
    first, second = plan_for(reader, purpose), plan_for(reader, purpose)

    def send_only(message):
        def work():
            with system_scope("test"):
                outcome, holder = services.sending.Outcome(), message.public_id
                claimed = services.sending._claim(services.sending.Q(pk=message.pk), holder)
                services.sending._send_batch(claimed, holder, outcome)

        return work

    at_once(send_only(first), send_only(second))
    assert len(mails()) == 1


def test_a_message_withdrawn_while_it_is_sent_is_either_sent_or_withdrawn(house, reader, purpose, mails):
    messages = [plan_for(make_reader(house), purpose) for _n in range(20)]

    def take_back():
        for message in messages:
            with transaction.atomic(), open_scope(house.pk):
                services.withdraw(purpose=purpose.name, occurrences=[message.occurrence], actor=SYSTEM)

    at_once(send, take_back)
    with transaction.atomic(), system_scope("test"):
        sent = sorted(m.message_id for m in Message.objects.filter(state="sent"))
        assert Message.objects.filter(state__in=["sent", "withdrawn"]).count() == 20
    assert sorted(mail.message_id for mail in mails()) == sent


def make_reader(house):
    person = make_person(house)
    make_contact_point(person)
    return person
