"""Every address, asked as every person of the cast. What must come back stands in `tests/walls/matrix/`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from peerplatform.audit.asking import bare
from tests.cast import PEOPLE, build_cast
from tests.walls.matrix import ANSWERED, LOGIN, Line, Status, World, asked, lines

PARTS = 4  # one person asks over a thousand addresses: on a slow machine too long for one test
HOSTS = {"harbor": "harbor.localhost", "platform": "localhost"}
# Addresses without a name of their own, by their pattern, and why they need no line.
NAMELESS = {"admin:(?P<url>.*)$": "the admin's answer to addresses that it does not know"}


def addresses() -> Iterator[str]:
    """The name of every address of the URL configuration, with its namespace."""

    def walk(resolver: Any, namespace: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
                yield from walk(entry, inner)
            elif isinstance(entry, URLPattern):
                yield f"{namespace}{entry.name or entry.pattern}"

    return walk(get_resolver(), "")


def test_every_address_has_its_line():
    known = {line.name for line in lines()}
    found = set(addresses()) - NAMELESS.keys()
    assert sorted(found - known) == [], "write a line for these in tests/walls/matrix/<app>.py"
    assert sorted(known - found) == [], "these lines are about no address"


def test_no_two_lines_say_the_same_thing_twice():
    told = [(line.name, line.method, line.what, line.host) for line in lines()]
    assert sorted(t for t in set(told) if told.count(t) > 1) == []


def ask(browser: Client, line: Line, arguments: dict[str, Any], world: World, wanted: Status) -> tuple[Status, Any]:
    """The status (LOGIN for the way to the sign-in page) and the response; what the request wrote is undone.

    By the platform itself, where it is to be refused.
    """
    browser.cookies.pop("messages", None)  # what an earlier page would still have said
    path = reverse(line.name, kwargs=arguments) + line.query
    data = line.data(world) if callable(line.data) else line.data
    response: Any = None
    try:
        with transaction.atomic() if wanted not in (403, 404) else nullcontext():
            response = getattr(browser, line.method)(path, data, headers={"host": HOSTS[line.host]})
            if wanted not in (403, 404):
                transaction.set_rollback(True)
    except Exception as error:  # noqa: BLE001  one page that fails must not hide what the others answer
        return f"raised {type(error).__name__}: {error}", None
    status: Status = response.status_code
    if status == 302 and urlsplit(response.headers["Location"]).path == reverse("account_login"):
        status = LOGIN
    return status, response


def bytes_of(response: Any, path: str) -> bytes:
    """What came back, without the address that was asked for (a page may name it, for the way back), the form token,
    which is masked anew each time it is written, and the one-use key of a form, which is another each time."""
    content = b"".join(response) if response.streaming else response.content
    for form in (path, quote(path), quote(path, safe="")):
        content = content.replace(form.encode(), b"*")
    content = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"|\bonce=[0-9a-f-]{36}', b"", content)
    return content + repr(sorted(response.headers.keys())).encode()


@pytest.fixture(scope="module")
def whole_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The cast and a row for every line, here and next door, made once for everybody who asks."""
    with django_db_blocker.unblock(), transaction.atomic():
        found = World(build_cast())
        for line in lines():
            for kind in line.rows().keys() - {"granted"}:
                line.arguments(found, kind, "")
        yield found
        transaction.set_rollback(True)


@pytest.fixture
def world(whole_world: World) -> Iterator[World]:
    """The same for one test: what it makes besides is undone."""
    made = dict(whole_world.made)
    with transaction.atomic():
        yield whole_world
        transaction.set_rollback(True)
    whole_world.made = made


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("person", PEOPLE)
def test_each_address_answers_each_person_as_the_matrix_says(person: str, part: int, world: World):
    with bare():  # the full product renders the administration's navigation too
        wrong = walk(person, part, world, every=False)
    assert wrong == [], f"as {person}:\n" + "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_asks_everything_and_gets_what_the_matrix_says(person: str, part: int, world: World):
    wrong = walk(person, part, world, every=True)
    assert wrong == [], f"as {person}:\n" + "\n".join(wrong)


def walk(person: str, part: int, world: World, *, every: bool) -> list[str]:
    """Where the answers to one person differ from a part of the matrix: to refusals and new pages, or to `every`
    address."""
    browser, wrong = world.cast.client(person), []
    bodies: dict[tuple[Line, str], bytes] = {}
    ours = set(lines()[part::PARTS])
    for line, kind in asked(every)[person]:
        if line not in ours:
            continue
        wanted = line.rows()[kind][person]
        if kind == "granted":  # what was opened to somebody must not change what they get elsewhere
            known = dict(world.made)
            with transaction.atomic():
                status, response = ask(browser, line, line.arguments(world, kind, person), world, wanted)
                transaction.set_rollback(True)
            world.made = known
        else:
            status, response = ask(browser, line, line.arguments(world, kind, person), world, wanted)
        if wanted == ANSWERED and status in (200, 302):
            continue
        if status != wanted:
            where = f" -> {response.headers['Location']}" if response and response.has_header("Location") else ""
            wrong.append(f"{line.name} {line.what}({kind}): {status}{where}, and not {wanted}")
        elif status == 404 and kind in ("foreign", "missing"):
            bodies[line, kind] = bytes_of(response, response.wsgi_request.path)
    for (line, kind), body in bodies.items():
        if kind == "foreign" and body != bodies.get((line, "missing"), body):
            other = bodies[line, "missing"]
            place = next((n for n, (a, b) in enumerate(zip(body, other, strict=False)) if a != b), len(other))
            wrong.append(
                f"{line.name} {line.what}: a foreign row does not read like one that never was:"
                f" {body[place - 30 : place + 60]!r} and {other[place - 30 : place + 60]!r}"
            )
    return wrong
