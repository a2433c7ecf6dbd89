"""Fields, what was refused, confirming in place, and what opens."""

from __future__ import annotations

from typing import Any

from django.template import Context, Library
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from apps.kit.components.basics import button, once
from apps.kit.components.fields import control, error_links
from apps.kit.components.nodes import block_component, choice
from apps.kit.components.shared import EMPTY, KINDS, icon_svg, optional

register = Library()


@register.simple_tag
def field(
    bound: Any,
    *,
    label: str = "",
    hint: str = "",
    autocomplete: str = "",
    inputmode: str = "",
    short: bool = False,
    optional: bool = False,
) -> str:
    """`{% field form.phone hint=_("…") autocomplete="tel" inputmode="tel" %}`: one field, complete."""
    return control(
        bound,
        label=label,
        hint=hint,
        autocomplete=autocomplete,
        inputmode=inputmode,
        short=short,
        optional=optional,
        error_icon=icon_svg("info"),
    )


@register.simple_tag
def form_fields(form: Any) -> str:
    """`{% form_fields form %}`: every field in the form's own order, hidden ones and its one-use key included."""
    return format_html_join("", "{}", ((field(bound),) for bound in form))


@register.simple_tag
def form_errors(form: Any, *, title: str = "") -> str:
    """`{% form_errors form %}`: what needs another look, each a link to its field; takes the focus."""
    links = error_links(form)
    if not links:
        return EMPTY
    if not title:
        title = _("One thing needs another look.") if len(links) == 1 else _("A few things need another look.")
    return format_html(
        '<div class="notice stop" role="alert" tabindex="-1" id="fix">{}<div><p><b>{}</b></p>{}</div></div>',
        icon_svg("info"),
        title,
        format_html_join("", "<p>{}</p>", ((link,) for link in links)),
    )


def _csrf(context: Context) -> str:
    """The field that Django's own `{% csrf_token %}` writes."""
    return CsrfTokenNode().render(context)


@block_component(register, "ask", slots=("fields",))
def ask(
    context: Context,
    content: str,
    label: str,
    *,
    question: str,
    yes: str,
    action: str = "",
    no: str = "",
    kind: str = "quiet",
    icon: str = "",
    name: str = "",
    value: str = "",
    open: bool = False,  # noqa: A002  the attribute's own name in HTML
    fields: str = "",
) -> str:
    """Confirm in place: question, consequence (the content), yes, go back. A POST with a one-use key.

    `{% ask _("I can’t come") question=_("Tell Maya?") yes=_("Yes, tell her") action=url %}<p>…</p>{% endask
    %}`. The slot `fields` takes the fields of the form.
    """
    request = context.get("request")
    here = request.get_full_path() if request is not None else "?"
    return format_html(
        '<details class="ask"{}><summary class="{}">{}{}</summary><div><form method="post" novalidate{}>{}{}'
        '<p><b>{}</b></p>{}{}<p class="acts">{} <a class="btn link" href="{}" data-close>{}</a></p>'
        "</form></div></details>",
        mark_safe(" open") if open else EMPTY,
        KINDS[choice("ask", "kind", kind, KINDS)],
        icon_svg(icon),
        label,
        optional(action, ' action="{}"'),
        _csrf(context),
        once(),
        question,
        content,
        fields,
        button(yes, name=name, value=value),
        here,
        no or _("No, go back"),
    )


@block_component(register, "opener")
def opener(
    context: Context,
    content: str,
    title: str,
    *,
    icon: str = "",
    open: bool = False,  # noqa: A002  the attribute's own name in HTML
    group: str = "",
    id: str = "",
) -> str:
    """`{% opener _("I have a card") icon="card" group="way" %}…{% endopener %}`; of one group one is open."""
    return format_html(
        '<details class="open"{}{}{}><summary>{}{}</summary><div>{}</div></details>',
        optional(id, ' id="{}"'),
        optional(group, ' name="{}"'),
        mark_safe(" open") if open else EMPTY,
        icon_svg(icon),
        title,
        content,
    )
