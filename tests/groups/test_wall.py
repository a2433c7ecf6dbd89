"""The schedule for the wall and the code that opens it: nothing on paper that a stranger may not read."""

import re

import pytest
from django.utils import timezone, translation

from apps.access.scope import open_scope
from apps.groups import services
from apps.groups.wall_pdf import Poster, told, wall_pdf
from apps.kit.qr import qr_file, qr_svg
from apps.organizations.choices import Feature
from tests.cast import build_cast
from tests.factories.groups import make_enrolment, make_group
from tests.factories.organizations import SYSTEM, make_location, make_room

pytestmark = pytest.mark.django_db
SHEET = "/schedule/wall.pdf"


@pytest.fixture
def cast():
    return build_cast()


def said(organization, poster):
    with open_scope(organization.pk), translation.override(organization.language):
        return told(organization, poster)


def next_monday():
    today = timezone.localdate()
    return today + timezone.timedelta(days=7 - today.weekday())


def names(sheet):
    return sorted(row["name"] for day in sheet["days"] for row in day["rows"])


def test_the_sheet_holds_what_a_stranger_may_know_whoever_prints_it(cast):
    house = make_location(cast.harbor, name="Mill Street house", address="12 Mill Street")
    safe = make_location(cast.harbor, name="Safe house", address="7 Hidden Lane", is_confidential=True)
    make_group(cast.harbor, name={"en": "Open"}, location=house, room=make_room(house, name="Blue room"))
    make_group(cast.harbor, name={"en": "At the safe house"}, location=safe)
    make_enrolment(make_group(cast.harbor, name={"en": "Closed"}, location=house, visibility="members"))
    make_group(cast.aurora, name={"en": "Next door"})
    everywhere = said(cast.harbor, Poster(next_monday()))
    assert names(everywhere) == ["At the safe house", "Open"]
    assert "Safe house" not in str(everywhere) and "Hidden Lane" not in str(everywhere)
    there = said(cast.harbor, Poster(next_monday(), place=house))
    assert names(there) == ["Open"]
    assert (there["days"][0]["rows"][0]["where"], there["place"]) == ("Blue room", "Mill Street house, 12 Mill Street")
    assert names(said(cast.harbor, Poster(next_monday(), place=safe))) == []


def test_a_confidential_house_is_no_choice_and_asking_for_it_prints_nothing(cast):
    safe = make_location(cast.harbor, name="Safe house", is_confidential=True)
    closed = make_location(cast.harbor, name="Closed house")
    make_group(cast.harbor, location=safe)
    make_group(cast.harbor, location=closed, visibility="members")
    browser = cast.client("administrator")
    page = browser.get("/schedule/wall/").content.decode()
    assert "Safe house" not in page and "Closed house" not in page
    for place in (safe, closed):
        assert browser.get(SHEET, {"place": str(place.public_id)}).status_code == 422


@pytest.mark.parametrize("query", ["", "paper=a4&weeks=4&large=on&begins=next", "paper=a4"])
def test_the_sheet_is_a_pdf_for_screen_readers_on_the_paper_asked_for(cast, query):
    house = make_location(cast.harbor, name="Mill Street house")
    make_group(cast.harbor, name={"en": "Tea"}, location=house)
    answer = cast.client("coordinator").get(f"{SHEET}?place={house.public_id}&{query}")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-") and b"pdfuaid:part" in answer.content
    sizes = {tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox\s?\[([^\]]*)\]", answer.content)}
    width = next(iter(sizes))[2] if sizes else None
    assert width is None or round(width) == (595 if "a4" in query else 612)


@pytest.mark.parametrize("query", ["weeks=3", "weeks=x", "paper=a5", "begins=never", "place=1"])
def test_a_sheet_that_nobody_offers_is_refused_with_the_field_named(cast, query):
    answer = cast.client("coordinator").get(f"{SHEET}?{query}")
    assert answer.status_code == 422 and b'id="fix"' in answer.content


@pytest.mark.parametrize("language", ["es", "ar"])
def test_the_sheet_is_in_the_organizations_language_whatever_the_reader_has(cast, language):
    cast.harbor.language = language
    make_group(cast.harbor, name={"en": "Tea", "es": "Té", "ar": "شاي"})
    sheet = said(cast.harbor, Poster(next_monday()))
    assert names(sheet) == [{"es": "Té", "ar": "شاي"}[language]]
    with open_scope(cast.harbor.pk), translation.override(language):
        assert wall_pdf(organization=cast.harbor, poster=Poster(next_monday())).startswith(b"%PDF-")


def test_a_session_called_off_is_crossed_out_on_paper_with_its_reason(cast):
    group = make_group(cast.harbor, name={"en": "Tea"})
    monday = next_monday()
    with open_scope(cast.harbor.pk):
        session = group.sessions.get(on__gte=monday, on__lt=monday + timezone.timedelta(days=7))
        services.cancel_session(session=session, actor=SYSTEM, reason={"en": "The house is closed."})
    (row,) = said(cast.harbor, Poster(monday))["days"][0]["rows"]
    assert row["off"] and row["about"].startswith("Not this week. The house is closed. Next time: ")


def test_where_the_public_schedule_is_off_no_code_leads_to_it(cast):
    make_group(cast.harbor)
    office = cast.client("coordinator")
    assert 'class="qr"' in office.get("/schedule/wall/").content.decode()
    with open_scope(cast.harbor.pk):
        cast.harbor.features_off = [Feature.PUBLIC_SCHEDULE]
        cast.harbor.save()
    sheet = said(cast.harbor, Poster(next_monday()))
    assert (sheet["code"], sheet["address"]) == ("", "")
    assert 'class="qr"' not in office.get("/schedule/wall/").content.decode()
    assert cast.client("visitor").get("/schedule/code.svg").status_code == 404


def test_the_code_opens_the_public_page_and_a_place_that_anybody_may_know(cast):
    house = make_location(cast.harbor, name="Mill Street house")
    safe = make_location(cast.harbor, name="Safe house", is_confidential=True)
    make_group(cast.harbor, location=house)
    make_group(cast.harbor, location=safe)
    visitor = cast.client("visitor")
    address = re.search(
        r'<bdi dir="ltr">(http[^<]*)</bdi>', cast.client("coordinator").get("/schedule/wall/").content.decode()
    )[1]
    plain = visitor.get("/schedule/code.svg")
    assert plain["Content-Type"] == "image/svg+xml" and plain.content == qr_file(address, "svg")
    at_house = visitor.get("/schedule/code.svg", {"place": str(house.public_id)})
    assert at_house.content == qr_file(f"{address}?place={house.public_id}", "svg")
    for other in (safe.public_id, "javascript:alert(1)", ""):
        assert visitor.get("/schedule/code.svg", {"place": str(other)}).content == plain.content
    assert visitor.get("/schedule/code.png").content.startswith(b"\x89PNG")
    assert visitor.get("/schedule/code.exe").status_code == 404


def test_the_code_on_a_page_is_named_and_black_on_white():
    drawn = qr_svg("https://harbor.example.org/schedule/", label='Opens "this"')
    assert 'role="img" aria-label="Opens &quot;this&quot;"' in drawn
    assert 'fill="#fff"' in drawn and 'stroke="#000"' in drawn and "style=" not in drawn
