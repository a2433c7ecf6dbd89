"""Other logins and databases than the one this process was started with, for the few commands that need them."""

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, connections

from peerplatform.embedded import database_settings
from peerplatform.settings.base import env

ADDRESS = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def address(login: str, database: str = "") -> dict[str, Any]:
    """psycopg's connection arguments for `login` ("owner" or "runtime"), by default to the platform's database."""
    found = database_settings(env, settings.VAR_DIR, login) | ({"NAME": database} if database else {})
    return {argument: found[name] for argument, name in ADDRESS.items() if found.get(name)}


def connect(login: str, database: str = "") -> psycopg.Connection:
    """A connection of its own (autocommit) as `login`."""
    return psycopg.connect(**address(login, database), autocommit=True)


@contextlib.contextmanager
def using(login: str, database: str = "") -> Iterator[None]:
    """Django's connection under another login, and to another `database` if named; the former come back."""
    found = database_settings(env, settings.VAR_DIR, login) | {"NAME": database}
    changed = [name for name in ADDRESS.values() if name != "NAME" or database]
    former = {name: connection.settings_dict[name] for name in changed}
    connection.close()
    connection.settings_dict.update({name: found[name] for name in changed})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(former)


def has_owner() -> bool:
    """Whether this process could log in as the owner: web servers and workers often can't, and should not."""
    return settings.EMBEDDED_DATABASE or bool(env("DATABASE_OWNER_URL", default=""))


@contextlib.contextmanager
def beside(login: str) -> Iterator[str]:
    """A second connection of Django's to the same database under another login; yields its alias.

    Only the calling thread has it, and only inside the block: every other one keeps the login that it had.
    """
    present = connections["default"]
    known = copy.deepcopy(present.settings_dict)
    found = database_settings(env, settings.VAR_DIR, login)
    known.update({name: found[name] for name in ADDRESS.values() if name != "NAME"})
    other = type(present)(known, login)
    connections[login] = other
    try:
        yield login
    finally:
        other.close()
        del connections[login]
