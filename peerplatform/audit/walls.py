"""Lowering one wall at a time, for the audit alone, and keeping its side effects out of the installation."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import utils
from django.test.utils import override_settings

from apps.access import scope

__all__ = ["first_wall_alone", "second_wall_alone", "set_apart"]


@contextmanager
def _settings_as(change: Any) -> Iterator[None]:
    """Have each statement stamped with what `change` makes of its scope's settings."""
    true = scope._settings_of
    altered: Any = lambda current: change(true(current), current)  # noqa: E731  it stands in for one call
    scope._settings_of = altered
    connection.scope_stamp = None  # type: ignore[attr-defined]  # the scope's own mark: stamp anew
    try:
        yield
    finally:
        scope._settings_of = true
        connection.scope_stamp = None  # type: ignore[attr-defined]  # see above


def first_wall_alone() -> Any:
    """PostgreSQL shows the rows of every organization; the scope and the policies are all that stands between."""
    everything = settings.DATABASE_ROLES["system"]
    return _settings_as(lambda stamped, current: (stamped[0], everything if current else stamped[1], stamped[2]))


def second_wall_alone(organization_id: int) -> Any:
    """PostgreSQL shows the rows of one organization whatever scope is open, a system scope too."""
    only = "{" + str(int(organization_id)) + "}"
    return _settings_as(lambda stamped, current: (only if current else stamped[0], "none", stamped[2]))


@contextmanager
def set_apart() -> Iterator[None]:
    """Mail, cache and files in memory or in a folder that is thrown away; templates that tell their context."""
    memory = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "audit"}}
    with ExitStack() as stack:
        files = stack.enter_context(tempfile.TemporaryDirectory())
        storages = {
            **settings.STORAGES,
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": files}},
        }
        if not hasattr(utils._TestState, "saved_data"):  # type: ignore[attr-defined]  # Django's own mark
            utils.setup_test_environment(debug=False)
            stack.callback(utils.teardown_test_environment)
        stack.enter_context(override_settings(CACHES=memory, STORAGES=storages, ALLOWED_HOSTS=["*"]))
        cache.clear()
        logging.disable(logging.CRITICAL)  # each refusal would be reported as if somebody had tried
        stack.callback(logging.disable, logging.NOTSET)
        yield
