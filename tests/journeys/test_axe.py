"""What axe finds on every first screen and on the pages beneath: nothing, in light, dark and Arabic, phone and desktop.

The pages are the real ones, asked as the real people under the runtime login; then a browser shows them. Each page is
loaded once for each language, and shown in both schemes and widths.
"""

from __future__ import annotations

import mimetypes
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Route

from apps.access.actor import Actor
from apps.access.scope import open_scope, system_scope
from apps.access.services import share
from apps.clients import erasing
from apps.clients.models import ClientRecord, Erasure
from apps.clients.services import file_grievance
from apps.groups.models import Session
from apps.organizations import services
from apps.organizations.choices import InvitationWay, PolicyKind, Relationship
from apps.organizations.models import PolicyDocument
from tests.browser import EVERY_LOOK, TWO_LOOKS, chromium_path, open_browser, what_axe_finds
from tests.cast import SYSTEM, Cast
from tests.factories.care import make_appointment, make_missed
from tests.factories.certifications import make_certification
from tests.factories.clients import make_client, put_on_team
from tests.factories.groups import make_enrolment, make_facilitator, make_group
from tests.factories.organizations import make_location, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.timeout(900)]

HARBOR, PLATFORM = "harbor.localhost", "localhost"
WORK = ("/staff/", "/clients/", "/schedule/", "/appointments/", "/appointments/new/", "/follow-ups/", "/materials/")
PAGES = {
    "visitor": ("/", "/schedule/", "/materials/", "/accounts/login/", "/nothing-here/"),
    "client": ("/me/", "/schedule/"),
    "family": ("/family/",),
    "coordinator": WORK,
    "peer_specialist": ("/staff/", "/supervision/", "/supervision/new/", "/certifications/", "/appointments/"),
    "supervisor": ("/staff/", "/supervision/", "/supervision/meetings/", "/supervision/meetings/new/", "/clients/"),
    "observer": ("/staff/",),
    "operator": ("/operator/",),
}


def furnish(cast: Cast) -> dict[str, Client]:
    """Something to see on each page, and who looks."""
    peer, place = cast.people["peer_specialist"], make_location(cast.harbor, name="Mill Street house")
    client = make_client(cast.harbor, user=make_user(), name="Sam Reyes", language="es")
    put_on_team(client, peer, leads=True)
    now = timezone.now()
    make_missed(client, staff=peer, location=place, starts_at=now - timedelta(hours=30))
    for hours in (-2, 0, 3, 50):
        make_appointment(client, staff=peer, location=place, starts_at=now + timedelta(hours=hours))
    for day in range(1, 8):
        group = make_group(
            cast.harbor, weekday=day, capacity=9, location=place, audience={"en": "Family and friends"}, has_asl=True
        )
        make_facilitator(group, peer)
    make_enrolment(group, client.person)
    furnish_the_office(cast, client)
    make_certification(peer)
    browsers = {name: cast.client(name) for name in PAGES if name not in ("client", "operator")}
    browsers["operator"] = cast.client("operator", PLATFORM)
    browsers["client"] = Client(headers={"host": HARBOR})
    browsers["client"].force_login(client.person.user)
    return browsers


def furnish_the_office(cast: Cast, client: ClientRecord) -> None:
    """A private rule, a share, a policy to read, a grievance, a support session."""
    with open_scope(cast.harbor.pk), transaction.atomic():
        desk = cast.actor("coordinator")
        barred = cast.people["coordinator"]
        services.declare(
            actor=desk, organization_id=cast.harbor.pk, barred=barred, name="Robin Vale", kind=Relationship.HOUSEMATE
        )
        services.declare(actor=Actor(client.person.user_id, cast.harbor.pk), organization_id=cast.harbor.pk,
                         subject=client.person, name="Harbor Observer", kind="")  # fmt: skip
        share(row=client, user=cast.users["observer"], actor=desk, until=timezone.now() + timedelta(days=3))
        services.write_policy(
            document=PolicyDocument(organization=cast.harbor), actor=SYSTEM, kind=PolicyKind.ETHICS,
            title={"en": "How we work"}, body={"en": "We listen."},
            publish=True,
        )  # fmt: skip
        file_grievance(client=client, actor=SYSTEM, words="Nobody called.", wish="A call.")
    with system_scope("an operator opens a support session"), transaction.atomic():
        services.open_support(
            organization_id=cast.harbor.pk, reason="A list that does not open", operator=cast.users["operator"]
        )


