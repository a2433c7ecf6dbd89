"""What only the owner of the tables may do: forget what was kept long enough.

Notes, signatures, histories and the log of reads stand behind walls that no running process can pass, so their end is
carried out by the owner's login: by `manage.py erase_due`, and every few minutes by the worker where it has that login
(the embedded database; on servers of one's own where `DATABASE_OWNER_URL` is set). Derived from present state, so late,
twice, or on two machines changes nothing.
"""

from __future__ import annotations

from django.db import DatabaseError, connections, transaction

from apps.access.services import job_run
from apps.clients.selectors import approved_erasures
from apps.clients.services import carry_out_erasure
from apps.organizations.models.organization import LEAST_RETENTION
from apps.organizations.services import remove_files
from peerplatform import logins

BATCH = 20_000  # lines of the log deleted in one transaction

_OLD_READS = """
SELECT l.id FROM access_accesslog l JOIN organizations_organization o ON o.id = l.organization_id
WHERE l.at < now() - make_interval(years => %s) AND l.at < now() - make_interval(years => o.retention_years)
"""


def forget_reads() -> int:
    """Delete the lines of the log of reads that are older than six years and than the organization keeps its records.

    Never earlier: six years are the law's (45 CFR 164.316(b)(2)(i)), more is the organization's own setting. Returns
    how many; without the owner's login none, and the run says how many wait. For a system scope.
    """
    with job_run("forget_reads") as run:
        if not logins.has_owner():
            run.expected, run.did = _count_old_reads(), 0
            return 0
        run.did = 0
        with logins.beside("owner") as owner:
            while gone := _forget_some(owner):
                run.did += gone
        run.expected = run.did
    return run.did


def _forget_some(owner: str) -> int:
    with transaction.atomic(using=owner), connections[owner].cursor() as cursor:
        cursor.execute(
            f"DELETE FROM access_accesslog WHERE id IN ({_OLD_READS} LIMIT %s FOR UPDATE OF l SKIP LOCKED)",  # noqa: S608  our own words
            [LEAST_RETENTION, BATCH],
        )
        return int(cursor.rowcount)


def _count_old_reads() -> int:
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({_OLD_READS}) AS old", [LEAST_RETENTION])  # noqa: S608  our own words
        return int(cursor.fetchone()[0])


def erase_records() -> int:
    """Carry out each erasure that two people have approved, and take the files from the disk. Returns how many.

    One that fails keeps no other: it waits, and the run names it by its number. For a system scope.
    """
    with job_run("erase_records") as run:
        with transaction.atomic():
            waiting = list(approved_erasures().values_list("pk", flat=True))
        run.expected, run.did = len(waiting), 0
        if waiting and logins.has_owner():
            with logins.beside("owner") as owner:
                for pk in waiting:
                    try:
                        run.did += carry_out_erasure(erasure_id=pk, using=owner)
                    except DatabaseError as error:
                        run.errors = [*run.errors, f"erasure {pk}: {type(error).__name__}"]
    if run.did:
        remove_files()
    return run.did
