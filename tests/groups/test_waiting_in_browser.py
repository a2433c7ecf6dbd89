"""The pages of a place in a real browser: nothing that axe finds, nothing too wide, light, dark and right to left."""

import mimetypes
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.access.scope import open_scope
from apps.clients.services import name_family
from apps.groups import selectors, services
from apps.groups.models import Enrolment
from tests.browser import TWO_LOOKS, chromium_path, open_browser, what_axe_finds
from tests.cast import build_cast
from tests.factories.clients import make_apart, make_client
from tests.factories.groups import make_enrolment, make_facilitator, make_group, make_waiting
from tests.factories.organizations import SYSTEM, make_location, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
HOST = "harbor.localhost"


def furnish():
    """Each page in the state in which most is on it, by who looks."""
    cast = build_cast()
    place = make_location(cast.harbor, name="Mill Street house")
    client = make_client(
        cast.harbor, user=make_user(), name="Sam Reyes", born_on=timezone.localdate() - timedelta(5600)
    )
    other = make_client(cast.harbor, name="Theo Brandt")
    full = make_group(cast.harbor, capacity=2, location=place, name={"en": "Tea and talk", "ar": "شاي وحديث"})
    make_enrolment(full), make_enrolment(full)
    for name in ("Ada Long-Family-Name Montgomery", "Bo", "Cy"):
        make_waiting(full, make_client(cast.harbor, name=name).person)
    waits = make_group(cast.harbor, capacity=1, location=place, name={"en": "Walk"})
    make_enrolment(waits), make_waiting(waits), make_waiting(waits, client.person)
    offers = make_group(cast.harbor, capacity=1, location=place, name={"en": "Music"})
    inside = make_enrolment(offers)
    entry = make_waiting(offers, client.person)
    joined = make_group(cast.harbor, location=place, name={"en": "Garden"})
    make_enrolment(joined, client.person)
    make_facilitator(joined, cast.people["peer_specialist"])
    young = make_group(
        cast.harbor, location=place, name={"en": "Young voices"}, needs_guardian_consent=True, youngest=12
    )
    make_apart(client.person, other.person, why="He found her twice.")
    with open_scope(cast.harbor.pk):
        name_family(client=client, person=cast.people["family"], tie="parent", actor=SYSTEM)
        services.leave(enrolment=inside, actor=SYSTEM)
        services.leave(enrolment=Enrolment.objects.filter(group=full).first(), actor=SYSTEM)
        services.join(group=young, person=client.person, actor=SYSTEM)
        services.join(group=young, person=other.person, actor=SYSTEM)
        services.record_consent(group=young, person=other.person, actor=SYSTEM, on_paper=True)
        entry.refresh_from_db()
        session = joined.sessions.filter(starts_at__gt=timezone.now()).order_by("starts_at").first()
    me = Client(headers={"host": HOST})
    me.force_login(client.person.user)
    me.post(reverse("groups:reply", args=[session.public_id]), {"answer": "no"})
    office = cast.client("coordinator")
    groups = {"full": full, "waits": waits, "offers": offers, "joined": joined, "young": young}
    pages = {f"page-{name}": (me, reverse("groups:group", args=[row.public_id])) for name, row in groups.items()}
    pages |= {
        "mine": (me, "/me/groups/"),
        "offer": (cast.client("visitor"), reverse("group_offer", args=[selectors.offer_token(entry)])),
        "consents": (cast.client("family"), "/me/consents/"),
        "people": (office, reverse("groups:people", args=[full.public_id]) + "?q=sam"),
        "people-young": (office, reverse("groups:people", args=[young.public_id])),
        "apart": (office, reverse("clients:apart", args=[client.public_id]) + "?q=bo"),
    }
    return pages


def test_axe_finds_nothing_on_the_pages_of_a_place():
    chromium_path()
    pages, wrong = {}, []
    for name, (browser, path) in furnish().items():
        for language in ("en", "ar"):
            browser.cookies["django_language"] = language
            answer = browser.get(path)
            assert answer.status_code == 200, (name, answer.status_code)
            pages[name, language] = (path, answer.content.decode())
    shown = {}
    with open_browser() as browser:
        page = browser.new_context().new_page()

        def answer(route):
            path = "/" + route.request.url.split("?")[0].split("/", 3)[3]
            found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
            if found:
                kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
                route.fulfill(body=Path(found).read_bytes(), content_type=kind)
            elif path == shown["path"].split("?")[0]:
                route.fulfill(body=shown["html"], content_type="text/html; charset=utf-8")
            else:
                route.fulfill(status=404, body="")

        page.context.route("**/*", answer)
        for (name, language), (path, html) in pages.items():
            shown.update(path=path, html=html)
            page.goto(f"http://{HOST}{path}")
            wrong.extend(f"{name} {language} {one}" for one in what_axe_finds(page, f"{name}-{language}", TWO_LOOKS))
    assert wrong == [], "\n".join(wrong)
