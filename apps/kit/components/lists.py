"""Rows, tables, facts and lives, and finding one's way in a long list."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page
from django.template import Context, Library, TemplateSyntaxError
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from apps.kit.components.basics import step_link
from apps.kit.components.forms import opener
from apps.kit.components.nodes import block_component, choice
from apps.kit.components.shared import EMPTY, icon_svg, language_attributes, optional

register = Library()


@block_component(register, "rows")
def rows(context: Context, content: str, *, label: str = "", ordered: bool = False, id: str = "") -> str:
    """`{% rows label=_("Morning") %}…{% endrows %}`: the shelf that rows stand on."""
    tag = "ol" if ordered else "ul"
    return format_html(
        '<{} class="rows"{}{}>{}</{}>',
        tag,
        optional(id, ' id="{}"'),
        optional(label, ' aria-label="{}"'),
        content,
        tag,
    )


@block_component(register, "row", slots=("start", "stamps", "end"))
def row(
    context: Context,
    content: str,
    name: str,
    *,
    url: str = "",
    second: str = "",
    lang: str = "",
    icon: str = "",
    level: int = 3,
    current: bool = False,
    start: str = "",
    stamps: str = "",
    end: str = "",
) -> str:
    """One row: time or icon at the start, name, one second line, stamps, one action at the end.

    The name's link covers the row. Slots: `start` (a time), `stamps`, `end` (one button).
    """
    if start and icon:
        raise TemplateSyntaxError("a row starts with a time or with an icon, not with both")
    level = int(choice("row", "level", str(level), ("2", "3", "4")))
    link = format_html('<a href="{}"{}>{}</a>', url, language_attributes(lang), name) if url else name
    css = "".join([" timed" if start else "", " led" if icon else "", " ended" if end else ""])
    return format_html(
        '<li class="row{}"{}>{}<div><h{} class="name"{}>{}</h{}>{}{}{}</div>{}</li>',
        css,
        mark_safe(' aria-current="true"') if current else EMPTY,
        optional(start, "<p>{}</p>") or icon_svg(icon),
        level,
        EMPTY if url else language_attributes(lang),
        link,
        level,
        optional(second, '<p class="second">{}</p>'),
        content,
        optional(stamps, '<p class="stamps">{}</p>') if not end else optional(stamps, '<p class="stamps">{}</p>'),
        optional(end, '<p class="acts">{}</p>'),
    )


@block_component(register, "table", slots=("head", "caption"))
def table(
    context: Context, content: str, *, label: str = "", head: str = "", caption: str = "", wide: bool = False
) -> str:
    """A table that becomes a card a row on a phone. Slots: `caption`, `head` (made of `{% th %}`)."""
    return format_html(
        '<table class="{}"{}>{}{}<tbody>{}</tbody></table>',
        "wide" if wide else "cards",
        optional(label, ' aria-label="{}"'),
        optional(caption, '<caption class="second">{}</caption>'),
        optional(head, "<thead><tr>{}</tr></thead>"),
        content,
    )


@register.simple_tag
def th(label: str) -> str:
    """`{% th _("Status") %}`: one column's heading."""
    return format_html('<th scope="col">{}</th>', label)


@block_component(register, "cell")
def cell(context: Context, content: str, label: str = "", *, head: bool = False) -> str:
    """`{% cell _("Status") %}…{% endcell %}`, or with `head=True` the cell that names its row."""
    if head:
        return format_html('<th scope="row">{}</th>', content)
    return format_html("<td{}><span>{}</span></td>", optional(label, ' data-label="{}"'), content)


@block_component(register, "facts")
def facts(context: Context, content: str) -> str:
    """`{% facts %}{% fact _("When") %}…{% endfact %}{% endfacts %}`: names and what they are."""
    return format_html('<dl class="facts">{}</dl>', content)


@block_component(register, "fact")
def fact(context: Context, content: str, name: str, *, icon: str = "") -> str:
    """One name and what it is, inside `{% facts %}`."""
    return format_html("<dt>{}{}{}</dt><dd>{}</dd>", icon_svg(icon), " " if icon else "", name, content)


