"""Making the supervision log as a document, and checking one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.services import log_reads
from apps.organizations.models import Organization, Person
from apps.signing.canonical import sha256_hex
from apps.signing.models import FIRST_LINK, Signature
from apps.signing.selectors import head
from apps.supervision import log
from apps.supervision.log_pdf import log_pdf
from apps.supervision.models import LogDocument, SupervisionSession

__all__ = ["Checked", "check_log", "make_log", "may_take_out_log", "normal_code", "shown_code"]

# Crockford's letters: no I, L, O and U, so that nothing is misread or spells a word. 20 of them are 100 bits.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 20
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def may_take_out_log(actor: Actor, person: Person) -> bool:
    """Whether this actor may take this log out: one's own, or with the capability to take records out."""
    own = person.user_id is not None and person.user_id == actor.user_id
    return own or (actor.can("export") and log.people_with_log(actor).filter(pk=person.pk).exists())


@transaction.atomic
def make_log(*, person: Person, actor: Actor, since: date, until: date, check_url: str) -> tuple[LogDocument, bytes]:
    """The log of a person's signed sessions between two days as a PDF, and the row by which it is checked later.

    Each session in it is written down as read. `check_url` is printed beside the code. Raises PermissionDenied.
    """
    if not may_take_out_log(actor, person):
        raise PermissionDenied
    sessions = log.sessions_of(person, actor, since, until)
    entries = [entry for entry in log.entries_of(sessions) if entry.signed]
    log_reads(
        SupervisionSession.objects.filter(pk__in=[entry.session.pk for entry in entries]), actor=actor, action="export"
    )
    last, now = head(), timezone.now()
    signatures = sorted((one.number, one.hash) for entry in entries for one in entry.signatures)
    row = LogDocument(
        organization_id=person.organization_id,
        code="".join(secrets.choice(LETTERS) for _letter in range(CODE_LENGTH)),
        person=person,
        since=since,
        until=until,
        sessions=len(entries),
        minutes=log.signed_minutes(entries),
        signatures=[list(one) for one in signatures],
        head_number=last.number if last else 0,
        head_hash=last.hash if last else FIRST_LINK,
        made_by_id=actor.user_id,
        made_at=now,
    )
    house = Organization.objects.get(pk=person.organization_id)
    pdf = log_pdf(document=row, entries=entries, organization=house, code=shown_code(row.code), check_url=check_url)
    row.sha256 = hashlib.sha256(pdf).hexdigest()
    row.full_clean(exclude=["made_by"])
    row.save()
    return row, pdf


def shown_code(code: str) -> str:
    """A code as it is printed: in groups of five."""
    return "-".join(code[n : n + 5] for n in range(0, len(code), 5))


def normal_code(text: str) -> str:
    """A code as somebody typed it, with what is easily misread put right."""
    return "".join(ch for ch in text.upper().translate(_READ_AS) if ch in LETTERS)[: CODE_LENGTH + 1]


@dataclass(frozen=True)
class Checked:
    """What is stored of a log, and whether the chain still says the same. Names nobody."""

    document: LogDocument
    signatures: int
    head_holds: bool
    differ: tuple[int, ...]  # numbers of signatures that are not what they were
    erased: int
    same_file: bool | None  # None: no file was given

    @property
    def holds(self) -> bool:
        return self.head_holds and not self.differ and self.same_file is not False


def check_log(*, code: str, content: bytes | None = None) -> Checked | None:
    """Whether a log with this code was made here and its signatures still stand as then; None for an unknown code.

    Open to anybody who has the code: what it answers names nobody. Each signature's hash is computed anew from its own
    row and compared with what the document rested on. Three queries.
    """
    row = LogDocument.objects.filter(code=normal_code(code)).first()
    if row is None:
        return None
    wanted: dict[int, str] = dict(row.signatures)
    numbers = [*wanted, row.head_number]
    found = {one.number: one for one in Signature.objects.filter(number__in=numbers)}
    differ = [number for number, was in wanted.items() if not _stands(found.get(number), was)]
    head_holds = not row.head_number or _stands(found.get(row.head_number), row.head_hash)
    same = None if content is None else hashlib.sha256(content).hexdigest() == row.sha256
    erased = sum(one.erased_at is not None for number, one in found.items() if number in wanted)
    return Checked(row, len(wanted), head_holds, tuple(differ), erased, same)


def _stands(one: Signature | None, was: str) -> bool:
    if one is None or one.hash != was or one.compute_hash() != was:
        return False
    return one.erased_at is not None or sha256_hex(bytes(one.content)) == one.content_hash


def rows_of(entries: Sequence[Any]) -> list[list[str]]:
    """The log as rows of text, for a sheet."""
    return [
        [
            entry.session.held_on.isoformat(),
            str(entry.minutes),
            str(entry.session.get_mode_display()),
            str(entry.session.get_place_display()),
            entry.session.plan.supervisor.name,
            str(entry.session.note.get_state_display()),
            "; ".join(f"{one.number}: {one.printed_name}, {one.get_meaning_display()}" for one in entry.signatures),
            "; ".join(one.hash for one in entry.signatures),
        ]
        for entry in entries
    ]
