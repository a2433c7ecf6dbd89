"""The schedule page under the runtime login against the same under the owner, whom row-level security does not bind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from bench.bench_schedule import GROUPS, HOST, PLAIN_FILES, _load
from bench.measure import Result, alternate, result
from peerplatform.embedded import database_settings
from peerplatform.settings.base import env

PAIRS = 200


@override_settings(STORAGES=PLAIN_FILES)  # as in bench_schedule
def run(scale: float) -> list[Result]:
    """Two hundred alternating pairs through the test client, each login on a connection of its own that stays open."""
    _load(max(10, int(GROUPS * scale)))
    monday = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())
    address = f"/schedule/?week={monday.isoformat()}"
    walled, free = _connection("runtime"), _connection("owner")
    standing = connections[DEFAULT_DB_ALIAS]

    def asked(connection: Any, client: Client) -> Any:
        def ask() -> bytes:
            connections[DEFAULT_DB_ALIAS] = connection
            answer = client.get(address, headers={"host": HOST})
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answered {answer.status_code}")
            return answer.content

        return ask

    ours, limit = asked(walled, Client()), asked(free, Client())
    try:
        rows = [page().count(b'<li class="row') for page in (ours, limit)]
        if rows[0] != rows[1] or not rows[0]:
            raise RuntimeError(f"{rows[0]} rows under one login, {rows[1]} under the other")
        logins = [_login(connection) for connection in (walled, free)]
        pairs = max(20, int(PAIRS * min(scale, 1)))
        mine, theirs = alternate(ours, limit, samples=pairs)
    finally:
        connections[DEFAULT_DB_ALIAS] = standing
        walled.close()
        free.close()
    note = f"warm, {rows[0]} rows, {' against '.join(logins)}"
    name = "the schedule page under row-level security"
    return [result(name, mine * 1000, theirs * 1000, unit="ms", op="<=", bar=1.15, samples=pairs, note=note)]


def _connection(login: str) -> Any:
    made: Any = connections.create_connection(DEFAULT_DB_ALIAS)
    from django.conf import settings

    made.settings_dict = made.settings_dict | database_settings(env, settings.VAR_DIR, login) | {"CONN_MAX_AGE": None}
    made.close_if_unusable_or_obsolete = lambda: None  # both stay open between requests, whatever the settings say
    return made


def _login(connection: Any) -> str:
    connections[DEFAULT_DB_ALIAS] = connection
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])