@block_component(register, "life")
def life(context: Context, content: str, *, label: str = "") -> str:
    """`{% life %}{% event … %}…{% endevent %}{% endlife %}`: a biography, oldest first."""
    return format_html('<ol class="life"{}>{}</ol>', optional(label, ' aria-label="{}"'), content)


@block_component(register, "event", slots=("at",))
def event(
    context: Context, content: str, title: str, *, icon: str, here: bool = False, at: str = "", level: int = 3
) -> str:
    """One thing that happened, inside `{% life %}`. Slot `at`: when. `here=True`: where things stand."""
    level = int(choice("event", "level", str(level), ("2", "3", "4")))
    return format_html(
        "<li>{}{}<h{}>{}</h{}>{}</li>",
        icon_svg(icon, "here" if here else ""),
        optional(at, '<p class="second">{}</p>'),
        level,
        title,
        level,
        content,
    )


@block_component(register, "filter_bar", slots=("more",))
def filter_bar(
    context: Context,
    content: str,
    *,
    label: str,
    more_title: str = "",
    more_open: bool = False,
    more: str = "",
) -> str:
    """`{% filter_bar label=_("Show") %}{% choice … %}{% endfilter_bar %}`; slot `more`: a form that opens."""
    if more and not more_title:
        raise TemplateSyntaxError("a filter bar with more in it needs more_title")
    extra = opener(context, more, more_title, open=more_open) if more else EMPTY
    return format_html('<nav class="filter" aria-label="{}">{}{}</nav>', label, content, extra)


@register.simple_tag(name="choice")
def choice_link(label: str, url: str, *, current: bool = False, icon: str = "", lang: str = "") -> str:
    """`{% choice _("Today") url current=True %}`: one choice of a filter bar."""
    return format_html(
        '<a href="{}"{}{}>{}{}</a>',
        url,
        mark_safe(' aria-current="true"') if current else EMPTY,
        language_attributes(lang),
        icon_svg(icon),
        label,
    )


@block_component(register, "tabs")
def tabs(context: Context, content: str, *, label: str) -> str:
    """`{% tabs label=_("Notes") %}{% tab _("For me") url current=True count=25 %}{% endtabs %}`."""
    return format_html('<nav class="tabs" aria-label="{}">{}</nav>', label, content)


@register.simple_tag
def tab(label: str, url: str, *, current: bool = False, count: int | None = None) -> str:
    """One tab; a page of its own, so a plain link."""
    return format_html(
        '<a href="{}"{}>{}{}</a>',
        url,
        mark_safe(' aria-current="page"') if current else EMPTY,
        label,
        EMPTY if count is None else format_html(' <span class="num">{}</span>', count),
    )


@register.simple_tag
def turn_pages(
    title: str,
    *,
    label: str,
    second: str = "",
    back_url: str = "",
    back: str = "",
    next_url: str = "",
    next: str = "",  # noqa: A002  back and next belong together
) -> str:
    """`{% turn_pages title label=_("Week") back_url=… back=_("Last week") next_url=… next=… %}`."""
    return format_html(
        '<nav class="pages" aria-label="{}">{}<p><b>{}</b>{}</p>{}</nav>',
        label,
        step_link(back, back_url, arrow="back") if back_url else mark_safe('<span class="back"></span>'),
        title,
        optional(second, ' <span class="second">{}</span>'),
        step_link(next, next_url, arrow="next") if next_url else mark_safe('<span class="back"></span>'),
    )


@register.simple_tag(takes_context=True)
def pages(context: Context, page: Page[Any], *, parameter: str = "page") -> str:
    """`{% pages page_obj %}`: the pages of a long list; keeps what is filtered. Nothing for a single page."""
    if not page.has_other_pages():
        return EMPTY
    request = context.get("request")
    query = request.GET.copy() if request is not None else None

    def address(number: int) -> str:
        if query is None:
            return f"?{parameter}={number}"
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    return turn_pages(
        _("Page %(number)s of %(all)s") % {"number": page.number, "all": page.paginator.num_pages},
        label=_("Pages"),
        back_url=address(page.number - 1) if page.has_previous() else "",
        back=_("Back"),
        next_url=address(page.number + 1) if page.has_next() else "",
        next=_("Next"),
    )
