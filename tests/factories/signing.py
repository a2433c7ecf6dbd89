"""Signatures for tests."""

from __future__ import annotations

from typing import Any

from apps.access.scope import open_scope
from apps.organizations.models import Person
from apps.signing.choices import Meaning, Method
from apps.signing.models import Signature
from apps.signing.services import sign
from tests.factories.organizations import actor_for


def make_signature(person: Person, version: int = 1, **fields: Any) -> Signature:
    """A signature of a person on their own name (the kind `tests.person`, see tests/signing/conftest.py)."""
    fields = {
        "record": person,
        "kind": "tests.person",
        "content": {"name": person.name, "n": version},
        "meaning": Meaning.AUTHOR,
        "method": Method.PASSWORD,
        "actor": actor_for(person),
        **fields,
    }
    with open_scope(person.organization_id, user_id=person.user_id):
        return sign(person=person, version=version, **fields)
