"""PDFs: one paper for all of them, readable by a screen reader (PDF/UA-1), in every script that the fonts have.

A template is a typst file of the app that makes the PDF; it begins with `#import "/kit/typst/paper.typ": *` and
`#show: paper`, and finds what it is given in `data`. Noto Sans comes with three packages: Latin, Greek, Cyrillic,
Vietnamese and Devanagari; Arabic; Chinese, Japanese and Korean. What these lack is looked for among the fonts of the
machine, and if it is nowhere no PDF is made: boxes instead of a person's name would be worse than none.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg_noto_sans
import fontpkg_noto_sans_arabic
import noto_cjk_sans_otc
import typst
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

__all__ = ["MissingSigns", "make_pdf"]

APPS = Path(__file__).resolve().parents[1]
PACKAGES = (fontpkg_noto_sans, fontpkg_noto_sans_arabic, noto_cjk_sans_otc)
FONTS = ("Noto Sans", "Noto Sans Arabic", "Noto Sans CJK SC")
LACKS = re.compile(r'the text `"(?P<text>.+)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{(?P<code>[0-9a-f]+)\}")
# A name has few signs of one rare script; past this the page has said enough.
MOST_TOLD = 12


class MissingSigns(ValidationError):  # noqa: N818  what a font lacks, no fault of code
    """No font of this machine has these signs, so the PDF was not made. `signs` is a string of them."""

    def __init__(self, signs: str) -> None:
        self.signs = signs
        super().__init__(
            _(
                "The PDF was not made, because signs would be missing in it: there is no font here for “%(signs)s”. "
                "Whoever runs the platform can add one."
            )
            % {"signs": signs},
            code="signs",
        )


def make_pdf(template: Path, data: Mapping[str, Any], *, title: str, organization: str) -> bytes:
    """The PDF that a typst template below `apps/` makes of `data`, in the active language, tagged as PDF/UA-1.

    Nothing of `data` (JSON: text, numbers, lists, mappings), `title` or `organization` is read as markup; control
    characters are left out. Raises MissingSigns where no font has a sign of it.
    """
    told: Any = {**_plain(data), "title": _plain(title), "organization": _plain(organization), **_language()}
    lacking = ""
    while True:
        try:
            made: Any = typst.compile(
                str(template),
                root=str(APPS),
                font_paths=_fonts(),
                sys_inputs={"data": json.dumps(_without(told, lacking))},
                pdf_standards=["ua-1"],
            )
        except typst.TypstError as error:
            more = [sign for sign in _lacking(str(error)) if sign not in lacking]
            if not more:  # another fault: of the template, not of the fonts
                raise
            lacking += "".join(more)
            if len(lacking) < MOST_TOLD:
                continue  # without these, to find out whether more are missing
        if lacking:
            raise MissingSigns(lacking)
        return bytes(made)


def _language() -> dict[str, Any]:
    """What typst needs to know of the active language: code, country where the script hangs on it, direction, fonts."""
    code = get_language() or "en"
    language, _dash, script = code.lower().partition("-")
    return {
        "language": language,
        "region": {"hans": "cn", "hant": "tw"}.get(script),
        "direction": "rtl" if get_language_info(code)["bidi"] else "ltr",
        "fonts": list(FONTS),
    }


@cache
def _fonts() -> typst.Fonts:
    """The fonts of the packages, and those of the machine for what these lack."""
    return typst.Fonts(font_paths=[str(Path(str(package.__file__)).parent) for package in PACKAGES])


def _plain(value: Any) -> Any:
    """The same without signs that are no text: control characters, halves of pairs, code points that are none."""
    if isinstance(value, str):
        return "".join(sign for sign in value if sign in "\n\t" or _is_text(sign))
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value


def _is_text(sign: str) -> bool:
    none = (ord(sign) & 0xFFFE) == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF
    return not none and unicodedata.category(sign) not in ("Cc", "Cs")


def _without(value: Any, signs: str) -> Any:
    if not signs:
        return value
    return json.loads(json.dumps(value, ensure_ascii=False).translate({ord(sign): None for sign in signs}))


def _lacking(error: str) -> list[str]:
    """The signs that typst names as those no font has."""
    found = LACKS.search(error)
    if found is None:
        return []
    text = ESCAPED.sub(lambda escaped: chr(int(escaped["code"], 16)), found["text"])
    return [sign for sign in text if not sign.isascii()]
