"""The frame around every page: help, a way out, languages; error pages and mails; no style or script in a page."""

import gzip
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.template import engines
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import translation

from apps.kit.brand import BRAND, BRAND_DARK
from apps.kit.text import TranslatedText
from apps.portal.context import frame
from apps.portal.errors import server_error
from apps.portal.views import brand_stylesheet

FOLDER = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))
ERRORS = ["400.html", "403.html", "403_csrf.html", "404.html", "421.html", "500.html"]


def organization(**given):
    values = {
        "name": "Harbor Peer Center",
        "quick_exit": True,
        "brand": "#17566b",
        "brand_dark": "#a5d5e4",
        "crisis_text": TranslatedText({"en": "Harbor warmline: 512 555 0142, 4 pm to 10 pm"}),
    }
    return SimpleNamespace(**(values | given))


def request_for(organization=None, path="/"):
    request = RequestFactory().get(path)
    request.organization = organization
    request.user = AnonymousUser()
    return request


def page(template="404.html", **given):
    return render_to_string(template, {}, request=request_for(organization(**given)))


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", [name for name in TEMPLATES if not name.startswith("email/")])
def test_no_page_carries_style_or_script_of_its_own(name):
    source = re.sub(r"{%.*?%}", "", (FOLDER / name).read_text())
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", source), "the content policy forbids it"
    for script in re.findall(r"<script[^>]*>", source):
        assert " src=" in script


def test_every_public_page_has_the_crisis_line_with_text_and_sign_language():
    html = page()
    assert 'href="tel:988"' in html
    assert 'href="sms:988"' in html
    assert "videophone" in html


def test_name_of_the_organization_is_marked_as_the_language_it_is_in():
    with translation.override("ar"):
        assert '<span lang="en" dir="ltr">Harbor Peer Center</span></a>' in page()
    assert ">Harbor Peer Center</a>" in page()


def test_organizations_own_help_line_is_a_link_to_its_number():
    html = page()
    assert '<a href="tel:5125550142"><b>Harbor warmline: 512 555 0142, 4 pm to 10 pm</b>' in html


def test_own_help_line_in_another_language_is_marked():
    with translation.override("ar"):
        html = page()
    assert '<span lang="en" dir="ltr">Harbor warmline' in html


def test_own_help_line_without_a_number_is_plain_words():
    html = page(crisis_text=TranslatedText({"en": "Ask Rosa at the desk."}))
    assert "<li><p>Ask Rosa at the desk.</p></li>" in html


def test_way_out_is_a_plain_link_that_works_without_javascript():
    assert re.search(r'<a href="https://www\.weather\.gov/" rel="noreferrer" data-leave>', page())


def test_organization_that_turned_the_way_out_off_has_none():
    html = page(quick_exit=False)
    assert "data-leave" not in html
    assert "Leave this site" not in html
    assert 'href="tel:988"' in html


def test_languages_are_named_in_their_own_script_and_chosen_by_post():
    with translation.override("ar"):
        html = page()
    assert '<html lang="ar" dir="rtl">' in html
    assert '<form action="/i18n/setlang/" method="post">' in html
    assert '<button name="language" value="en" lang="en" dir="ltr">English</button>' in html
    assert '<button name="language" value="ar" lang="ar" dir="rtl" aria-current="true">العربية</button>' in html


@pytest.mark.parametrize(
    ("code", "words"),
    [("es", "Hablar con alguien"), ("ar", "تحدّث مع شخص الآن"), ("vi", "Nói chuyện"), ("zh-hans", "现在找人谈谈")],
)
def test_frame_and_errors_speak_every_language(code, words):
    with translation.override(code):
        html = page() + page("500.html")
    assert words in html
    for english in ("Talk to someone", "Leave this site", "This page is not here", "Something broke", "Skip to"):
        assert english not in html


def test_spanish_readers_are_told_the_spanish_way_to_988():
    with translation.override("es"):
        html = page()
    assert "oprima 2" in html
    assert "AYUDA" in html


def test_name_of_the_organization_is_escaped():
    html = page(name="<i>Harbor</i>")
    assert "&lt;i&gt;Harbor" in html
    assert "<i>" not in html


