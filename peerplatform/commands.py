"""What `manage.py` does before a command runs: picks the database login, sees that a database is there."""

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence

from peerplatform.embedded.addresses import LOGIN_VARIABLE

# these change the tables, or copy them whole; every other command is a mere user of them
OWNER_COMMANDS = frozenset(
    {
        "backup",
        "flush",
        "makemigrations",
        "migrate",
        "restore",
        "sqlflush",
        "sqlmigrate",
        "test",
        "showmigrations",
    }
)
WITHOUT_SERVICES = frozenset(
    {"", "collectstatic", "compilemessages", "findstatic", "help", "makemessages", "startapp", "version"}
)


def run(argv: Sequence[str]) -> int:
    """Run one management command; returns the exit status of what happened before Django took over."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", _settings_option(argv) or "peerplatform.settings.dev")
    command = next((word for word in argv[1:] if not word.startswith("-")), "")
    if command in OWNER_COMMANDS:
        os.environ.setdefault(LOGIN_VARIABLE, "owner")

    # only now: the settings read the variables above
    from django.core.management import execute_from_command_line

    from peerplatform.embedded import EmbeddedError, RolesError

    asks_for_help = bool({"-h", "--help", "--version"} & set(argv[1:]))
    needs_services = command not in WITHOUT_SERVICES and not asks_for_help
    try:
        with _services() if needs_services else contextlib.nullcontext():
            if command == "migrate" and not asks_for_help:
                check_roles()
            execute_from_command_line(list(argv))
    except (EmbeddedError, RolesError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def check_roles() -> None:
    """Make or check the three database roles before tables are made (see `embedded.ensure_roles`)."""
    from django.conf import settings

    from peerplatform import logins
    from peerplatform.embedded import ensure_roles

    with logins.connect("owner") as connection:
        ensure_roles(connection, settings.DATABASE_ROLES)


@contextlib.contextmanager
def _services() -> Iterator[None]:
    """The embedded servers for as long as the command runs: the running platform's, or its own."""
    from peerplatform.embedded.running import configured_services

    with configured_services():
        yield


def _settings_option(argv: Sequence[str]) -> str:
    for position, word in enumerate(argv):
        if word.startswith("--settings="):
            return word.partition("=")[2]
        if word == "--settings" and position + 1 < len(argv):
            return argv[position + 1]
    return ""
