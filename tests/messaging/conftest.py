"""A real sink for mails and texts, and a purpose whose facts a test may change."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from apps.access.scope import system_scope
from apps.messaging import registry, services
from apps.messaging.registry import Facts, Purpose, Withdraw
from peerplatform import outbox
from peerplatform.sink import Sink
from tests.factories.messaging import make_contact_point, zone_at
from tests.factories.organizations import make_organization, make_person


@pytest.fixture
def sink(settings, tmp_path) -> Iterator[Sink]:
    """An SMTP server and a Messages API that keep what leaves; see `peerplatform.outbox`."""
    settings.OUTBOX_DIR = tmp_path / "outbox"
    sink = Sink()
    sink.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.smtp_port
    settings.SMS_API_URL = f"http://127.0.0.1:{sink.http_port}/2010-04-01"
    yield sink
    sink.stop()


@pytest.fixture
def mails(sink):
    """The mails that left, the oldest first."""
    return lambda: [m for m in reversed(outbox.messages(None)) if m.kind == "mail"]


@pytest.fixture
def texts(sink):
    """The texts that left, the oldest first."""
    return lambda: [m for m in reversed(outbox.messages(None)) if m.kind == "text"]


@pytest.fixture
def purpose() -> Iterator[Purpose]:
    """A purpose called "test_reminder"; occurrences put into `withdrawn` no longer hold, those in `broken` raise."""
    state = SimpleNamespace(withdrawn=set(), broken=set(), asked=0)

    def facts(organization_id, messages):
        state.asked += 1
        if state.broken:
            raise RuntimeError("the facts are broken")
        starts = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
        return {
            m.pk: Withdraw("cancelled")
            if m.occurrence in state.withdrawn
            else Facts({"starts_at": starts, "zone": "America/Chicago", "place": "Mill Street 12", "with_name": "Maya"})
            for m in messages
        }

    registry.register_topic("appointments", "your appointments")
    made = registry.register_purpose(Purpose("test_reminder", "appointments", "appointment_reminder", facts))
    object.__setattr__(made, "state", state)
    yield made
    registry._purposes.pop("test_reminder")


@pytest.fixture
def midday(settings):
    """A zone in which it is midday now, give or take an hour and a half: nothing fakes the clock."""
    return zone_at(12)


@pytest.fixture
def house(db, midday):
    """An organization whose clock reads midday."""
    return make_organization(zone=midday, short_name="H. Center", phone="+15125550100")


@pytest.fixture
def reader(house):
    """A person there with a safe e-mail address, who reads Spanish."""
    person = make_person(house, name="Luis Alvarez", language="es")
    make_contact_point(person, address="luis@example.org")
    return person


def send():
    """One run of the sending, as the task does it."""
    with system_scope("test"):
        return services.send_due(seconds=20)


def hours(n: float) -> timedelta:
    return timedelta(hours=n)
