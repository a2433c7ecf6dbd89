"""Signatures: one chain in each organization, appended to and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.access.constraints import TableRule
from apps.access.scoped import ScopedForeignKey
from apps.kit.walltime import TimeZoneField
from apps.organizations.models import Person
from apps.signing.canonical import canonical_text, instant_text, sha256_hex
from apps.signing.choices import Meaning, Method
from apps.signing.sealing import Sealed

__all__ = ["FIRST_LINK", "HEADER_FIELDS", "Signature", "header_of"]

FIRST_LINK = "0" * 64
CHAIN_FORMAT = "peer-platform-chain/1"

# what the hash of a signature covers, besides the format's name; the bytes that were signed through their own hash
HEADER_FIELDS = (
    "organization_id",
    "number",
    "previous_hash",
    "kind",
    "schema_version",
    "row_id",
    "version",
    "content_hash",
    "meaning",
    "signer_id",
    "person_id",
    "printed_name",
    "role",
    "credential",
    "method",
    "signed_at",
    "zone",
)


_HEADER = (
    '{"content_hash":%s,"credential":%s,"format":"'
    + CHAIN_FORMAT
    + '","kind":%s,"meaning":%s,"method":%s,"number":%d,"organization_id":%d,"person_id":%d,"previous_hash":%s,'
    '"printed_name":%s,"role":%s,"row_id":%d,"schema_version":%d,"signed_at":"%s","signer_id":%d,"version":%d,"zone":%s}'
)
# names, roles and the like come again and again in a chain
_again = lru_cache(maxsize=4096)(canonical_text)


def header_of(values: Mapping[str, Any]) -> bytes:
    """The bytes whose SHA-256 is the signature's hash, from its `HEADER_FIELDS`.

    They are what `canonical_bytes` gives for the fields and the format's name; written straight away here, since a
    verification does it for every signature there is. `signed_at` may be the text that `instant_text` makes of it.
    """
    return header_line(*[values[name] for name in HEADER_FIELDS])


def header_line(
    organization_id: int,
    number: int,
    previous_hash: str,
    kind: str,
    schema_version: int,
    row_id: int,
    version: int,
    content_hash: str,
    meaning: str,
    signer_id: int,
    person_id: int,
    printed_name: str,
    role: str,
    credential: str,
    method: str,
    signed_at: Any,
    zone: Any,
) -> bytes:
    """`header_of` for the fields in the order of `HEADER_FIELDS`."""
    text = _HEADER % (
        canonical_text(content_hash),
        _again(credential),
        _again(kind),
        _again(meaning),
        _again(method),
        number,
        organization_id,
        person_id,
        canonical_text(previous_hash),
        _again(printed_name),
        _again(role),
        row_id,
        schema_version,
        signed_at if isinstance(signed_at, str) else instant_text(signed_at),
        signer_id,
        version,
        _again(str(zone)),
    )
    return text.encode()


_CHAIN = """
CREATE OR REPLACE FUNCTION signing_chain_lock(organization bigint) RETURNS void LANGUAGE sql AS $plain$
    SELECT pg_advisory_xact_lock((1397311310::bigint << 32) # (organization & 4294967295))
$plain$;
CREATE OR REPLACE FUNCTION signing_chain_holds() RETURNS trigger LANGUAGE plpgsql AS $plain$
DECLARE
    before record;
BEGIN
    PERFORM signing_chain_lock(NEW.organization_id);
    SELECT number, hash INTO before FROM signing_signature
        WHERE organization_id = NEW.organization_id ORDER BY number DESC LIMIT 1;
    IF NEW.number <> coalesce(before.number, 0) + 1
        OR NEW.previous_hash <> coalesce(before.hash, repeat('0', 64))
        OR NEW.erased_at IS NOT NULL
        OR NEW.content_hash <> encode(sha256(NEW.content), 'hex')
    THEN
        RAISE EXCEPTION USING ERRCODE = '23514', CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME,
            MESSAGE = 'a signature carries on from the one before it';
    END IF;
    RETURN NEW;
END $plain$;
"""


class ChainHolds(TableRule):
    """A signature carries on from the last one of its organization, and its content has the hash it says.

    A plain trigger, so it holds for whoever inserts. It takes the organization's chain lock: signing takes it last.
    """

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        names = self._names(model, schema_editor)
        return (
            f"{_CHAIN}CREATE TRIGGER {names['name']} BEFORE INSERT ON {names['table']}"
            f" FOR EACH ROW EXECUTE FUNCTION signing_chain_holds({names['name']})"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return "DROP TRIGGER IF EXISTS {name} ON {table}".format(**self._names(model, schema_editor))

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        return "apps.signing.models.ChainHolds", (), {"name": self.name}


class Signature(Sealed):
    """One signature: what was signed byte for byte, by whom, as what, when, and the link to the one before it.

    Numbers have no gap within an organization. A signature on an earlier version of the same row is superseded; that is
    derived from the later one and written nowhere.
    """

    erasable = ("content",)

    number = models.BigIntegerField(_("number"))
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    kind = models.CharField(_("kind of record"), max_length=60)
    schema_version = models.PositiveSmallIntegerField()
    row_id = models.BigIntegerField(_("record"))
    version = models.PositiveIntegerField(_("version"))
    content = models.BinaryField(editable=False)
    content_hash = models.CharField(max_length=64)
    erased_at = models.DateTimeField(null=True, editable=False)

    meaning = models.CharField(_("meaning"), max_length=20, choices=Meaning.choices)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sign-in"))
    person = ScopedForeignKey(Person, related_name="+", verbose_name=_("signed by"))
    printed_name = models.CharField(_("name"), max_length=150)
    role = models.CharField(_("role"), max_length=120, blank=True)
    credential = models.CharField(_("credential"), max_length=200, blank=True)
    method = models.CharField(_("shown by"), max_length=20, choices=Method.choices)
    signed_at = models.DateTimeField(_("signed at"))
    zone = TimeZoneField(_("time zone"))

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="signing_number"),
            models.UniqueConstraint(
                fields=["organization", "kind", "row_id", "version", "meaning", "signer"], name="signing_once"
            ),
            models.CheckConstraint(condition=models.Q(meaning__in=Meaning.values), name="signing_meaning"),
            ChainHolds(name="signing_chain_holds"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.printed_name}, {self.get_meaning_display()}"

    def compute_hash(self) -> str:
        """The hash that this row's own fields give."""
        return sha256_hex(header_of({name: getattr(self, name) for name in HEADER_FIELDS}))
