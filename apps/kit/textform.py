"""Writing text by language in a form: English first, the other languages behind an opener."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from apps.kit.text import DEFAULT_LANGUAGE, TranslatedText

__all__ = ["TranslatedFormField", "TranslatedInput", "TranslatedTextarea", "input_for"]


def _codes() -> list[str]:
    """The platform's languages, English first."""
    codes = [code for code, _name in settings.LANGUAGES]
    return sorted(codes, key=lambda code: code != DEFAULT_LANGUAGE)


class TranslatedInput(forms.MultiWidget):
    """One input for each language, named `<field>_<code>`; all but English inside `<details>`.

    Works without JavaScript. The opener stands open when one of them is required. Each input has its own
    `lang` and `dir`.
    """

    template_name = "kit/widgets/translated_text.html"
    one: Any = forms.TextInput

    def __init__(self, attrs: dict[str, Any] | None = None, one: Any = None) -> None:
        self.codes = _codes()
        self.required_languages: tuple[str, ...] = ()
        make = one or self.one
        super().__init__({code: make() if isinstance(make, type) else make for code in self.codes}, attrs)

    def decompress(self, value: Any) -> list[str]:
        texts = value if isinstance(value, Mapping) else {DEFAULT_LANGUAGE: value or ""}
        return [texts.get(code, "") for code in self.codes]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return dict(zip(self.codes, super().value_from_datadict(data, files, name), strict=True))

    def id_for_label(self, id_: str) -> str:
        # The label of the whole names the input that is always in sight.
        return f"{id_}_0" if id_ else id_

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        written = 0
        for code, one in zip(self.codes, context["widget"]["subwidgets"], strict=True):
            info = get_language_info(code)
            one["language"] = {"code": code, "name": info["name_local"]}
            one["attrs"] |= {"lang": code, "dir": "rtl" if info["bidi"] else "ltr"}
            # A required input inside a closed opener would stop the browser from sending, and it could not
            # say why.
            if code != DEFAULT_LANGUAGE or DEFAULT_LANGUAGE not in self.required_languages:
                one["attrs"].pop("required", None)
            written += bool(one["value"]) and code != DEFAULT_LANGUAGE
        first, *others = context["widget"]["subwidgets"]
        context["widget"] |= {
            "first": first,
            "others": others,
            "written": written,
            "open": bool(set(self.required_languages) - {DEFAULT_LANGUAGE}),
        }
        return context


class TranslatedTextarea(TranslatedInput):
    """The same with text areas."""

    one = forms.Textarea


class TranslatedFormField(forms.Field):
    """Gives a `TranslatedText`. A required field without `required_languages` needs any one language."""

    widget = TranslatedInput

    def __init__(
        self, *, required_languages: tuple[str, ...] = (), max_length: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.required_languages = required_languages
        self.max_length = max_length
        if isinstance(self.widget, TranslatedInput):
            self.widget.required_languages = required_languages
            for one in self.widget.widgets:
                if max_length:
                    one.attrs["maxlength"] = str(max_length)

    def to_python(self, value: Any) -> TranslatedText:
        if isinstance(value, str):
            return TranslatedText.of(value.strip())
        return TranslatedText({code: (text or "").strip() for code, text in (value or {}).items()})

    def validate(self, value: Any) -> None:
        super().validate(value)
        names = dict(settings.LANGUAGES)
        errors = []
        for code, text in value.items():
            if code not in names:
                errors.append(ValidationError(_("“%(code)s” is not one of the languages."), params={"code": code}))
            elif self.max_length and len(text) > self.max_length:
                errors.append(
                    ValidationError(
                        _("%(language)s: at most %(limit)d characters, this has %(length)d."),
                        code="max_length",
                        params={"language": names[code], "limit": self.max_length, "length": len(text)},
                    )
                )
        if value and self.required_languages:
            errors += [
                ValidationError(
                    _("Please write this in %(language)s too."),
                    code="required_language",
                    params={"language": names.get(code, code)},
                )
                for code in value.missing(self.required_languages)
            ]
        if errors:
            raise ValidationError(errors)

    def has_changed(self, initial: Any, data: Any) -> bool:
        if self.disabled:
            return False
        return self.to_python(initial) != self.to_python(data)


def input_for(asked: Any, *, multiline: bool) -> Any:
    """The widget asked for if it is one by language; else ours, made of unfold's inputs where unfold asks."""
    kind = asked if isinstance(asked, type) else type(asked)
    if issubclass(kind, TranslatedInput):
        return asked
    ours = (
        TranslatedTextarea
        if multiline or (issubclass(kind, forms.Textarea) and not _is_unfold(kind))
        else TranslatedInput
    )
    if not _is_unfold(kind):
        return ours()
    from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

    return ours(one=UnfoldAdminTextareaWidget if multiline else UnfoldAdminTextInputWidget)


def _is_unfold(kind: type) -> bool:
    return kind.__module__.startswith("unfold.")
