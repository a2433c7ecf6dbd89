"""How a form's own fields look in the administration: like the fields of the rows."""

from __future__ import annotations

from copy import copy
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

__all__ = ["drawn"]

_DRAWN: dict[type[forms.Widget], type[forms.Widget]] = {
    forms.TextInput: UnfoldAdminTextInputWidget,
    forms.EmailInput: UnfoldAdminEmailInputWidget,
    forms.NumberInput: UnfoldAdminIntegerFieldWidget,
    forms.Textarea: UnfoldAdminTextareaWidget,
    forms.Select: UnfoldAdminSelectWidget,
    forms.CheckboxInput: UnfoldBooleanWidget,
    forms.DateInput: UnfoldAdminSingleDateWidget,
}


def drawn(field: Any) -> Any:
    """The field with unfold's input in place of Django's plain one, which unfold's sheet leaves without any edge."""
    wanted = _DRAWN.get(type(field.widget))
    if wanted is None:
        return field
    field = copy(field)
    widget = wanted(attrs=field.widget.attrs)
    if isinstance(field.widget, forms.Select):
        widget.choices = field.widget.choices  # type: ignore[attr-defined]  # a select, too
    widget.is_required = field.required
    field.widget = widget
    return field
