"""The National Model Standards as data: a figure only where it was seen in a named source, unknown everywhere else."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from apps.certifications.wording import amount_words

FILE = Path(__file__).resolve().parent / "data" / "national_model_standards.toml"


@dataclass(frozen=True)
class Standard:
    """What the standards say of one requirement. `seen` False: the text could not be read, so nothing is known."""

    code: str
    least: Decimal | None
    most: Decimal | None
    unit: str
    attested: bool
    title: str
    url: str

    @property
    def seen(self) -> bool:
        return bool(self.url)

    def words(self) -> str:
        """The figure in words."""
        if not self.seen:
            return _("not known, the text was not seen")
        if self.attested:
            return _("an attestation is enough")
        if self.least is not None and self.most is not None:
            most = amount_words(self.most, self.unit)
            return _("%(least)s to %(most)s") % {"least": amount_words(self.least, ""), "most": most}
        return _("%(most)s at most") % {"most": amount_words(self.most or Decimal(0), self.unit)}


@cache
def standards() -> dict[str, Standard]:
    """By the code of the requirement that each speaks of."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["figure"]
    return {
        row["code"]: Standard(
            row["code"],
            Decimal(row["least"]) if "least" in row else None,
            Decimal(row["most"]) if "most" in row else None,
            row.get("unit", ""),
            row.get("attested", False),
            row.get("title", ""),
            row.get("url", ""),
        )
        for row in rows
    }
