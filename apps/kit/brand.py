"""An organization's colour: whether people can read what is written in it, and the stylesheet it becomes.

An organization chooses two colours, `brand` (light pages, and the sign over the door) and `brand_dark`
(links and buttons on dark pages); everything else follows from them in `tokens.css`. The two limits leave
room for the tints: with them every text pair of the design stays above 4.5:1 and every edge above 3:1 (WCAG
2.2, 1.4.3 and 1.4.11).
"""

from __future__ import annotations

import colorsys
import hashlib
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

__all__ = [
    "BRAND",
    "BRAND_DARK",
    "Problem",
    "brand_css",
    "brand_version",
    "check_brand",
    "contrast",
    "nearest",
]

BRAND = "#5f2a55"
BRAND_DARK = "#e6b8da"

_ON_WHITE = ("#ffffff", 5.5)
_ON_DARK_PAPER = ("#221d22", 6.5)
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_STEPS = 255


@dataclass(frozen=True)
class Problem:
    """Why a colour cannot be used: its field, words for a person, and the nearest colour that can (or "")."""

    field: str
    message: str
    suggestion: str


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours `#rrggbb`, from 1.0 to 21.0 (WCAG 2.2, definition of contrast ratio).

    Raises ValueError for anything but six hexadecimal digits after a #.
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def check_brand(brand: str, brand_dark: str) -> list[Problem]:
    """What stands against these two colours; an empty list when they may be used."""
    problems = []
    for field, colour, (ground, limit) in (
        ("brand", brand, _ON_WHITE),
        ("brand_dark", brand_dark, _ON_DARK_PAPER),
    ):
        if not isinstance(colour, str) or not _HEX.fullmatch(colour):
            problems.append(Problem(field, _("Write the colour as # and six digits, like %s.") % BRAND, ""))
            continue
        ratio = contrast(colour, ground)
        if ratio >= limit:
            continue
        offer = nearest(colour, ground, limit)
        words = _("Too light on white: %(ratio).1f to 1, and it needs %(limit).1f. %(offer)s is near.")
        if field == "brand_dark":
            words = _("Too dark on dark pages: %(ratio).1f to 1, and it needs %(limit).1f. %(offer)s is near.")
        # rounded down, so that 5.49 never reads as the 5.5 it is refused for
        shown = int(ratio * 10) / 10
        problems.append(Problem(field, words % {"ratio": shown, "limit": limit, "offer": offer}, offer))
    return problems


def nearest(colour: str, ground: str, limit: float) -> str:
    """The colour of the same hue, nearest in lightness, that has at least `limit` to 1 on `ground`.

    Goes away from the ground: darker on a light one, lighter on a dark one. Raises ValueError for a
    malformed colour.
    """
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in _parts(colour)))
    end = 0.0 if _luminance(ground) > 0.5 else 1.0
    for step in range(_STEPS + 1):
        tried = lightness + (end - lightness) * step / _STEPS
        red, green, blue = (round(part * 255) for part in colorsys.hls_to_rgb(hue, tried, saturation))
        candidate = f"#{red:02x}{green:02x}{blue:02x}"
        if contrast(candidate, ground) >= limit:
            return candidate
    return "#000000" if end == 0.0 else "#ffffff"


def brand_css(brand: str, brand_dark: str) -> str:
    """The organization's whole stylesheet. Raises ValueError unless both are `#rrggbb`."""
    for colour in (brand, brand_dark):
        _parts(colour)
    return f":root{{--brand:{brand.lower()};--brand-dark:{brand_dark.lower()}}}\n"


def brand_version(brand: str, brand_dark: str) -> str:
    """A short word that changes with the colours, for the stylesheet's address."""
    return hashlib.sha256(f"{brand}{brand_dark}".lower().encode()).hexdigest()[:8]


def _parts(colour: str) -> tuple[int, int, int]:
    if not _HEX.fullmatch(colour):
        raise ValueError(f"not a colour of the form #rrggbb: {colour!r}")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
