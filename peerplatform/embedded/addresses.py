"""Where the database and Redis are, and which login this process uses. For the settings; starts nothing."""

import hashlib
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ

EMBEDDED_ROLES = {"owner": "peer_owner", "runtime": "peer_runtime", "system": "peer_system"}
EMBEDDED_SUPERUSER = "postgres"
DATABASE_NAME = "peerplatform"
LOGIN_VARIABLE = "PEER_DB_LOGIN"
# pgtrigger raises and catches an exception per row unless this setting exists, which doubles bulk writes
CONNECTION_OPTIONS = "-c pgtrigger.ignore={} -c timezone=UTC"


def local_secret(var_dir: Path) -> str:
    """The secret key of this installation: made once, kept in `var/secret_key`, its owner's alone."""
    path = var_dir / "secret_key"
    if not path.exists():
        var_dir.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)  # fails, and keeps the first one, where two processes start at once
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def socket_dir(var_dir: Path) -> Path:
    """The folder of both sockets: short, because a socket's path holds 107 bytes at most."""
    digest = hashlib.sha256(str(var_dir.resolve()).encode()).hexdigest()[:12]
    return Path(f"/tmp/peer-{digest}")  # noqa: S108  made with mode 0700, and its owner is checked at start


def redis_socket(var_dir: Path) -> Path:
    return socket_dir(var_dir) / "redis.sock"


def redis_url(env: environ.Env, var_dir: Path) -> str:
    """`REDIS_URL`, or the embedded server's socket."""
    return str(env("REDIS_URL", default="")) or f"unix://{redis_socket(var_dir)}?db=0"


def database_settings(env: environ.Env, var_dir: Path, login: str = "") -> dict[str, Any]:
    """Django's settings of the one database for `login` ("owner" or "runtime").

    Without `login` the process decides by the variable PEER_DB_LOGIN; without that it is the runtime login,
    which owns nothing and sees nothing outside a scope.
    """
    login = login or env(LOGIN_VARIABLE, default="runtime")
    if login not in ("owner", "runtime"):
        raise ValueError(f"{LOGIN_VARIABLE} is {login!r}: it must be 'owner' or 'runtime'")
    if env("DATABASE_URL", default=""):
        url = "DATABASE_OWNER_URL" if login == "owner" else "DATABASE_URL"
        if not env(url, default=""):
            raise ValueError(f"{url} is not set: migrations, backup and tests log in as the tables' owner")
        address = dict(env.db_url(url))
        address["HOST"] = unquote(address["HOST"])  # a socket's folder is written %2Ftmp%2F… in an address
    else:
        address = {
            "NAME": DATABASE_NAME,
            "USER": EMBEDDED_ROLES[login],
            "PASSWORD": "",
            "HOST": str(socket_dir(var_dir)),
            "PORT": "",
        }
    options = dict(address.pop("OPTIONS", {}))
    options["options"] = f"{options.get('options', '')} {CONNECTION_OPTIONS}".strip()
    return address | {
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def database_roles(env: environ.Env) -> dict[str, str]:
    """The names of the three roles: `owner`, `runtime` and `system`."""
    if not env("DATABASE_URL", default=""):
        return dict(EMBEDDED_ROLES)
    runtime = env.db_url("DATABASE_URL")["USER"]
    owner = env.db_url("DATABASE_OWNER_URL")["USER"] if env("DATABASE_OWNER_URL", default="") else ""
    return {
        "owner": owner,
        "runtime": runtime,
        "system": env("DATABASE_SYSTEM_ROLE", default=f"{runtime}_system"),
    }


def broker_url(redis_address: str) -> str:
    """Celery's spelling of a Redis address."""
    if not redis_address.startswith("unix://"):
        return redis_address
    path, _, query = redis_address.removeprefix("unix://").partition("?")
    return f"redis+socket://{path}?{query.replace('db=', 'virtual_host=')}"
