"""When a certification ends next, and until when one that ended can still be renewed, as far as that is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from apps.certifications.choices import LETS_WORK, Status
from apps.certifications.models import Certification
from apps.certifications.rules import Terms
from apps.certifications.selectors.records import provisional_levels
from apps.certifications.selectors.requirements import terms_of_many
from apps.certifications.terms import grace_until, last_day_of


def renewable_until(records: Iterable[Certification], today: date) -> dict[int, date]:
    """Until when each of these that ended before `today` can still be renewed, where its grace is known, by record.

    Also where that day is past. It says nothing about working: a certification in its grace does not hold. Three
    queries for any number, none where nothing ended.
    """
    ended = [row for row in records if row.status in LETS_WORK and row.expires_on and row.expires_on < today]
    known = _terms_of(ended)
    found = {row.pk: grace_until(known[row.pk], row.expires_on) for row in ended if row.expires_on and row.pk in known}
    return {pk: until for pk, until in found.items() if until is not None}


def next_term(record: Certification) -> tuple[date | None, date | None, Terms]:
    """(first day, last day) of the term after the present one, as the catalogue has it, and its terms; None: not known.

    A suggestion for who writes a renewal down; the certificate decides.
    """
    terms = _terms_of([record]).get(record.pk, Terms())
    if record.expires_on is None:
        return None, None, terms
    starts = record.expires_on + timedelta(days=1)
    return starts, last_day_of(terms, starts), terms


def _terms_of(records: list[Certification]) -> dict[int, Terms]:
    """How long each of these lasts at the level it is held, by record; none where nothing is loaded."""
    credentials = {row.credential_id for row in records}
    known = terms_of_many(credentials)
    provisional = provisional_levels(credentials)
    found = {}
    for row in records:
        level = provisional.get(row.credential_id, "") if row.status == Status.PROVISIONAL else ""
        terms = known.get((row.credential_id, level))
        if terms is not None:
            found[row.pk] = terms
    return found
