"""The federal holidays of the United States (5 U.S.C. 6103), each with what people are told, in our languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from apps.kit.text import TranslatedText

NAMES = {
    "New Year's Day": gettext_lazy("New Year’s Day"),
    "Birthday of Martin Luther King, Jr.": gettext_lazy("Martin Luther King Jr. Day"),
    "Washington's Birthday": gettext_lazy("Presidents’ Day"),
    "Memorial Day": gettext_lazy("Memorial Day"),
    "Juneteenth National Independence Day": gettext_lazy("Juneteenth"),
    "Independence Day": gettext_lazy("Independence Day"),
    "Labor Day": gettext_lazy("Labor Day"),
    "Columbus Day": gettext_lazy("Columbus Day"),
    "Veterans Day": gettext_lazy("Veterans Day"),
    "Thanksgiving Day": gettext_lazy("Thanksgiving"),
    "Christmas Day": gettext_lazy("Christmas Day"),
}
OBSERVED = " (observed)"


@dataclass(frozen=True)
class Holiday:
    """One day. `key` is its name in the library; a day kept in place of a weekend counts too."""

    on: date
    key: str

    @property
    def name(self) -> str:
        """Its name in the reader's language; a holiday we do not know yet by the library's own."""
        plain = self.key.removesuffix(OBSERVED)
        name = str(NAMES.get(plain, plain))
        return _("%(holiday)s (kept on this day)") % {"holiday": name} if self.key.endswith(OBSERVED) else name

    @property
    def words(self) -> TranslatedText:
        """What people are told, in every language that we have."""
        said = {}
        for code, _name in settings.LANGUAGES:
            with override(code):
                said[code] = _("Closed: %(holiday)s") % {"holiday": self.name}
        return TranslatedText(said)


@lru_cache(maxsize=32)
def holidays_of(year: int) -> tuple[Holiday, ...]:
    """The federal holidays of a year in order, with the days on which those of a weekend are kept."""
    days = holidays.US(years=year, categories=("government",))
    return tuple(Holiday(day, name) for day, names in sorted(days.items()) for name in [names.split("; ")[0]])
