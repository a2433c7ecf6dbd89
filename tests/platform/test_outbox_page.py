"""The demo's page of what left."""

import pytest
from django.test import Client

from peerplatform import outbox
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
MAIL = b"""X-Envelope-To: luis@example.org\r
From: Harbor <no-reply@platform.example>\r
To: luis@example.org\r
Subject: Tuesday 5:30 pm\r
Message-ID: <1@platform.example>\r
Content-Type: multipart/alternative; boundary=b\r
\r
--b\r
Content-Type: text/plain; charset=utf-8\r
\r
See http://harbor.localhost:8000/me/ <script>\r
--b\r
Content-Type: text/html; charset=utf-8\r
\r
<p style="color:red">See it</p>\r
--b--\r
"""


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.OUTBOX_DIR = tmp_path
    settings.DEMO = True


@pytest.mark.parametrize("host", ["localhost", "outbox.localhost"])
def test_what_left_is_read_on_every_host(host):
    make_organization(domain="outbox.localhost")
    outbox.store(MAIL, ".eml")
    outbox.store(b'{"sid": "SM1", "to": "+15125550142", "from": "+15550006000", "body": "Hola Luis"}', ".json")
    page = Client(headers={"host": host}).get("/demo/outbox/").content.decode()
    assert page.index("Hola Luis") < page.index("Tuesday 5:30 pm")
    assert 'href="http://harbor.localhost:8000/me/"' in page
    assert "<script>\n" not in page


def test_only_what_went_to_one_address_is_shown_when_asked():
    outbox.store(MAIL, ".eml")
    browser = Client(headers={"host": "localhost"})
    assert "Tuesday 5:30 pm" in browser.get("/demo/outbox/?to=LUIS@example.org").content.decode()
    assert "Tuesday 5:30 pm" not in browser.get("/demo/outbox/?to=ana@example.org").content.decode()


def test_a_mail_is_shown_as_it_looks_under_a_policy_that_fetches_nothing():
    name = outbox.store(MAIL, ".eml").name
    answer = Client(headers={"host": "localhost"}).get(f"/demo/outbox/?show={name}")
    assert b'<p style="color:red">' in answer.content
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert Client(headers={"host": "localhost"}).get("/demo/outbox/?show=..%2Fx").status_code == 404


def test_there_is_no_such_page_outside_the_demo(settings):
    settings.DEMO = False
    assert Client(headers={"host": "localhost"}).get("/demo/outbox/").status_code == 404
