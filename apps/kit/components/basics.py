"""Words, icons, buttons, stamps, meters."""

from __future__ import annotations

import re
from typing import Any

from django.template import Library
from django.template.loader import render_to_string
from django.utils.html import format_html

from apps.kit.components.nodes import choice
from apps.kit.components.shared import DRAWINGS, EMPTY, KINDS, TONES, icon_svg, language_attributes, optional

register = Library()


@register.simple_tag
def icon(name: str) -> str:
    """`{% icon "phone" %}`: one icon, hidden from screen readers; a word always stands beside it."""
    return icon_svg(name)


@register.simple_tag
def drawing(name: str) -> str:
    """`{% drawing "cups" %}` or `"door"`: the two drawings, for empty pages, errors and sign-in."""
    return render_to_string(f"components/{choice('drawing', 'name', name, DRAWINGS)}.html")


@register.simple_tag
def button(
    label: str,
    *,
    kind: str = "primary",
    icon: str = "",
    name: str = "",
    value: str = "",
    form: str = "",
    type: str = "submit",  # noqa: A002  the attribute's own name in HTML
) -> str:
    """`{% button _("Send the code") icon="text" %}`; `kind` is primary (one a page), quiet or link."""
    return format_html(
        '<button class="{}" type="{}"{}{}{}>{}{}</button>',
        KINDS[choice("button", "kind", kind, KINDS)],
        choice("button", "type", type, ("submit", "button")),
        optional(name, ' name="{}"'),
        optional(value, ' value="{}"'),
        optional(form, ' form="{}"'),
        icon_svg(icon),
        label,
    )


@register.simple_tag
def link_button(label: str, url: str, *, kind: str = "primary", icon: str = "", lang: str = "", rel: str = "") -> str:
    """`{% link_button _("How to get there") url kind="quiet" %}`: a link that looks like a button."""
    return format_html(
        '<a class="{}" href="{}"{}{}>{}{}</a>',
        KINDS[choice("link_button", "kind", kind, KINDS)],
        url,
        optional(rel, ' rel="{}"'),
        language_attributes(lang),
        icon_svg(icon),
        label,
    )


@register.simple_tag
def step_link(label: str, url: str, *, arrow: str = "") -> str:
    """`{% step_link _("All groups") url %}`: a link on a line of its own; `arrow` is back or next."""
    arrow = choice("step_link", "arrow", arrow, ("", "back", "next"))
    first, last = (icon_svg("back"), EMPTY) if arrow == "back" else (EMPTY, icon_svg(arrow))
    return format_html('<a class="back" href="{}">{}<span>{}</span>{}</a>', url, first, label, last)


@register.simple_tag
def phone_link(number: Any, *, text: bool = False) -> str:
    """`{% phone_link number %}`: a number to call, or with `text=True` to text."""
    shown = getattr(number, "as_national", None) or str(number)
    target = re.sub(r"[^\d+]", "", str(getattr(number, "as_e164", None) or number))
    return format_html(
        '<a class="nowrap" href="{}:{}"><bdi dir="ltr">{}</bdi></a>', "sms" if text else "tel", target, shown
    )


@register.simple_tag
def stamp(label: str, *, tone: str = "plain", icon: str = "", lang: str = "") -> str:
    """`{% stamp _("Met") tone="good" %}`: a word in a frame; a coloured one always has its icon."""
    tone = choice("stamp", "tone", tone, TONES)
    return format_html(
        '<span class="stamp{}"{}>{}{}</span>',
        "" if tone == "plain" else f" {tone}",
        language_attributes(lang),
        icon_svg(icon or TONES[tone]),
        label,
    )


@register.simple_tag
def mark(label: str) -> str:
    """`{% mark _("Today") %}`: the one marker pen, for today and what is next."""
    return format_html('<span class="mark">{}</span>', label)


@register.simple_tag
def progress(value: float, maximum: float, label: str, *, words: str = "") -> str:
    """`{% progress 212 250 _("Hours") words=_("212 of 250 hours") %}`: a meter, and what it says."""
    return format_html(
        '<progress max="{}" value="{}" aria-label="{}"></progress>{}',
        maximum,
        min(value, maximum),
        label,
        optional(words, '<p class="second">{}</p>'),
    )


@register.simple_tag
def once() -> str:
    """`{% once %}`: the one-use key of a form that creates something."""
    from apps.kit.once import new_key  # at the call: the key's module also serves the models

    return format_html('<input type="hidden" name="once" value="{}">', new_key())
