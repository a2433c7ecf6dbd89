"""A form's field as the design system shows it: label, hint, error and control, tied together."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.template import TemplateSyntaxError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

__all__ = ["control", "error_links"]

_NOTHING = mark_safe("")


def control(
    bound: Any,
    *,
    label: str = "",
    hint: str = "",
    autocomplete: str = "",
    inputmode: str = "",
    short: bool = False,
    optional: bool = False,
    error_icon: SafeString = _NOTHING,
) -> SafeString:
    """One field of a form with its label, hint, errors and control.

    The hint and the errors have ids and the control names both in `aria-describedby`; a control with an
    error is `aria-invalid`. Choices (radio buttons, a list of boxes) become a fieldset. Refuses what is not
    a form's field.
    """
    if not isinstance(bound, BoundField):
        raise TemplateSyntaxError(f"field takes a field of a form, like form.phone; it got {bound!r}")
    if bound.is_hidden:
        return bound.as_hidden()
    hint = hint or str(bound.help_text or "")
    label = label or str(bound.label or "")
    base = bound.auto_id or f"id_{bound.html_name}"
    described = []
    hint_html = error_html = _NOTHING
    if hint:
        described.append(f"{base}_hint")
        hint_html = format_html('<p class="hint" id="{}_hint">{}</p>', base, hint)
    if bound.errors:
        described.append(f"{base}_error")
        error_html = format_html(
            '<div id="{}_error">{}</div>',
            base,
            format_html_join("", '<p class="err">{}{}</p>', ((error_icon, words) for words in _words(bound))),
        )
    attrs: dict[str, Any] = {"aria-describedby": " ".join(described) or None}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    for name, value in (
        ("autocomplete", autocomplete),
        ("inputmode", inputmode),
        ("class", "short" if short else ""),
    ):
        if value:
            attrs[name] = value
    if optional:
        label = _("%(label)s (you may leave this out)") % {"label": label}
    widget = bound.field.widget
    if isinstance(widget, forms.Textarea):  # what is written in it goes the way of its own first letters
        attrs["dir"] = widget.attrs.get("dir", "auto")
    if isinstance(widget, forms.CheckboxInput):
        return format_html(
            '<div class="field">{}<label class="check">{}<span>{}{}</span></label></div>',
            error_html,
            bound.as_widget(attrs=_clean(attrs)),
            label,
            format_html('<br><span class="hint" id="{}_hint">{}</span>', base, hint) if hint else _NOTHING,
        )
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        options = format_html_join(
            "",
            '<label class="check"{}>{}<span>{}</span></label>',
            (
                (
                    format_html(' for="{}"', option.id_for_label) if option.id_for_label else _NOTHING,
                    option.tag(),
                    option.choice_label,
                )
                for option in bound.subwidgets
            ),
        )
        return format_html(
            '<fieldset class="field" id="{}"{}{}><legend>{}</legend>{}{}{}</fieldset>',
            base,
            format_html(' aria-describedby="{}"', " ".join(described)) if described else _NOTHING,
            mark_safe(' role="radiogroup" aria-invalid="true"')
            if bound.errors and isinstance(widget, forms.RadioSelect)
            else _NOTHING,
            label,
            hint_html,
            error_html,
            options,
        )
    if widget.use_fieldset:  # several controls that answer one question, like a day and a time
        return format_html(
            '<fieldset class="field" id="{}"><legend>{}</legend>{}{}{}</fieldset>',
            base,
            label,
            hint_html,
            error_html,
            bound.as_widget(attrs=_clean(attrs)),
        )
    return format_html(
        '<div class="field"><label for="{}">{}</label>{}{}{}</div>',
        bound.id_for_label or base,
        label,
        hint_html,
        error_html,
        bound.as_widget(attrs=_clean(attrs)),
    )


def error_links(form: Any) -> list[SafeString]:
    """What a form refused, first what concerns the whole of it, then a link to each field."""
    if form is None or not getattr(form, "errors", None):
        return []
    found: list[SafeString] = [format_html("{}", error) for error in form.non_field_errors()]
    for key in form.errors:
        if key == "__all__":
            continue
        bound = form[key]
        target = bound.auto_id if _is_choice(bound) else (bound.id_for_label or bound.auto_id)
        name = str(bound.label or "")
        joint = " " if name.endswith(("?", "!", ".", "؟", "？", "。")) else ": "
        found += [format_html('<a href="#{}">{}{}{}</a>', target, name, joint, words) for words in _words(bound)]
    return found


def _words(bound: BoundField) -> list[str]:
    """A field's errors in words for a person; Django's "This field is required." says what to do instead."""
    plain = forms.Field.default_error_messages["required"]
    instead = _("Please choose one.") if _is_choice(bound) else _("Please fill this in.")
    if isinstance(bound.field.widget, forms.CheckboxInput):
        instead = _("Please tick this box.")
    return [instead if error == plain else str(error) for error in bound.errors]


def _is_choice(bound: BoundField) -> bool:
    return isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


def _clean(attrs: dict[str, Any]) -> dict[str, Any]:
    """Without what is None, so that Django does not print `aria-describedby="None"`."""
    return {name: value for name, value in attrs.items() if value is not None}
