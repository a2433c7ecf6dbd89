"""What is pinned to the board: notices, sheets, slips, empty states, the page heading."""

from __future__ import annotations

from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from apps.kit.components.nodes import block_component, choice
from apps.kit.components.shared import DRAWINGS, EMPTY, TONES, icon_svg, language_attributes, optional

register = Library()


@block_component(register, "notice")
def notice(
    context: Context,
    content: str,
    *,
    tone: str = "plain",
    icon: str = "",
    title: str = "",
    role: str = "",
    lang: str = "",
) -> str:
    """`{% notice tone="good" title=_("Saved.") role="status" %}…{% endnotice %}`."""
    tone = choice("notice", "tone", tone, TONES)
    return format_html(
        '<div class="notice{}"{}{}>{}<div>{}{}</div></div>',
        "" if tone == "plain" else f" {tone}",
        optional(choice("notice", "role", role, ("", "status", "alert")), ' role="{}"'),
        language_attributes(lang),
        icon_svg(icon or TONES[tone] or "info"),
        optional(title, "<p><b>{}</b></p>"),
        content,
    )


def _headed(title: str, heading_id: str, *, level: int, css: str = "") -> tuple[SafeString, SafeString]:
    """The heading of a piece of paper, and the attribute that names the paper by it."""
    if not title:
        return EMPTY, EMPTY
    level = int(choice("paper", "level", str(level), ("2", "3")))
    heading = format_html("<h{}{}{}>{}</h{}>", level, css, optional(heading_id, ' id="{}"'), title, level)
    return heading, optional(heading_id, ' aria-labelledby="{}"')


@block_component(register, "sheet")
def sheet(context: Context, content: str, *, title: str = "", id: str = "", level: int = 2, pin: bool = False) -> str:
    """`{% sheet title=_("From Maya") id="msg" %}…{% endsheet %}`; `pin=True` hangs it on the board."""
    heading, named = _headed(title, id, level=level)
    tag = "article" if pin else "section" if named else "div"
    return format_html(
        '<{} class="sheet{}"{}>{}{}</{}>',
        tag,
        " pin" if pin else "",
        named,
        heading,
        content,
        tag,
    )


@block_component(register, "slip", slots=("when", "acts"))
def slip(
    context: Context,
    content: str,
    *,
    title: str = "",
    id: str = "next",
    when: str = "",
    acts: str = "",
) -> str:
    """The appointment slip: what matters next. Slots: `when` (large), `acts` (under the tear line)."""
    heading, named = _headed(title, id, level=2, css=mark_safe(' class="second"') if when else EMPTY)
    top = format_html('<div class="when">{}{}</div>', heading, when) if when else optional(heading, "<div>{}</div>")
    return format_html(
        '<section class="slip"{}>{}{}{}</section>',
        named,
        top,
        optional(content if content.strip() else "", "<div>{}</div>"),
        optional(acts, '<div class="acts wide">{}</div>'),
    )


@block_component(register, "empty", slots=("acts",))
def empty(
    context: Context, content: str, *, title: str = "", drawing: str = "cups", acts: str = "", level: int = 2
) -> str:
    """`{% empty title=_("Nothing waits for you") %}…{% slot "acts" %}…{% endslot %}{% endempty %}`."""
    art = render_to_string(f"components/{choice('empty', 'drawing', drawing, DRAWINGS)}.html")
    heading, _named = _headed(title, "", level=level)
    return format_html(
        '<div class="empty">{}{}{}{}</div>', art, heading, content, optional(acts, '<p class="acts">{}</p>')
    )


@block_component(register, "page_head", slots=("back", "stamps"))
def page_head(
    context: Context,
    content: str,
    title: str,
    *,
    lede: str = "",
    lang: str = "",
    back: str = "",
    stamps: str = "",
) -> str:
    """`{% page_head _("Groups this week") lede=_("…") %}{% endpage_head %}`: the page's only h1."""
    return format_html(
        '{}<div class="head"><h1{}>{}</h1>{}{}{}</div>',
        optional(back, "<p>{}</p>"),
        language_attributes(lang),
        title,
        optional(stamps, '<p class="stamps">{}</p>'),
        optional(lede, '<p class="lede">{}</p>'),
        content,
    )
