"""Nothing tells by the time or the work it takes whether an address has a sign-in, here or elsewhere."""

from __future__ import annotations

import re
import statistics
import time

import pytest
from django.contrib.auth import hashers
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.access.scope import open_scope
from apps.organizations import services
from tests.accounts.test_password import PASSWORD, sign_in
from tests.factories.organizations import SYSTEM, make_member, make_organization, make_user

pytestmark = pytest.mark.django_db
FLOOR = 0.3


def test_asking_for_a_code_takes_as_long_for_an_unknown_address(harbor, browser, settings):
    settings.EVEN_ANSWER_SECONDS = FLOOR
    took: dict[str, list[float]] = {"known": [], "unknown": []}
    for n in range(5):
        make_user(email=f"known{n}@harbor.example", password=PASSWORD)
        for kind, times in took.items():
            client = browser("harbor.localhost")
            begun = time.perf_counter()
            assert client.post("/accounts/login/code/", {"to": f"{kind}{n}@harbor.example"}).status_code == 302
            times.append(time.perf_counter() - begun)
    assert min(took["known"] + took["unknown"]) >= FLOOR
    known, unknown = (statistics.median(times) for times in took.values())
    assert abs(known - unknown) < FLOOR / 2


def test_a_wrong_password_is_computed_as_often_for_an_unknown_address(harbor, browser, monkeypatch):
    make_user(email="known@harbor.example", password=PASSWORD)
    computed: list[str] = []
    hasher = type(hashers.get_hasher())
    encode = hasher.encode

    def counted(self, *args):
        computed.append("once")
        return encode(self, *args)

    monkeypatch.setattr(hasher, "encode", counted)
    often = []
    for address in ("known@harbor.example", "unknown@harbor.example"):
        computed.clear()
        assert sign_in(browser("harbor.localhost"), address, "not the password").status_code == 200
        often.append(len(computed))
    assert often[0] == often[1] > 0


def test_inviting_asks_the_database_the_same_whether_the_address_signs_in_elsewhere_or_not(harbor):
    make_member(make_organization(), user=make_user(email="elsewhere@example.com"))
    asked = []
    for address in ("warm@example.com", "elsewhere@example.com", "nowhere@example.com"):
        with open_scope(harbor.pk), transaction.atomic(), CaptureQueriesContext(connection) as queries:
            services.invite_colleague(
                actor=SYSTEM, organization_id=harbor.pk, name="Noor New", role="coordinator",
                starts_on="2026-01-01", email=address,
            )  # fmt: skip
        asked.append(
            [re.split(r" WHERE | VALUES | SET |POINT ", query["sql"])[0] for query in queries.captured_queries]
        )
    assert len(asked[1]) == len(asked[2]) > 3
    assert asked[1] == asked[2]
