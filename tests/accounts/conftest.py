"""Sign-in as a browser does it: clients on a host, a fresh count of tries, and the codes that would have left."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from apps.accounts import registry
from tests.factories.organizations import make_organization


@pytest.fixture(autouse=True)
def fresh_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries are counted in a corner of the cache of the test's own: tests run beside each other."""
    monkeypatch.setattr(caches["default"], "key_prefix", uuid.uuid4().hex)


@pytest.fixture
def sent() -> Iterator[list[dict[str, Any]]]:
    """What sign-in handed to the gate, through a gate of the test's own."""
    former = list(registry._deliver)
    handed: list[dict[str, Any]] = []
    registry.register_deliver(lambda **message: handed.append(message))
    yield handed
    registry._deliver[:] = former


@pytest.fixture
def harbor(db: None) -> Any:
    return make_organization(name="Harbor", short_name="Harbor", domain="harbor.localhost")


@pytest.fixture
def aurora(db: None) -> Any:
    return make_organization(name="Aurora", short_name="Aurora", domain="aurora.localhost")


@pytest.fixture
def browser() -> Callable[[str], Client]:
    """`browser("harbor.localhost")`: a client that asks that host, with CSRF checks as in a browser switched off."""
    return lambda host: Client(HTTP_HOST=host)
