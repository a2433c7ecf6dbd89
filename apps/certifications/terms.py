"""When a term ends, until when a lapse may be mended, and in which days continuing education counts: pure functions.

A certification lasts some months, or until a fixed date of the calendar whenever it was issued. What the catalogue does
not know gives no date: nobody renews by a day that was made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from apps.certifications.progress import Period
from apps.certifications.rules import FixedYears, Terms

DAY = timedelta(days=1)


def last_day_of(terms: Terms, starts_on: date) -> date | None:
    """The last day of a term that begins on a day; None where that is not known.

    On fixed dates: the last of them within the months that a term lasts at most, or the next one where there is none so
    soon or the months are not known.
    """
    full = starts_on + relativedelta(months=terms.term_months) - DAY if terms.term_months else None
    if terms.fixed_dates:
        ahead = _fixed_after(terms, starts_on)
        last = next(ahead)
        for day in ahead:
            if full is None or day > full:
                break
            last = day
        return last
    return None if terms.on_fixed_date else full


def grace_until(terms: Terms, last_day: date) -> date | None:
    """Until when somebody may renew late whose last day this was; None where no grace is known."""
    return last_day + relativedelta(months=terms.grace_months) if terms.grace_months else None


def counting_period(terms: Terms, starts_on: date, ends_on: date, last_day: date, day: date) -> Period:
    """The days in which continuing education counts on `day`, for a term as it is recorded.

    `ends_on` is its last day as issued, `last_day` the same with extensions: these add days and take none away. A
    record may begin long before its present term (older renewals were never written down), so the months that a term
    lasts bound it too.
    """
    if terms.calendar_years:
        year = min(day, last_day).year
        return Period(date(year, 1, 1), date(year, 12, 31))
    bounds = [starts_on]
    if terms.term_months:
        bounds.append(ends_on - relativedelta(months=terms.term_months) + DAY)
    elif terms.fixed_dates:
        bounds.append(_fixed_before(terms, ends_on) + DAY)
    return Period(max(bounds), last_day)


def _fixed_in(terms: Terms, year: int) -> list[date]:
    """The fixed dates of a year, in order; the 29th of February is the 28th where there is none."""
    if (terms.fixed_years == FixedYears.ODD and year % 2 == 0) or (terms.fixed_years == FixedYears.EVEN and year % 2):
        return []
    return [date(year, 1, 1) + relativedelta(month=month, day=day) for month, day in sorted(terms.fixed_dates)]


def _fixed_after(terms: Terms, day: date) -> Iterator[date]:
    for year in range(day.year, day.year + 100):
        yield from (fixed for fixed in _fixed_in(terms, year) if fixed > day)


def _fixed_before(terms: Terms, day: date) -> date:
    years = (day.year, day.year - 1, day.year - 2)
    return max(fixed for year in years for fixed in _fixed_in(terms, year) if fixed < day)
