"""What axe finds on the pages about days out, closed houses and calls: nothing, in every look and in Arabic."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from apps.access.scope import open_scope
from apps.kit.once import new_key
from apps.messaging.models import ContactPoint
from apps.organizations import services
from tests.browser import chromium_path
from tests.cast import SYSTEM
from tests.factories.care import make_appointment
from tests.factories.clients import make_client
from tests.factories.days import make_day
from tests.factories.messaging import make_contact_point
from tests.factories.organizations import make_member
from tests.journeys.test_axe import found_on
from tests.portal.test_first_screens import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.timeout(900)]
OUT, CLOSED, CALLS = "/staff/out-today/", "/staff/site-closed/", "/staff/calls/"


@pytest.mark.slow
def test_axe_finds_nothing_on_the_pages_about_days_out_and_closed():
    chromium_path()
    wrong = found_on(rendered())
    assert wrong == [], "\n".join(wrong)


def rendered() -> dict[tuple[str, str, str], str]:
    """Each page's HTML by (who, address, language)."""
    day = make_day()
    rosa = make_member(day.here, "peer_specialist", name="Rosa Stand")
    make_member(day.here, "administrator", name="Ada Admin")
    make_appointment(make_client(day.here), staff=rosa, location=day.house, starts_at=day.at(15))
    with open_scope(day.here.pk), transaction.atomic():
        hidden = make_client(day.here, name="Hidden Client")
        services.declare_bar(barred=day.desk, subject=hidden.person, actor=SYSTEM)
    make_appointment(hidden, staff=day.maya, location=day.house, starts_at=day.at(19))
    make_contact_point(day.people["ben"], "phone", address="512 555 0199", alias="Benny")
    with open_scope(day.here.pk), transaction.atomic():
        ContactPoint.objects.filter(channel="email").update(safe_to_send=False)
        host = day.here.hosts.get().domain
    desk, maya = signed_in(day.desk.user, host), signed_in(day.maya.user, host)
    today = day.at(12).date().isoformat()
    asks = f"?person={day.maya.public_id}&first={today}"
    sent = {"person": str(day.maya.public_id), "first": today, "once": str(new_key()), "words": "Water"}
    with open_scope(day.here.pk), transaction.atomic():
        sent |= {f"what_{key}": "off" for key in day.choices(day.span())}
    found = {}

    def keep(who: str, browser: object, path: str, data: dict[str, str] | None = None) -> None:
        for language in ("en", "ar"):
            browser.cookies["django_language"] = language  # type: ignore[attr-defined]  # a test client
            answer = browser.post(path, data) if data else browser.get(path)  # type: ignore[attr-defined]  # as above
            assert answer.status_code == 200, (path, answer.status_code)
            found[who, path + ("?look" if data else ""), language] = answer.content.decode()

    keep("desk", desk, OUT)
    keep("desk", desk, OUT + asks)
    keep("desk", desk, OUT, {**sent, "step": "look"})
    keep("desk", desk, CLOSED)
    keep("desk", desk, f"{CLOSED}?location={day.house.public_id}&first={today}")
    keep("maya", maya, OUT)
    keep("maya", maya, f"{OUT}?first={today}")
    asked = maya.post(OUT, {"first": (day.at(12) + timedelta(days=1)).date().isoformat()})
    keep("maya", maya, asked.url)
    done = desk.post(OUT, {**sent, "step": "do"})
    for path in (done.url, CALLS, "/staff/"):
        keep("desk", desk, path)
    return found
