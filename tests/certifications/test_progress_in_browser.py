"""The catalogue, a way, the team and another state in a real browser: nothing for axe to find, nothing too wide."""

import mimetypes

import pytest
from django.contrib.staticfiles import finders
from django.utils import translation

from apps.certifications.models import CatalogueCredential
from tests.browser import chromium_path, open_browser, what_axe_finds
from tests.factories.certifications import load_shipped, make_certification

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


@pytest.mark.slow
def test_axe_finds_nothing_on_the_pages_about_the_way(cast):
    chromium_path()
    load_shipped()
    texas = CatalogueCredential.objects.get(credential_name="Mental Health Peer Specialist")
    record = make_certification(cast.people["peer_specialist"], credential=texas)
    client, shown, wrong = cast.client("supervisor"), {}, []
    for name, path in {
        "states": "/certifications/states/",
        "state": "/certifications/states/AK/",
        "progress": f"/certifications/{record.public_id}/progress/",
        "team": "/certifications/team/",
        "elsewhere": f"/certifications/elsewhere/?record={record.public_id}&state=NE",
    }.items():
        shown[name] = client.get(path).content.decode()
    client.cookies["django_language"] = "ar"
    with translation.override("en"):  # a request leaves its language behind
        shown["progress-ar"] = client.get(f"/certifications/{record.public_id}/progress/").content.decode()
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
            wrong += [f"{name}: {found}" for found in what_axe_finds(page, name)]
    assert wrong == [], "\n".join(wrong)
