"""The supervision log as a PDF, with its signatures, hashes and the code by which it is checked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.kit.dates import format_instant
from apps.kit.pdf import make_pdf
from apps.organizations.models import Organization
from apps.supervision.log import Entry
from apps.supervision.models import LogDocument
from apps.supervision.words import hours_words

TEMPLATE = Path(__file__).resolve().parent / "data" / "log.typ"


def log_pdf(
    *, document: LogDocument, entries: Sequence[Entry], organization: Organization, code: str, check_url: str
) -> bytes:
    """The document in the active language, tagged for screen readers. Raises MissingSigns where a font lacks a sign."""
    told = _told(document, entries, organization, code, check_url)
    return make_pdf(TEMPLATE, told, title=_("Supervision log"), organization=str(organization))


def _told(
    document: LogDocument, entries: Sequence[Entry], organization: Organization, code: str, check_url: str
) -> dict[str, Any]:
    return {
        "facts": [
            [_("Name"), document.person.name],
            [_("From"), date_format(document.since)],
            [_("Until"), date_format(document.until)],
            [_("Signed sessions"), str(document.sessions)],
            [_("Signed hours"), hours_words(document.minutes)],
            [_("Made on"), format_instant(document.made_at, str(organization.zone), style="dated")],
        ],
        "entries": [_entry(entry) for entry in entries],
        "words": {
            "empty": _("No session of these days is signed."),
            "columns": [_("Day"), _("Minutes"), _("How"), _("Supervisor"), _("Signatures")],
            "check": _("Check this document"),
            "how": _("Anybody can check at this address, with this code, that what is stored still says the same:"),
            "chain": _("The last signature of the chain when this was made: number %(number)s, hash")
            % {"number": document.head_number},
        },
        "code": code,
        "check_url": check_url,
        "head": document.head_hash,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    session = entry.session
    return {
        "cells": [
            date_format(session.held_on),
            str(entry.minutes),
            f"{session.get_mode_display()}, {session.get_place_display()}",
            session.plan.supervisor.name,
        ],
        "signatures": [
            {
                "who": f"{one.number}: {one.printed_name}, {one.get_meaning_display()}",
                "role": ", ".join(part for part in (one.role, one.credential) if part),
                "when": format_instant(one.signed_at, str(one.zone), style="dated"),
                "hash": [one.hash[:32], one.hash[32:]],
            }
            for one in entry.signatures
        ],
    }
