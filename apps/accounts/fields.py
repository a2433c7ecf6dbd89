"""Fields of the sign-in forms: an address as people write it, read into the one form that is stored."""

from __future__ import annotations

from typing import Any

import phonenumbers
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

__all__ = ["AddressField", "PhoneOnlyField", "read_phone"]

_NO_PHONE = _("Please add the area code, like 512 555 0142.")


def read_phone(text: str) -> str:
    """A phone number as people write it, with its country code. Raises ValidationError where digits are missing."""
    try:
        number = phonenumbers.parse(text, settings.PHONENUMBER_DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        raise ValidationError(_NO_PHONE, code="phone") from None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise ValidationError(_NO_PHONE, code="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class PhoneOnlyField(forms.CharField):
    """A phone number; cleaned to +15125550142."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Phone"))
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        value = super().clean(value)
        return read_phone(value) if value else ""


class AddressField(forms.CharField):
    """An e-mail address or a phone number, whichever somebody types; cleaned to "a@b.c" or to +15125550142."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 254)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        value = super().clean(value)
        if not value:
            return ""
        if "@" in value or not any(ch.isdigit() for ch in value):
            try:
                validate_email(value)
            except ValidationError:
                raise ValidationError(
                    _("Please write the whole address, like ana@example.org, or a phone number."), code="email"
                ) from None
            return value.lower()
        return read_phone(value)