def test_staff_pages_have_the_safety_concern_instead_of_the_strip():
    html = render_to_string("base_staff.html", {"safety_url": "/safety/"}, request=request_for(organization()))
    assert '<a href="/safety/">' in html
    assert "data-leave" not in html
    assert 'value="vi"' in html


def test_frame_without_organization_or_user_answers():
    context = frame(HttpRequest())
    assert context["organization_name"] == "Peer Platform"
    assert context["crisis_lines"] == []
    assert context["brand_url"] == ""


@pytest.mark.parametrize("path", ["/schedule/", "/schedule/wall/", "/groups/9b1d1d0e-0000-4000-8000-000000000000/"])
def test_the_page_of_a_group_stands_under_groups(path):
    rail = frame(request_for(organization(), path))["rail"]
    assert [url for _label, url, current in rail if current] == ["/schedule/"]


def test_brand_address_changes_with_the_colours_and_is_absent_for_the_platforms_own():
    first = frame(request_for(organization()))["brand_url"]
    second = frame(request_for(organization(brand="#1d4d2b")))["brand_url"]
    assert first.startswith("/brand.css?v=")
    assert first != second
    assert frame(request_for(organization(brand=BRAND, brand_dark=BRAND_DARK)))["brand_url"] == ""


def test_brand_stylesheet_of_a_broken_colour_is_the_platforms_own():
    response = brand_stylesheet(request_for(organization(brand="red;}")))
    assert response.content.decode() == f":root{{--brand:{BRAND};--brand-dark:{BRAND_DARK}}}\n"
    assert response["Content-Type"].startswith("text/css")
    assert "immutable" in response["Cache-Control"]


@pytest.mark.parametrize("name", ERRORS)
def test_error_page_has_one_heading_a_next_step_and_the_crisis_line(name):
    html = page(name)
    assert html.count("<h1") == 1
    assert 'href="tel:988"' in html
    assert not re.search(r"\b(error|failed|invalid|forbidden)\b", re.sub(r"<[^>]+>", " ", html), re.IGNORECASE)


@pytest.mark.parametrize("name", ["500.html", "421.html"])
def test_page_for_what_broke_needs_nothing_at_all(name):
    html = engines["django"].get_template(name).render()
    assert "<h1>" in html
    assert "platform/components.css" in html


def test_server_error_gives_a_word_that_is_also_in_the_log(caplog):
    response = server_error(request_for())
    word = re.search(r"<b>([a-z]+-\d\d)</b>", response.content.decode())[1]
    assert response.status_code == 500
    assert word in caplog.text


MAIL = {
    "subject": "Tuesday 5:30 pm",
    "when": "Tuesday 24 November, 5:30 pm",
    "where": "Mill Street house, room 2",
    "action_url": "https://harbor.example/me/",
    "action_label": "See it or change it",
    "change": "You can't come? Say so here.",
    "stop_url": "https://harbor.example/stop/abc/",
}


@pytest.mark.parametrize("code", ["en", "ar"])
def test_mail_says_the_same_in_text_and_in_html(code):
    with translation.override(code):
        html, text = (render_to_string(f"email/base.{kind}", dict(MAIL)) for kind in ("html", "txt"))
    for value in (value for key, value in MAIL.items() if key != "subject"):
        assert value in text
        assert value.replace("'", "&#x27;") in html
    assert "<img" not in html
    assert f'dir="{"rtl" if code == "ar" else "ltr"}"' in html
    assert "\n\n\n" not in text.strip()


def test_first_view_leaves_most_of_its_60_kb_to_the_page():
    def wire(name):
        return len(gzip.compress(Path(finders.find(name)).read_bytes(), 9))

    frame_of_a_page = sum(
        map(
            wire,
            (
                "platform/tokens.css",
                "platform/components.css",
                "platform/platform.js",
                "platform/icon.svg",
                "django_htmx/htmx-2.min.js",
            ),
        )
    )
    assert frame_of_a_page + len(gzip.compress(page().encode(), 9)) < 36_000
