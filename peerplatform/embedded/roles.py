"""The three database roles: the owner of the tables, the runtime login that owns nothing, the system role.

The running processes log in as `runtime`, whose rows row-level security narrows to a scope. A system scope
is `SET LOCAL ROLE system` for one transaction: `runtime` may take that role but, being NOINHERIT, has none of
its rights until it does. Nobody bypasses row-level security.
"""

import psycopg
from psycopg import sql

ROLE_ATTRIBUTES = {
    "owner": "LOGIN CREATEDB NOINHERIT",
    "runtime": "LOGIN NOINHERIT",
    "system": "NOLOGIN",
}


class RolesError(RuntimeError):
    """The database's roles are not as they must be; the message holds the SQL that makes them so."""


def create_embedded_roles(connection: psycopg.Connection, roles: dict[str, str], database: str) -> None:
    """Make the roles and the database of the embedded cluster, as its superuser. Runs at every start."""
    for part, attributes in ROLE_ATTRIBUTES.items():
        verb = "ALTER" if _exists(connection, roles[part]) else "CREATE"
        connection.execute(
            sql.SQL(verb + " ROLE {} " + attributes).format(sql.Identifier(roles[part]))  # type: ignore[arg-type]  # two literals above
        )
    _grant_system(connection, roles)
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), sql.Identifier(roles["owner"]))
        )


def ensure_roles(connection: psycopg.Connection, roles: dict[str, str]) -> list[str]:
    """Make or check the roles through the owner's connection; returns what was done, in words.

    On servers of one's own the administrator has made the owner and the runtime login. The system role is
    made here where the owner may (CREATEROLE). Raises RolesError, with the SQL for the database's
    administrator, where a role is missing, is too powerful, or cannot take the system role, and where one
    login has both parts.
    """
    owner, runtime, system = (roles[part] for part in ("owner", "runtime", "system"))
    done = []
    if not owner or owner == runtime:
        raise RolesError(
            "DATABASE_URL and DATABASE_OWNER_URL must name two logins: the running processes must not own "
            f"the tables. Make one:\n  CREATE ROLE {runtime}_owner LOGIN CREATEDB PASSWORD '…';\n"
            f"  ALTER DATABASE {connection.info.dbname} OWNER TO {runtime}_owner;"
        )
    if not _exists(connection, runtime):
        raise RolesError(f"the role is missing:\n  CREATE ROLE {runtime} LOGIN NOINHERIT PASSWORD '…';")
    if not _exists(connection, system):
        if not _may_create_roles(connection):
            raise RolesError(
                f"the role {system} is missing and {owner} may not make it:\n"
                f"  CREATE ROLE {system} NOLOGIN;\n  GRANT {system} TO {runtime};"
            )
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(system)))
        done.append(f"made the role {system}")
    if not _is_member(connection, runtime, system):
        if not _may_create_roles(connection):
            raise RolesError(f"{runtime} cannot take the role {system}:\n  GRANT {system} TO {runtime};")
        _grant_system(connection, roles)
        done.append(f"granted {system} to {runtime}")
    _refuse_power(connection, runtime, system)
    return done


def _refuse_power(connection: psycopg.Connection, runtime: str, system: str) -> None:
    rows = connection.execute(
        "SELECT rolname, rolsuper, rolbypassrls, rolinherit FROM pg_roles WHERE rolname = ANY(%s)",
        [[runtime, system]],
    ).fetchall()
    for name, superuser, bypasses, inherits in rows:
        if superuser or bypasses:
            raise RolesError(f"{name} goes around row-level security:\n  ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS;")
        if name == runtime and inherits:
            raise RolesError(
                f"{runtime} would always have the rights of {system}:\n  ALTER ROLE {runtime} NOINHERIT;\n"
                f"  REVOKE {system} FROM {runtime};\n  GRANT {system} TO {runtime};"
            )


def _exists(connection: psycopg.Connection, role: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is not None


def _may_create_roles(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def _is_member(connection: psycopg.Connection, member: str, role: str) -> bool:
    row = connection.execute("SELECT pg_has_role(%s, %s, 'MEMBER')", [member, role]).fetchone()
    return bool(row and row[0])


def _grant_system(connection: psycopg.Connection, roles: dict[str, str]) -> None:
    connection.execute(
        sql.SQL("GRANT {} TO {}").format(sql.Identifier(roles["system"]), sql.Identifier(roles["runtime"]))
    )
