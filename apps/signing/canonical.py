"""One way to write a record down as bytes: JSON with sorted keys, UTF-8, and text in normal form C."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any
from uuid import UUID

__all__ = ["canonical_bytes", "canonical_text", "instant_text", "sha256_hex"]


def instant_text(moment: datetime) -> str:
    """An instant as signed bytes hold it: UTC, always six digits of a second. Refuses a naive datetime."""
    if moment.tzinfo is None:
        raise TypeError("An instant without a zone can't be signed.")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


# one encoder for all: making one takes as long as writing a signature's header
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def _plain(value: Any) -> Any:
    if isinstance(value, str):  # the most frequent first
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"A key that is no text can't be signed: {key!r}")
        return {unicodedata.normalize("NFC", key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form; say it in text or whole numbers.")


def canonical_bytes(content: Any) -> bytes:
    """The bytes that are signed for `content` (text, whole numbers, dates, lists and mappings of them).

    The same content gives the same bytes on every machine. Raises TypeError for what has more than one way to be
    written, a float above all.
    """
    plain = _plain(content)
    return _encode(plain).encode()


def canonical_text(value: str) -> str:
    """One text as `canonical_bytes` writes it, quotes and all."""
    return encode_basestring(value if value.isascii() else unicodedata.normalize("NFC", value))


def sha256_hex(data: bytes) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
