"""What several components share: icons, tones, and attributes that are there only when they say something."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.template import TemplateSyntaxError
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from apps.kit.components.times import direction

__all__ = [
    "DRAWINGS",
    "EMPTY",
    "KINDS",
    "TONES",
    "icon_names",
    "icon_svg",
    "language_attributes",
    "optional",
]

KINDS = {"primary": "btn", "quiet": "btn quiet", "link": "btn link"}
TONES = {"plain": "", "good": "check", "wait": "clock", "stop": "info"}
DRAWINGS = ("cups", "door")
EMPTY = mark_safe("")


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """The names of the icons that `components/icons.html` draws."""
    return frozenset(re.findall(r'id="i-([a-z]+)"', render_to_string("components/icons.html")))


def icon_svg(name: str, extra: str = "") -> SafeString:
    """One icon beside a word, or nothing for an empty name."""
    if not name:
        return EMPTY
    if name not in icon_names():
        raise TemplateSyntaxError(f"there is no icon {name!r}; there are {sorted(icon_names())}")
    turn = " turn" if name in ("back", "next", "exit") else ""
    return format_html(
        '<svg class="i{}{}" aria-hidden="true"><use href="#i-{}"/></svg>',
        turn,
        f" {extra}" if extra else "",
        name,
    )


def optional(value: Any, template: str) -> SafeString:
    """`template` with the value in it, or nothing where there is no value."""
    return format_html(template, value) if value else EMPTY


def language_attributes(code: str) -> SafeString:
    """The attributes of a text in another language than the page's."""
    if not code:
        return EMPTY
    return format_html(' lang="{}" dir="{}"', code, direction(code))
