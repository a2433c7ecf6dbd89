"""Text that an organization writes, by language: the value, the model field, the SQL expression.

A group's name, directions, crisis words and messages exist in the languages somebody has written them in.
Readers get their own language where it exists and otherwise the nearest there is, and the page can say which
it was: text in another language than the page needs its own `lang`, or a screen reader mispronounces it.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import TextField, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce
from django.db.models.query_utils import DeferredAttribute
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

__all__ = ["DEFAULT_LANGUAGE", "TranslatedText", "TranslatedTextField", "fallback_chain", "text_in"]

DEFAULT_LANGUAGE = "en"


def fallback_chain(code: str | None = None, default: str = DEFAULT_LANGUAGE) -> list[str]:
    """The languages to try for a reader of `code` (the active language when None), nearest first.

    The language itself, its base ("es" for "es-mx"), what else is written in that base, `default`, and then
    the platform's languages in their own order.
    """
    wanted = (code or translation.get_language() or default).lower()
    base = wanted.split("-")[0]
    languages = [known for known, _name in settings.LANGUAGES]
    siblings = [known for known in languages if known.split("-")[0] == base]
    return list(dict.fromkeys([wanted, base, *siblings, default.lower(), *languages]))


class TranslatedText(Mapping[str, str]):
    """Text by language code. Never changes: `replacing` makes another one.

    A language with nothing but white space is a language that is not there. `str()` is the text for the
    active language; equal to any mapping with the same texts.
    """

    __slots__ = ("_texts",)

    def __init__(self, texts: Mapping[str, str] | None = None) -> None:
        self._texts = {
            code.lower(): text for code, text in (texts or {}).items() if not isinstance(text, str) or text.strip()
        }

    @classmethod
    def of(cls, text: str, language: str = DEFAULT_LANGUAGE) -> "TranslatedText":
        """Text in one language."""
        return cls({language: text})

    def best(self, code: str | None = None, *, default: str = DEFAULT_LANGUAGE) -> tuple[str, str]:
        """The text for a reader of `code` (the active language when None), and the language that it is in.

        Both are "" when nothing was written in any language.
        """
        for language in fallback_chain(code, default):
            if language in self._texts:
                return self._texts[language], language
        # A language that the platform has given up since: better than nothing.
        return next(((text, language) for language, text in self._texts.items()), ("", ""))

    def text(self, code: str | None = None) -> str:
        """The text for a reader of `code`, whatever language it is in."""
        return self.best(code)[0]

    def language(self, code: str | None = None) -> str:
        """The language that `text(code)` is in, for the `lang` attribute."""
        return self.best(code)[1]

    def replacing(self, code: str, text: str) -> "TranslatedText":
        """A copy with the text of one language put in or, when blank, taken out."""
        return TranslatedText({**self._texts, code: text})

    def missing(self, codes: Any = None) -> list[str]:
        """Which of these languages (all of the platform's when None) it is not written in."""
        return [code for code in (codes or dict(settings.LANGUAGES)) if code not in self._texts]

    def __getitem__(self, code: str) -> str:
        return self._texts[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __eq__(self, other: object) -> bool:
        return dict(self) == dict(other) if isinstance(other, Mapping) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self._texts.items()))

    def __str__(self) -> str:
        return self.best()[0]

    def __repr__(self) -> str:
        return f"TranslatedText({self._texts!r})"


class _TextAttribute(DeferredAttribute):
    """Makes a TranslatedText of whatever is assigned, so that nobody meets a dict that changes in place."""

    field: "TranslatedTextField"

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.to_python(value)


class _TextEncoder(json.JSONEncoder):
    """Writes text by language as an object; the admin's read-only pages encode what the row holds."""

    def default(self, o: Any) -> Any:
        return dict(o) if isinstance(o, Mapping) else super().default(o)


