"""Search that does not mind accents, capitals, Arabic spelling or where in a name a word stands.

A model has one folded column, written in Python from named source fields whenever a row is saved, so the
database needs no extension. What somebody types is folded the same way and each of its words must begin a
word of the column.

    search = FoldedSearchField(sources=["name", "called"])
    Person.objects.filter(matches("nguyen an"))

The column is written by `save()` and `bulk_create()`. `update()`, `bulk_update()` and `save(update_fields=…)`
without the column go past it: name the column too where the row is at hand, as in
`save(update_fields=["name", "search"])`, else call `refold(queryset)` in the same transaction.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import Q

__all__ = ["FoldedSearchField", "fold", "matches", "refold"]

# What decomposition leaves alone: letters with a stroke, Arabic letters that people write for one another, and
# apostrophes. NFKD has already taken hamza and madda off their carriers.
_SAME = str.maketrans(
    {
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "ø": "o",
        "ı": "i",
        "ħ": "h",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ٱ": "ا",
        "ة": "ه",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ء": None,
        "ـ": None,
        "'": None,
        "’": None,
        "‘": None,
        "ʼ": None,
        "ʻ": None,
        "`": None,
        "´": None,
    }
)
_MOST_WORDS = 8
# Thai and Lao, Burmese, Khmer, kana, Chinese characters: scripts that put no spaces between words.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def fold(text: str) -> str:
    """The text as search compares it: words with one space between, no capitals, accents or punctuation.

    Arabic alef, teh marbuta, alef maksura, tatweel and vowel signs are made alike, Vietnamese đ is d, digits
    of every script are 0 to 9, and an apostrophe joins ("O'Brien" is "obrien"). Folding twice changes
    nothing.
    """
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = letters.translate(_SAME)
    kept = []
    for letter in letters:
        kind = unicodedata.category(letter)
        if kind == "Nd":
            kept.append(str(unicodedata.digit(letter)))
        elif kind[0] in "LN":
            kept.append(letter)
        elif kind not in {"Mn", "Me", "Cf"}:
            kept.append(letter if kind == "Mc" else " ")
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def matches(query: str, field: str = "search") -> Q:
    """Condition that each word of the query begins some word of the folded column.

    A blank query is no condition; one of nothing but signs matches nothing. Digits, Chinese, Japanese and Thai
    match inside words too: a telephone number is typed in groups, and those scripts have no spaces. At most
    eight words count.
    """
    words = fold(query).split()[:_MOST_WORDS]
    if not words:
        return Q() if not query.strip() else Q(pk__in=[])
    condition = Q()
    for word in words:
        # The column begins with a space, so every word in it follows one. Django escapes % and _ itself.
        condition &= Q(**{f"{field}__contains": word if _matches_inside(word) else f" {word}"})
    return condition


def refold(queryset: models.QuerySet[Any], *, batch_size: int = 1000) -> int:
    """Write the folded columns of these rows again where they differ, and say in how many rows they did.

    For after `update()`, and for data migrations when folding itself has changed. One transaction; may be
    repeated.
    """
    columns = [each for each in queryset.model._meta.concrete_fields if isinstance(each, FoldedSearchField)]
    names = [field.name for field in columns]
    changed, total = [], 0
    with transaction.atomic():
        for row in queryset.iterator(chunk_size=batch_size):
            before = [getattr(row, name) for name in names]
            if before != [field.pre_save(row, add=False) for field in columns]:
                changed.append(row)
                total += 1
            if len(changed) == batch_size:
                queryset.model._default_manager.bulk_update(changed, names)
                changed = []
        if changed:
            queryset.model._default_manager.bulk_update(changed, names)
    return total


class FoldedSearchField(models.TextField):
    """A column that keeps `fold` of the `sources`, names of attributes of the row (see the module).

    A source may be text, text by language (all languages count), a list of those, anything with a `str()`, or
    a method.
    """

    description = "Folded text to search in"

    def __init__(self, *args: Any, sources: Any = (), **kwargs: Any) -> None:
        self.sources = tuple(sources)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["sources"] = list(self.sources)
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """The folded sources with a space before; also put on the instance."""
        texts = [text for source in self.sources for text in _texts(getattr(model_instance, source))]
        folded = fold(" ".join(texts))
        value = f" {folded}" if folded else ""
        setattr(model_instance, self.attname, value)
        return value


def _texts(value: Any) -> list[str]:
    if callable(value):
        value = value()
    if value is None:
        return []
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return [text for each in value for text in _texts(each)]
    return [str(value)]


def _matches_inside(word: str) -> bool:
    return word.isdigit() or _UNSPACED.match(word) is not None