def furnish_sealed(cast: Cast) -> tuple[ClientRecord, ClientRecord]:
    """A supervisor's old record, sealed to the administrator, whose erasure waits; and two shares."""
    works = cast.people["supervisor"]
    sealed = make_client(cast.harbor, name="Kim Former", user=works.user)
    with open_scope(cast.harbor.pk), transaction.atomic():
        services.seal_record(
            subject=sealed.person, custodian=cast.people["administrator"], actor=cast.actor("supervisor")
        )
        Erasure.objects.create(
            organization=cast.harbor, client=sealed, reason="asked", asked_by=cast.users["administrator"],
            expires_at=timezone.now() + timedelta(days=20),
        )  # fmt: skip
        for name in ("observer", "partner"):
            other = make_client(cast.harbor, name=f"Shared with {name}")
            share(row=other, user=cast.users[name], actor=cast.actor("coordinator"))
    return sealed, other


def invited(cast: Cast, way: str) -> str:
    """What opens the invitation of somebody new."""
    person = services.add_person(actor=SYSTEM, organization_id=cast.harbor.pk, name=f"Noor New by {way}")
    services.add_membership(actor=SYSTEM, person=person, role="coordinator", starts_on=date(2026, 1, 1))
    email = "noor@new.example" if way == InvitationWay.MAIL else ""
    return services.invite(person=person, email=email, way=way, actor=cast.actor("administrator"))[1]


def office_pages(cast: Cast) -> dict[str, list[str]]:
    """The pages about private rules, shares, policies, grievances, support sessions and lost second steps."""
    with open_scope(cast.harbor.pk), transaction.atomic():
        client = ClientRecord.objects.select_related("person").get(person__name="Sam Reyes")
        document = PolicyDocument.objects.get()
        tokens = [invited(cast, way) for way in (InvitationWay.MAIL, InvitationWay.CARD)]
        session = Session.objects.select_related("group").filter(starts_at__gt=timezone.now()).first()
        led = [f"/groups/sessions/{session.public_id}/{part}" for part in ("", "walk-in/", "substitute/", "notes/")]
    sealed, ended = furnish_sealed(cast)
    record, colleague = f"/clients/{client.public_id}/", cast.people["coordinator"].public_id
    return {
        "visitor": ["/join/", "/policies/", *(f"/join/{token}/" for token in tokens)],
        "observer": [f"/join/{tokens[0]}/"],
        "supervisor": ["/me/erasure/", "/me/record/"],
        "peer_specialist": ["/me/record/", "/groups/leading/", *led],
        "client": ["/me/closed/", "/me/grievances/", "/me/calendar/"],
        "coordinator": [
            "/staff/closed/", "/shares/", "/shares/end/", "/people/me/", "/policies/",
            f"/policies/{document.public_id}/", record, f"{record}close/",
            f"/groups/{session.group.public_id}/", f"/groups/sessions/{session.public_id}/change/", "/groups/closures/",
            f"{record}grievance/", f"/shares/clients.clientrecord/{client.public_id}/",
        ],
        "administrator": [
            "/staff/closed/", "/staff/to-hand-over/", "/support/", f"/people/{colleague}/second-step/",
            f"/people/{client.person.public_id}/card/",
            *(f"/clients/{row.public_id}/erase/" for row in (ended, sealed)),
        ],
    }  # fmt: skip


def rendered(cast: Cast) -> dict[tuple[str, str, str], str]:
    """Each page's HTML by (who, address, language)."""
    found = {}
    browsers = furnish(cast)
    office = office_pages(cast)
    browsers["administrator"] = cast.client("administrator")
    for name, browser in browsers.items():
        for language in ("en", "ar"):
            browser.cookies["django_language"] = language
            for path in (*PAGES.get(name, ()), *office.get(name, ())):
                response = browser.get(path)
                assert response.status_code in (200, 404), (name, path, response.status_code)
                found[name, path, language] = response.content.decode()
    return found


@pytest.mark.slow
def test_axe_finds_nothing_on_any_page(cast: Cast, monkeypatch):
    chromium_path()
    monkeypatch.setattr(erasing, "today_at", lambda record: date(2050, 1, 1))  # every time of keeping is over
    wrong = found_on(rendered(cast))
    assert wrong == [], "\n".join(wrong)


def found_on(pages: dict[tuple[str, str, str], str]) -> list[str]:
    """What axe finds on pages given as HTML, by (who, address, language)."""
    wrong: list[str] = []
    shown: dict[str, str] = {}
    with open_browser() as browser:
        page = browser.new_context().new_page()

        def answer(route: Route) -> None:
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
        for (name, path, language), html in pages.items():
            shown.update(path=path, html=html)
            page.goto(f"http://{PLATFORM if name == 'operator' else HARBOR}{path}")
            looks = EVERY_LOOK if path in PAGES.get(name, ()) else TWO_LOOKS
            picture = f"{name}{path.replace('/', '-')}{language}"
            wrong.extend(f"{name} {path} {language} {one}" for one in what_axe_finds(page, picture, looks))
    return wrong
