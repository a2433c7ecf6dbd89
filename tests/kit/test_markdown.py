"""Markdown: what an organization writes looks right, and nothing in it runs."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from apps.kit.markdown import render


class Seen(HTMLParser):
    """Every element and attribute of a piece of HTML, as a browser would see them."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.attributes = set(), []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.attributes += attrs


def refuse_what_runs(html):
    seen = Seen(html)
    assert not seen.elements & {"script", "style", "img", "iframe", "svg", "form", "h1"}
    assert {name for name, _value in seen.attributes} <= {"href", "title", "rel", "start"}
    for name, value in seen.attributes:
        if name == "href":
            scheme = urlsplit(value).scheme
            assert scheme in {"", "http", "https", "mailto", "tel", "sms"}


def test_markdown_becomes_html_that_a_template_shows_as_it_is():
    html = render("Come **as you are**.\n\n1. Tea\n2. Talk\n")
    assert isinstance(html, SafeString)
    assert "<strong>as you are</strong>" in html
    assert "<ol>" in html


def test_headings_leave_the_page_its_one_h1():
    html = render("# One\n\nTwo\n---\n\n###### Six")
    assert html.split() == ["<h2>One</h2>", "<h3>Two</h3>", "<h6>Six</h6>"]
    assert render("# One", top_heading=4).strip() == "<h4>One</h4>"
    with pytest.raises(ValueError, match="begin"):
        render("# One", top_heading=1)


def test_links_carry_rel_and_only_known_schemes():
    html = render('[us](https://harbor.example/ "Harbor") <tel:988>')
    assert 'href="https://harbor.example/"' in html
    assert html.count('rel="noopener noreferrer"') == 2
    assert 'title="Harbor"' in html


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&colon;alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://tracker.example/p.png)",
        "<a href='javascript:alert(1)'>x</a>",
        '[x](https://a.example/"onmouseover="alert(1))',
        "<style>body{display:none}</style>",
        "`<script>`",
    ],
)
def test_nothing_that_runs_or_loads_gets_through(attack):
    refuse_what_runs(render(attack))


@given(st.text(max_size=60))
def test_any_text_renders_without_an_h1_and_without_what_runs(text):
    refuse_what_runs(render(text))
