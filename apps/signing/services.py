"""Writes of signing: one signature on one version of one record."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import connection, models, transaction
from django.utils import timezone

from apps.access.actor import Actor
from apps.organizations.models import Person
from apps.signing import registry
from apps.signing.canonical import canonical_bytes, sha256_hex
from apps.signing.choices import Meaning, Method
from apps.signing.models import FIRST_LINK, HEADER_FIELDS, Signature, header_of

__all__ = ["sign"]


# a statement of its own after the lock: in the same one it would read what stood before the lock was had
_LAST = "SELECT number, hash FROM signing_signature WHERE organization_id = %s ORDER BY number DESC LIMIT 1"


@transaction.atomic
def sign(
    *,
    record: models.Model,
    kind: str,
    version: int,
    content: Any,
    meaning: str,
    actor: Actor,
    person: Person,
    method: str,
    role: str = "",
    credential: str = "",
    printed_name: str = "",
    at: datetime | None = None,
) -> Signature:
    """Sign one version of a record and return the signature. The caller has asked who it is again (`method`).

    `content` is what is signed, in the shape that `kind` was registered with; `person` is who the actor is here, whose
    name, `role` and `credential` are kept as they are now. Whether they may sign this record is the caller's question.

    Takes the organization's chain lock and keeps it to the end of the transaction: call it after every other lock, and
    commit soon. Raises PermissionDenied where the actor is not that person, ImproperlyConfigured for an unregistered
    kind, IntegrityError where this person has signed this version with this meaning. `at` is for system work alone,
    which brings signatures over from before: nobody back-dates their own (CMS, by Palmetto and Noridian).
    """
    registered = registry.kind_of(kind)
    if registered is None:
        raise ImproperlyConfigured(f"Nobody registered how {kind} is written down.")
    Meaning(meaning), Method(method)
    if person.user_id is None or not (actor.system or actor.user_id == person.user_id):
        raise PermissionDenied
    if at is not None and not actor.system:
        raise PermissionDenied
    data = canonical_bytes(content)
    values: dict[str, Any] = {
        "organization_id": person.organization_id,
        "kind": kind,
        "schema_version": registered.schema_version,
        "row_id": record.pk,
        "version": version,
        "content_hash": sha256_hex(data),
        "meaning": str(meaning),
        "signer_id": person.user_id,
        "person_id": person.pk,
        "printed_name": _normal(printed_name or person.name),
        "role": _normal(role),
        "credential": _normal(credential),
        "method": str(method),
        "zone": str(person.zone or person.organization.zone),
    }
    with connection.cursor() as cursor:  # everybody else waits from here on: as little as can be
        cursor.execute("SELECT signing_chain_lock(%s)", [person.organization_id])
        cursor.execute(_LAST, [person.organization_id])
        last = cursor.fetchone()
    values["number"] = last[0] + 1 if last else 1
    values["previous_hash"] = last[1] if last else FIRST_LINK
    values["signed_at"] = at or timezone.now()
    assert set(values) == set(HEADER_FIELDS)
    return Signature.objects.create(content=data, hash=sha256_hex(header_of(values)), **values)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)
