"""The suite's database: embedded servers for the whole run, made by the owner, used by the runtime login."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.database import (
    empty_what_was_written,
    grant_what_tests_need,
    migrated_template,
    open_connection,
    start_services,
    stop_services,
)

if TYPE_CHECKING:
    from tests.cast import Cast


def pytest_configure(config: pytest.Config) -> None:
    """Start the embedded servers once: workers of xdist find the controller's running."""
    if not hasattr(config, "workerinput"):
        start_services(config)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it for garbage again and again is a twentieth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_unconfigure(config: pytest.Config) -> None:
    stop_services(config)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker begins with the journeys, the others with the walls.

    Journeys wait long for one whole platform, and at the end nobody would work beside them. A test of the walls takes
    half a minute: where one is the last, the others stand still.
    """
    items[:] = _in_shares(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
    for item in items:
        if "journeys" in item.path.parts and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(900))  # whichever is the first starts a platform with its demo


def _in_shares(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """The tests in the order in which xdist deals them: a worker's share is as many of them one after another."""
    journeys = [item for item in items if "journeys" in item.path.parts]
    walls = [item for item in items if "walls" in item.path.parts]
    rest = [item for item in items if not {"journeys", "walls"} & set(item.path.parts)]
    firsts = [journeys, *(walls[number :: workers - 1] for number in range(workers - 1))]
    dealt: list[pytest.Item] = [] if workers > 1 else walls
    for number, first in enumerate(firsts):
        share = (len(items) - len(dealt)) // (workers - number) - len(first)
        dealt, rest = [*dealt, *first, *rest[: max(share, 0)]], rest[max(share, 0) :]
    return [*dealt, *rest]


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: pytest.FixtureDef,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Make the test database as the owner of the tables; every test then logs in as the runtime role."""
    from django.conf import settings
    from django.db import connection
    from django.test import TransactionTestCase
    from django.test.utils import setup_databases, teardown_databases

    from peerplatform import logins

    keep = django_db_keepdb and not django_db_createdb
    with django_db_blocker.unblock(), logins.using("owner"):
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()
        databases = setup_databases(
            verbosity=request.config.option.verbose, interactive=False, keepdb=keep, serialized_aliases=[]
        )
        grant_what_tests_need()
    if settings.EMBEDDED_DATABASE:
        TransactionTestCase._fixture_teardown = lambda self: empty_what_was_written()  # type: ignore[method-assign]  # past the seals, and faster
    yield
    if not keep:
        with django_db_blocker.unblock(), logins.using("owner"):
            teardown_databases(databases, verbosity=0)


@pytest.fixture
def owner_connection(db: None) -> Iterator[psycopg.Connection]:
    """A connection of its own to the test database as the owner of the tables (autocommit)."""
    with open_connection("owner") as connection:
        yield connection


@pytest.fixture
def superuser_connection(db: None) -> Iterator[psycopg.Connection]:
    """A connection of its own as the embedded cluster's superuser (autocommit); skipped on other servers."""
    from django.conf import settings

    if not settings.EMBEDDED_DATABASE:
        pytest.skip("there is no superuser of ours on a server of one's own")
    with open_connection("superuser") as connection:
        yield connection


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody: two organizations with one person of each kind (see tests/cast.py)."""
    from tests.cast import build_cast

    return build_cast()
