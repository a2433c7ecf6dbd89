"""QR codes (ISO/IEC 18004) that open an address: as a picture inside a page, and as files for posters."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

import segno
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

__all__ = ["qr_file", "qr_svg"]

QUIET = 4  # modules of white around the code: the standard's quiet zone
POSTER = 20  # points of a picture for each module: sharp at the size of a hand in print


@lru_cache(maxsize=256)
def _code(address: str) -> segno.QRCode:
    """The code of an address, with a quarter of it readable when the rest is torn off or dirty (level Q)."""
    return segno.make(address, error="q", micro=False)


def qr_svg(address: str, *, label: str) -> SafeString:
    """The code as an `<svg class="qr">` for a page, named `label` for whoever can't see it.

    It is black on white whatever the page is, since not every reader takes the reverse.
    """
    drawn = _drawn(address)
    return mark_safe(drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1))  # noqa: S308  drawn here


@lru_cache(maxsize=256)
def _drawn(address: str) -> str:
    return _code(address).svg_inline(
        border=QUIET, omitsize=True, svgclass="qr", lineclass=None, dark="#000", light="#fff"
    )


def qr_file(address: str, kind: str) -> bytes:
    """The code as a file of `kind` "svg" or "png", large enough for a poster. Raises ValueError for another kind."""
    out = BytesIO()
    if kind == "svg":
        _code(address).save(out, kind="svg", scale=10, border=QUIET, dark="#000", light="#fff")
    elif kind == "png":
        _code(address).save(out, kind="png", scale=POSTER, border=QUIET, dark="#000", light="#fff")
    else:
        raise ValueError(f"no such kind of picture: {kind}")
    return out.getvalue()
