"""No message is lost, and one is repeated only where a process died between handing over and recording.

Everything is real: Celery's worker and beat as processes, Redis, PostgreSQL under the runtime login, SMTP.
"""

import signal
import time

import pytest
import redis

from tests.faults.conftest import kill, plan_reminders, states, tell, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def all_settled(number):
    return lambda: states()["sent"] == number


def test_a_worker_killed_while_it_holds_claimed_messages_loses_and_repeats_nothing(installation):
    planned, mail = plan_reminders(30), installation.mail
    mail.hold_at, mail.before = 11, True  # ten have gone, the eleventh is on its way and not taken
    worker = installation.worker()
    installation.beat()
    wait_for(mail.holding.is_set, installation)
    kill(worker)
    assert states()["claimed"] == 20
    mail.release()
    installation.worker()
    wait_for(all_settled(30), installation)
    counts = tell("a worker killed before the mail was taken", planned, mail.taken)
    assert (counts["lost"], counts["repeated under the same Message-ID"]) == (0, 0)
    assert sorted(mail.taken) == planned


def test_a_worker_killed_between_handing_over_and_recording_repeats_that_one_under_the_same_id(installation):
    planned, mail = plan_reminders(30), installation.mail
    mail.hold_at = 11  # the eleventh is taken, and the answer never reaches the worker
    worker = installation.worker()
    installation.beat()
    wait_for(mail.holding.is_set, installation)
    eleventh = mail.taken[10]
    kill(worker)
    mail.release()
    installation.worker()
    wait_for(all_settled(30), installation)
    counts = tell("a worker killed after the mail was taken", planned, mail.taken)
    assert counts["lost"] == 0 and counts["under a foreign Message-ID"] == 0
    assert [one for one in set(mail.taken) if mail.taken.count(one) > 1] == [eleventh]
    assert mail.taken.count(eleventh) == 2


def test_an_emptied_redis_loses_and_repeats_nothing(installation):
    planned, mail = plan_reminders(60), installation.mail
    mail.hold_at = 11
    installation.worker()
    installation.beat()
    wait_for(mail.holding.is_set, installation)
    redis.Redis(unix_socket_path=str(installation.broker.socket)).flushall()
    mail.release()
    wait_for(all_settled(60), installation)
    more = plan_reminders(5)  # and the schedule goes on
    wait_for(all_settled(65), installation)
    counts = tell("FLUSHALL on Redis", sorted({*planned, *more}), mail.taken)
    assert (counts["lost"], counts["repeated under the same Message-ID"]) == (0, 0)


def test_a_broker_killed_and_started_again_loses_nothing(installation):
    """Celery's worker may end itself when its broker goes while it holds a task; the supervisor brings it back."""
    planned, mail = plan_reminders(60), installation.mail
    mail.hold_at = 11
    installation.worker()
    installation.beat()
    wait_for(mail.holding.is_set, installation)
    held = mail.taken[10]
    installation.broker.child.send_signal(signal.SIGKILL)
    installation.broker.child.wait(10)
    time.sleep(2)
    mail.release()
    installation.services.revive()
    wait_for(all_settled(60), installation)
    more = plan_reminders(5)
    wait_for(all_settled(65), installation)
    counts = tell("a broker killed and started again", sorted({*planned, *more}), mail.taken)
    assert (counts["lost"], counts["under a foreign Message-ID"]) == (0, 0)
    repeated = {one for one in mail.taken if mail.taken.count(one) > 1}
    assert repeated <= ({held} if installation.died else set()), "only what a process took along when it died"


def test_two_beats_and_two_workers_send_each_message_once(installation):
    planned, mail = plan_reminders(120), installation.mail
    for _n in range(2):
        installation.worker()
        installation.beat()
    wait_for(all_settled(120), installation)
    time.sleep(3)  # more ticks, with nothing left to do
    counts = tell("two beats and two workers", planned, mail.taken)
    assert (counts["lost"], counts["repeated under the same Message-ID"]) == (0, 0)
    assert sorted(mail.taken) == planned
