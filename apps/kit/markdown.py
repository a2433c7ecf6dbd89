"""Markdown that an organization writes, as HTML that is safe in a page."""

from functools import lru_cache
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

__all__ = ["render"]

# No images: one from elsewhere would tell its server who reads the page. No HTML: it is shown as typed.
_TAGS = {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "strong", "ul"}
_TAGS |= {"h2", "h3", "h4", "h5", "h6"}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel", "sms"}


def render(markdown_text: str, *, top_heading: int = 2) -> SafeString:
    """HTML of a CommonMark text, through an allow-list of elements, attributes and kinds of links.

    Headings begin at `top_heading` (2 to 6), since the page has its one h1 already. Raw HTML is shown as
    text, images are left out, links carry rel="noopener noreferrer". Never raises for any text.
    """
    if not 2 <= top_heading <= 6:
        raise ValueError("The headings of a text begin at 2 to 6.")
    parser = _parser()
    environment: dict[str, Any] = {}
    tokens = parser.parse(markdown_text, environment)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + top_heading - 1)}"
    html = parser.renderer.render(tokens, parser.options, environment)
    clean = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer")
    return mark_safe(clean)  # noqa: S308  nh3 has just cleaned it


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable("image")
