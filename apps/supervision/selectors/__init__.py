"""Reads of supervision."""

from apps.supervision.selectors.notes import (
    contents,
    credential_text,
    long_unsigned,
    notes_for,
    own_notes,
    own_open_notes,
    own_plans,
    role_text,
    sessions_for,
    signatures_of,
    supervised_by,
    waiting_for,
    waiting_on_others,
)

__all__ = [
    "contents",
    "credential_text",
    "long_unsigned",
    "notes_for",
    "own_notes",
    "own_open_notes",
    "own_plans",
    "role_text",
    "sessions_for",
    "signatures_of",
    "supervised_by",
    "waiting_for",
    "waiting_on_others",
]
