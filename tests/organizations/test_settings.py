"""An organization's own settings: picture, languages, help line, words, and what it does not use."""

import re
from functools import cache
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import Resolver404, resolve, reverse

from apps.access.scope import open_scope
from apps.organizations import services
from apps.organizations.choices import Feature
from apps.organizations.models import Logo, Organization
from apps.organizations.registry import features_of
from tests.cast import Cast
from tests.factories.clients import make_client

pytestmark = pytest.mark.django_db

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xdc\xccY\xe7\x00\x00\x00\x00IEND\xaeB`\x82"
)


def settings_page(cast: Cast) -> str:
    return reverse("admin:organizations_organization_change", args=[cast.harbor.pk])


def stored(cast: Cast) -> dict[str, object]:
    with open_scope(cast.harbor.pk):
        return Organization.objects.filter(pk=cast.harbor.pk).values().get()


class _Form(HTMLParser):
    """What a browser would send back from the page's main form, unchanged."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.select = self.area = ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area = name
            self.values.setdefault(name, [""])
        elif tag == "option" and self.select and "selected" in given:
            self.values.setdefault(self.select, []).append(given.get("value") or "")
        elif tag == "input" and name and given.get("type") not in ("file", "submit"):
            ticks = given.get("type") in ("checkbox", "radio")
            if not ticks or "checked" in given:
                self.values.setdefault(name, []).append(given.get("value") or ("on" if "checked" in given else ""))

    def handle_endtag(self, tag):
        self.select = "" if tag == "select" else self.select
        self.area = "" if tag == "textarea" else self.area

    def handle_data(self, data):
        if self.area:
            self.values[self.area] = [self.values[self.area][0] + data.removeprefix("\n")]


def form_of(page) -> dict[str, list[str]]:
    found = re.search(r'<form[^>]*id="organization_form".*?</form>', page.content.decode(), re.S)
    assert found
    parser = _Form()
    parser.feed(found[0])
    return parser.values


def save(cast: Cast, **changed):
    browser = cast.client("administrator")
    values = {**form_of(browser.get(settings_page(cast))), **changed}
    return browser.post(settings_page(cast), values)


def test_saving_the_page_as_it_stands_changes_nothing(cast: Cast):
    before = stored(cast)
    answer = save(cast)
    assert answer.status_code == 302, answer.context["errors"]
    assert stored(cast) == {**before, "features_off": [], "languages": []}


def test_the_picture_is_shown_to_everybody_on_the_organizations_pages(cast: Cast):
    answer = save(cast, new_logo=SimpleUploadedFile("logo.png", PNG, content_type="text/html"))
    assert answer.status_code == 302, answer.context["errors"]
    visitor = cast.client("visitor")
    found = re.search(r'<img class="logo" src="([^"]+)"', visitor.get("/").content.decode())
    assert found
    picture = visitor.get(found[1])
    assert (picture.status_code, picture["Content-Type"], b"".join(picture.streaming_content)) == (
        200,
        "image/png",
        PNG,
    )
    assert cast.client("visitor", host="aurora.localhost").get(found[1]).status_code == 302


def test_what_is_no_small_picture_is_refused_beside_its_field_whatever_its_name_claims(cast: Cast):
    for content in (b"<svg onload='x'/>", b"%PDF-1.4 plain", PNG + b"\0" * 600_000):
        answer = save(cast, new_logo=SimpleUploadedFile("logo.png", content, content_type="image/png"))
        assert answer.status_code == 200
        assert "new_logo" in answer.context["adminform"].form.errors
    assert stored(cast)["logo"] is None
    with open_scope(cast.harbor.pk):
        assert not Logo.objects.exists()


def test_taking_the_picture_away_takes_it_off_every_page(cast: Cast):
    with open_scope(cast.harbor.pk):
        services.set_logo(organization=cast.harbor, content=PNG, name="logo.png", actor=cast.actor("administrator"))
    save(cast, no_logo="on")
    assert 'class="logo"' not in cast.client("visitor").get("/").content.decode()


def test_only_the_languages_on_offer_can_be_chosen_and_others_fall_back_to_the_first(cast: Cast):
    save(cast, language="es", languages=["en", "es"])
    page = cast.client("visitor").get("/", headers={"accept-language": "ar"})
    assert re.findall(r'name="language" value="([^"]+)"', page.content.decode()) == ["en", "es"]
    assert '<html lang="es"' in page.content.decode()


def test_the_first_language_is_one_of_those_on_offer(cast: Cast):
    answer = save(cast, language="en", languages=["es"])
    assert "languages" in answer.context["adminform"].form.errors


def test_the_organizations_own_ways_to_call_text_and_sign_stand_in_the_strip(cast: Cast):
    save(cast, crisis_call="+1 512 555 0142", crisis_sms="512 555 0143", crisis_sign="https://video.example/help")
    page = cast.client("client").get("/schedule/").content.decode()
    assert 'href="tel:+15125550142"' in page and 'href="sms:5125550143"' in page
    assert 'href="https://video.example/help"' in page and 'href="tel:988"' in page


def test_a_way_that_is_neither_number_nor_safe_address_is_refused(cast: Cast):
    answer = save(cast, crisis_call="call me", crisis_sign="javascript:alert(1)")
    assert {"crisis_call", "crisis_sign"} <= set(answer.context["adminform"].form.errors)


def test_records_are_kept_six_years_at_the_least(cast: Cast):
    answer = save(cast, retention_years="5")
    assert "retention_years" in answer.context["adminform"].form.errors
    with open_scope(cast.harbor.pk), pytest.raises(ValidationError):
        services.change_organization(organization=cast.harbor, actor=cast.actor("administrator"), retention_years=5)


def test_its_own_words_stand_where_a_word_stands_alone_in_the_readers_language(cast: Cast):
    answer = save(cast, word_client_many_en="Members", word_client_many_es="Socios", word_group_many_en="Circles")
    assert answer.status_code == 302, answer.context["errors"]
    own = {"client": {"many": {"en": "Members", "es": "Socios"}}, "group": {"many": {"en": "Circles"}}}
    assert stored(cast)["words"] == own
    browser = cast.client("coordinator")
    page = browser.get("/clients/").content.decode()
    assert re.search(r"<h1[^>]*>\s*Members", page) and ">Circles</a>" in page
    page = browser.get("/clients/", headers={"accept-language": "es"}).content.decode()
    assert re.search(r"<h1[^>]*>\s*Socios", page)


def test_a_new_way_to_reach_somebody_starts_with_the_organizations_hours_and_not_as_safe(cast: Cast):
    save(cast, contact_from="09:30", contact_to="18:00")
    form = cast.client("coordinator").get(reverse("admin:messaging_contactpoint_add")).context["adminform"].form
    assert str(form["hours_from"].value()) == "09:30:00" and str(form["hours_to"].value()) == "18:00:00"
    assert not form["safe_to_send"].value()


# ---- what is not used is not there
WALKED = ("visitor", "administrator", "coordinator", "supervisor", "peer_specialist", "translator", "client", "family")
START = ("/", "/staff/", "/me/", "/family/", "/schedule/", "/clients/", "/admin/", "/accounts/sign-in/")


def links(text: str) -> set[str]:
    return {urlsplit(url).path for url in re.findall(r'(?:href|action)="(/[^"]*)"', text)}


@cache
def name_of(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def belongs(path: str, feature: str, person: str) -> bool:
    return any(
        pages.feature == feature and not (pages.visitors_only and person != "visitor")
        for pages in features_of(name_of(path))
    )


def test_what_is_turned_off_is_linked_from_no_page(cast: Cast):
    with open_scope(cast.harbor.pk):
        client = make_client(cast.harbor)
    seen = {True: [], False: []}
    for off in ([], Feature.values):
        with open_scope(cast.harbor.pk):
            services.change_organization(organization=cast.harbor, actor=cast.actor("administrator"), features_off=off)
        for person in WALKED:
            browser = cast.client(person)
            for path in (*START, f"/clients/{client.public_id}/", "/no-such-page/"):
                page = browser.get(path)
                if page.status_code in (200, 404) and not page.streaming:
                    seen[bool(off)] += [
                        (person, path, url)
                        for url in links(page.content.decode())
                        if any(belongs(url, feature, person) for feature in Feature.values)
                    ]
    assert seen[True] == []
    assert len(seen[False]) > 30, "links that could have stayed"


OFF = {
    Feature.PUBLIC_SCHEDULE: [("visitor", "/schedule/")],
    Feature.FAMILY: [("family", "/family/"), ("administrator", "/admin/clients/familylink/")],
    Feature.MATERIALS: [
        ("visitor", "/materials/"),
        ("administrator", "/materials/"),
        ("administrator", "/admin/materials/material/"),
        ("translator", "/materials/"),
    ],
    Feature.OUTREACH: [("administrator", "/admin/outreach/outreachstep/")],
    Feature.SUPERVISION: [
        ("supervisor", "/supervision/"),
        ("visitor", "/supervision/"),
        ("administrator", "/admin/supervision/supervisionplan/"),
    ],
    Feature.CERTIFICATIONS: [
        ("peer_specialist", "/certifications/"),
        ("auditor", "/admin/certifications/certification/"),
    ],
    Feature.TEXT_SIGN_IN: [("client", "/accounts/sign-in/phone/")],
}


def test_a_page_that_is_turned_off_is_404_and_is_back_when_it_is_turned_on(cast: Cast):
    def answers() -> set[tuple[str, bool]]:
        return {
            (feature, cast.client(person).get(path).status_code == 404)
            for feature, pages in OFF.items()
            for person, path in pages
        }

    def turn_off(*features: str) -> None:
        with open_scope(cast.harbor.pk):
            services.change_organization(
                organization=cast.harbor, actor=cast.actor("administrator"), features_off=list(features)
            )

    everything = set(Feature.values)
    assert answers() == {(feature, False) for feature in everything}
    turn_off(*Feature.values)
    assert answers() == {(feature, True) for feature in everything}
    assert cast.client("stranger", host="aurora.localhost").get("/materials/").status_code == 200
    turn_off(Feature.SUPERVISION)
    assert answers() == {(feature, feature == Feature.SUPERVISION) for feature in everything}


def test_the_schedule_that_is_not_for_everybody_stays_for_who_is_signed_in(cast: Cast):
    with open_scope(cast.harbor.pk):
        services.change_organization(
            organization=cast.harbor, actor=cast.actor("administrator"), features_off=[Feature.PUBLIC_SCHEDULE]
        )
    assert cast.client("client").get("/schedule/").status_code == 200


def test_where_codes_do_not_go_by_text_a_phone_is_refused_alike_whether_it_is_known_or_not(cast: Cast):
    with open_scope(cast.harbor.pk):
        services.change_organization(
            organization=cast.harbor, actor=cast.actor("administrator"), features_off=[Feature.TEXT_SIGN_IN]
        )
    user = cast.users["client"]
    user.phone = "+15125550142"
    user.save()
    for number in ("+15125550142", "+15125550199"):
        answer = cast.client("visitor").post("/accounts/login/code/", {"to": number})
        assert answer.status_code == 200
        assert "Codes are not sent by text here" in answer.content.decode()
