"""Proof that nothing signed has changed: bytes, links and gaps, then the live rows, then the heads kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from itertools import groupby
from typing import Any

from django.db.models import F, Func, TextField

from apps.access.scope import open_scope
from apps.organizations.models import Organization
from apps.signing import registry
from apps.signing.canonical import canonical_bytes
from apps.signing.models import FIRST_LINK, HEADER_FIELDS, Signature, header_line

__all__ = ["Head", "Problem", "Verification", "heads_of", "verify"]

BATCH = 1000
_NUMBER, _PREVIOUS, _CONTENT = (HEADER_FIELDS.index(name) for name in ("number", "previous_hash", "content_hash"))

# `canonical.instant_text`, by the database, whose connections Django keeps in UTC (with another no hash would hold):
# reading an instant back from text and writing it again takes longer
_SIGNED = Func(
    F("signed_at"),
    template="""to_char(%(expressions)s, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    output_field=TextField(),
)


@dataclass(frozen=True)
class Problem:
    """One thing that does not hold, at the signature with this number."""

    number: int
    what: str  # content, hash, link, gap, head; live, missing, unknown
    words: str
    kind: str = ""
    row_id: int | None = None
    version: int | None = None


@dataclass(frozen=True)
class Head:
    """The last signature of an organization at one moment, kept outside the database."""

    organization: str  # the organization's public id
    number: int
    hash: str


@dataclass
class Verification:
    """What the verification of one organization's chain found. `chain` and `live` each start with the first problem."""

    organization: str
    name: str = ""
    checked: int = 0
    erased: int = 0
    compared: int = 0
    head: Head | None = None
    chain: list[Problem] = field(default_factory=list)
    live: list[Problem] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.chain and not self.live

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {**asdict(self), "holds": self.holds}


def verify(organization: Organization, heads: Iterable[Head] = (), *, limit: int = 100) -> Verification:
    """Check the whole chain of one organization; names at most `limit` problems of each sort, the first one first.

    Reads in batches, so memory stays flat; comparing with the live rows is a pass of its own, with a constant number of
    queries a batch.
    """
    found = Verification(str(organization.public_id), organization.name)
    exported = {head.number: head for head in heads if head.organization == found.organization}
    with open_scope(organization.pk, work="verify"):
        _verify_chain(found, exported, limit)
        _verify_live(found, limit)
    return found


def heads_of(organizations: Iterable[Organization]) -> list[Head]:
    """The present head of each chain that has one."""
    heads = []
    for organization in organizations:
        with open_scope(organization.pk, work="heads"):
            last = Signature.objects.order_by("-number").values_list("number", "hash").first()
        if last:
            heads.append(Head(str(organization.public_id), *last))
    return heads


def _verify_chain(found: Verification, exported: Mapping[int, Head], limit: int) -> None:
    expected, previous = 1, FIRST_LINK

    def problem(number: int, header: tuple[Any, ...], what: str, words: str) -> None:
        if len(found.chain) < limit:
            said = dict(zip(HEADER_FIELDS, header, strict=True))
            found.chain.append(Problem(number, what, words, said["kind"], said["row_id"], said["version"]))

    seen: set[int] = set()
    for header, content, own_hash, erased_at in _signatures():
        number = header[_NUMBER]
        if number != expected:
            missing = f"signature {expected} is" if number == expected + 1 else f"{expected} to {number - 1} are"
            problem(number, header, "gap", f"before signature {number}, {missing} missing")
        if header[_PREVIOUS] != previous:
            problem(number, header, "link", f"signature {number} does not carry on from the one before it")
        if erased_at is not None:
            found.erased += 1
        elif sha256(content).hexdigest() != header[_CONTENT]:
            problem(number, header, "content", f"what signature {number} signed was changed")
        if sha256(header_line(*header)).hexdigest() != own_hash:
            problem(number, header, "hash", f"signature {number} itself was changed")
        if number in exported:
            seen.add(number)
            if exported[number].hash != own_hash:
                problem(number, header, "head", f"signature {number} is not the one that was exported as head")
        expected, previous = number + 1, own_hash
        found.checked += 1
    if found.checked:
        found.head = Head(found.organization, expected - 1, previous)
    for number in sorted(exported.keys() - seen):
        words = f"signature {number} was exported as head and is gone"
        found.chain.append(Problem(number, "head", words))


def _signatures() -> Iterator[tuple[tuple[Any, ...], Any, str, Any]]:
    """Of each signature its header in the order of `HEADER_FIELDS`, what it signed, its hash, and when it was erased.

    Plain tuples, since every one of a chain's signatures comes through here.
    """
    header = [_SIGNED if name == "signed_at" else F(name) for name in HEADER_FIELDS]
    rows = Signature.objects.order_by("number").values_list("content", "hash", "erased_at", *header)
    after, read = 0, BATCH
    while read == BATCH:
        read = 0
        for content, own_hash, erased_at, *fields in rows.filter(number__gt=after)[:BATCH]:
            read, after = read + 1, fields[_NUMBER]
            yield tuple(fields), content, own_hash, erased_at


def _verify_live(found: Verification, limit: int) -> None:
    rows = Signature.objects.order_by("number").values(
        "number", "kind", "schema_version", "row_id", "version", "content", "erased_at"
    )
    after = 0
    while batch := list(rows.filter(number__gt=after)[:BATCH]):
        after = batch[-1]["number"]
        problems: list[Problem] = []
        batch.sort(key=lambda row: (row["kind"], row["schema_version"]))
        for (kind, schema), group in groupby(batch, key=lambda row: (row["kind"], row["schema_version"])):
            problems += _compare(kind, schema, list(group), found)
        found.live += sorted(problems, key=lambda problem: problem.number)[: limit - len(found.live)]


def _compare(kind: str, schema: int, rows: list[dict[str, Any]], found: Verification) -> Iterator[Problem]:
    registered = registry.kind_of(kind, schema)
    live = registered.contents({(row["row_id"], row["version"]) for row in rows}) if registered else {}
    written: dict[tuple[int, int], bytes] = {}  # what author and reviewer both signed is written down once
    for row in rows:
        number, place = row["number"], (kind, row["row_id"], row["version"])
        if registered is None:
            yield Problem(number, "unknown", f"nobody knows how {kind} {schema} is written down", *place)
            continue
        content = live.get((row["row_id"], row["version"]))
        if content is None:
            yield Problem(number, "missing", f"the record that signature {number} signed is gone", *place)
        elif content is not registry.ERASED and row["erased_at"] is None:
            found.compared += 1
            signed = row["row_id"], row["version"]
            if signed not in written:
                written[signed] = canonical_bytes(content)
            if written[signed] != bytes(row["content"]):
                yield Problem(number, "live", f"the record no longer says what signature {number} signed", *place)