class TranslatedTextField(models.JSONField):
    """A `TranslatedText`, empty unless given; jsonb, held by the database to be an object of strings.

    A mapping may be assigned, or a plain string, which is English. `required_languages` must be there
    whenever there is any text, and always unless `blank`; `max_length` is for each language; `multiline` asks
    for text areas. Codes are checked against LANGUAGES by `full_clean`. Null is not offered: empty says it.
    """

    description = "Text by language"
    descriptor_class = _TextAttribute

    def __init__(
        self,
        verbose_name: Any = None,
        name: str | None = None,
        *,
        required_languages: Any = (),
        max_length: int | None = None,
        multiline: bool = False,
        **kwargs: Any,
    ) -> None:
        self.required_languages = tuple(required_languages)
        self.multiline = multiline
        if kwargs.get("default", dict) is dict:
            kwargs["default"] = TranslatedText
        kwargs["encoder"] = _TextEncoder
        super().__init__(verbose_name, name, **kwargs)
        self.max_length = max_length

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if kwargs.get("default") is TranslatedText:
            del kwargs["default"]
        # Rules for people and shapes of forms are none of the table's: no migration when they change.
        kwargs.pop("max_length", None)
        kwargs.pop("encoder", None)
        return name, path, args, kwargs

    def db_check(self, connection: Any) -> str | None:
        column = connection.ops.quote_name(self.column)
        return (
            f"jsonb_typeof({column}) = 'object'"
            # Strict, since a lax path looks into lists; silent, for what is no object was answered in the
            # line above.
            f""" AND NOT jsonb_path_exists({column}, 'strict $.* ? (@.type() <> "string")', '{{}}', true)"""
        )

    # ---- values
    def to_python(self, value: Any) -> Any:
        if value is None:
            return TranslatedText()
        if isinstance(value, str):
            return TranslatedText.of(value)
        if isinstance(value, Mapping) and not isinstance(value, TranslatedText):
            return TranslatedText(value)
        return value  # a TranslatedText, or an expression

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        read = super().from_db_value(value, expression, connection)
        if isinstance(expression, KeyTransform) or not isinstance(read, dict):
            return read  # `values("name__es")` is a string
        return TranslatedText(read)

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return dict(prepared) if isinstance(prepared, Mapping) else prepared

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return super().get_db_prep_save(self.to_python(value), connection)

    def value_to_string(self, obj: models.Model) -> Any:
        return dict(self.value_from_object(obj))

    # ---- rules
    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Refuse unknown languages, what is no text, a text too long, and a required language left out."""
        if not isinstance(value, TranslatedText):
            raise ValidationError(_("This is not text by language."), code="invalid")
        languages = dict(settings.LANGUAGES)
        for code, text in value.items():
            if code not in languages:
                raise ValidationError(
                    _("“%(code)s” is not one of the languages."),
                    code="unknown_language",
                    params={"code": code},
                )
            if not isinstance(text, str):
                raise ValidationError(_("This is not text by language."), code="invalid")
            if self.max_length and len(text) > self.max_length:
                raise ValidationError(
                    _("%(language)s: at most %(limit)d characters, this has %(length)d."),
                    code="max_length",
                    params={"language": languages[code], "limit": self.max_length, "length": len(text)},
                )
        if not value and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")
        if value:
            for code in value.missing(self.required_languages) if self.required_languages else []:
                raise ValidationError(
                    _("Please write this in %(language)s too."),
                    code="required_language",
                    params={"language": languages.get(code, code)},
                )

    def formfield(self, **kwargs: Any) -> Any:
        """One input for each language, in unfold's dress where unfold's admin asks."""
        from apps.kit.textform import TranslatedFormField, input_for

        for other in ("form_class", "choices_form_class", "encoder", "decoder"):
            kwargs.pop(other, None)
        options: dict[str, Any] = {
            "required": not self.blank,
            "label": capfirst(self.verbose_name),
            "help_text": self.help_text,
            "required_languages": self.required_languages,
            "max_length": self.max_length,
            "widget": input_for(kwargs.pop("widget", None), multiline=self.multiline),
        }
        return TranslatedFormField(**{**options, **kwargs})


def text_in(field: str, code: str | None = None, *, default: str = DEFAULT_LANGUAGE) -> Coalesce:
    """SQL expression for the text that a reader of `code` gets, so that the database orders and filters by
    it.

    `field` may span relations ("group__name"). Nothing written in any language is "". Order by
    `Lower(text_in(…))` for people, as capitals come first otherwise.
    """
    texts = [KeyTextTransform(language, field) for language in fallback_chain(code, default)]
    return Coalesce(*texts, Value(""), output_field=TextField())
