"""What is due, the months, the log, its check and the chart in a real browser: nothing for axe, nothing too wide."""

import mimetypes
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.staticfiles import finders
from django.utils import timezone, translation

from apps.access.scope import open_scope
from apps.certifications.choices import Competency
from apps.certifications.models import CompetencyRating
from apps.supervision import services
from apps.supervision.choices import NoteState
from apps.supervision.models import LogDocument
from tests.browser import TWO_LOOKS, chromium_path, open_browser, what_axe_finds
from tests.factories.organizations import make_member
from tests.factories.supervision import WEEKLY, make_note, make_plan, make_rules

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


def furnish(cast):
    """A plan that is overdue, one that is fine, a log that was given out, and ratings of a year."""
    here = cast.harbor
    today = timezone.localdate(timezone=ZoneInfo(here.zone))
    peer, ruth = cast.people["peer_specialist"], cast.people["supervisor"]
    observed = {**WEEKLY, "asked": "observation", "per": "month"}
    make_rules(here, {**WEEKLY, "minutes": 60}, observed, most_specialists=1, hours_before_alone=6, source="Ours, 2026")
    plan = make_plan(here, peer, ruth)
    make_note(plan, NoteState.SIGNED, held_on=today - timedelta(days=20))
    make_note(plan, NoteState.SUBMITTED, held_on=today - timedelta(days=12), minutes=30)
    make_note(make_plan(here, make_member(here, "peer_specialist", name="Rosa Delgado"), ruth), held_on=today)
    with open_scope(here.pk):
        for days, own, levels in ((300, True, (1, 2, 3)), (200, False, (2, 2, 3)), (20, True, (3, 3, 4))):
            for name, level in zip(Competency.values, levels, strict=False):
                CompetencyRating.objects.create(
                    organization=here,
                    person=peer,
                    competency=name,
                    level=level,
                    by_self=own,
                    rated_on=today - timedelta(days=days),
                )
        services.make_log(
            person=peer,
            actor=cast.actor("peer_specialist"),
            since=date(2020, 1, 1),
            until=today,
            check_url="https://harbor.example/supervision/check/",
        )


def what_is_wrong_with(shown):
    """What axe finds on these pages, given by name with their text, and which are too wide."""
    wrong = []
    with open_browser() as browser:
        page = browser.new_context().new_page()

        def answer(route):
            path = "/" + route.request.url.split("?")[0].split("/", 3)[3]
            found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
            if found:
                kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
                route.fulfill(path=found, content_type=kind)
            else:
                route.fulfill(body=shown.get(path.strip("/"), ""), content_type="text/html; charset=utf-8")

        page.route("**/*", answer)
        for name in shown:
            page.goto(f"http://harbor.localhost/{name}")
            wrong += [f"{name}: {found}" for found in what_axe_finds(page, name, TWO_LOOKS)]
    return wrong


@pytest.mark.slow
def test_axe_finds_nothing_on_the_pages_about_the_plan(cast):
    chromium_path()
    furnish(cast)
    with open_scope(cast.harbor.pk):
        code = LogDocument.objects.get().code
    peer = cast.people["peer_specialist"].public_id
    pages = {
        "due": ("supervisor", "/supervision/due/"),
        "due-own": ("peer_specialist", "/supervision/due/"),
        "months": ("administrator", "/supervision/table/?months_back=3"),
        "log": ("peer_specialist", f"/supervision/log/{peer}/"),
        "chart": ("peer_specialist", f"/certifications/people/{peer}/competencies/"),
        "today": ("supervisor", "/staff/"),
    }
    shown = {}
    for name, (who, path) in pages.items():
        shown[name] = cast.client(who).get(path).content.decode()
    shown["check"] = cast.client("visitor").post("/supervision/check/", {"code": code}).content.decode()
    for name in ("due-own", "chart", "months"):
        who, path = pages[name]
        client = cast.client(who)
        client.cookies["django_language"] = "ar"
        with translation.override("en"):  # a request leaves its language behind
            shown[f"{name}-ar"] = client.get(path).content.decode()
    assert all("<h1" in text for text in shown.values())
    wrong = what_is_wrong_with(shown)
    assert wrong == [], "\n".join(wrong)
