"""The kinds of groups that ship with the platform, one file each in `kinds/`, read and checked once.

A file's name is the kind's key. Its entries are fields of `GroupTemplate` by name; texts are tables by language, topics
and questions lists by language. `source` names what the figures rest on and `seen` how: "summary" where we read a
summary that cites the source and not its text, "memory" where nobody looked it up, "ours" where there is no figure to
cite. `common` is the place among the eight that the gallery shows first.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ValidationError

from apps.groups.models import GroupTemplate
from apps.kit.search import fold
from apps.kit.text import TranslatedText, TranslatedTextField

FOLDER = Path(__file__).resolve().parent / "kinds"
NOT_FROM_A_FILE = {"id", "organization", "public_id", "based_on", "search", "created_at", "archived_at"}
LINES = {"topics", "feedback_questions"}
# Stored with the template, in the language of its source, and shown wherever it is.
SEEN = {
    "summary": "read in a summary only, not in the source itself: check before use",
    "memory": "from memory, not looked up: confirm before use",
    "ours": "",
}


class KindError(ValueError):
    """Files that can't be used; `problems` has a line for each thing that is wrong, with its file and its key."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Kind:
    """One shipped kind. `template` is an unsaved row that nobody may change; `common` 0 is none of the eight."""

    key: str
    template: GroupTemplate
    common: int = 0

    def found_by(self, words: str) -> bool:
        """Whether each of these words begins a word of its name, description or audience, in any language."""
        of = self.template
        text = " " + fold(" ".join(each for said in (of.name, of.description, of.audience) for each in said.values()))
        return all(f" {word}" in text for word in fold(words).split())


@cache
def shipped_kinds() -> dict[str, Kind]:
    """Every shipped kind by its key: the eight commonest first, then by name. Raises KindError."""
    return read_kinds(FOLDER)


def read_kinds(folder: Path) -> dict[str, Kind]:
    """The kinds of a folder. Raises KindError that names every file and key that is wrong."""
    found: dict[str, Kind] = {}
    problems: list[str] = []
    for file in sorted(folder.glob("*.toml")):
        wrong: list[str] = []
        try:
            entry = tomllib.loads(file.read_text(encoding="utf-8"))
            found[file.stem] = _kind(file.stem, entry, wrong)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            wrong.append(f"is no TOML: {error}")
        problems += [f"{file.name}: {words}" for words in wrong]
    ranks = [kind.common for kind in found.values() if kind.common]
    problems += [f"common: the place {n} is given twice" for n in sorted({n for n in ranks if ranks.count(n) > 1})]
    if problems:
        raise KindError(problems)
    in_order = sorted(found.values(), key=lambda kind: (kind.common or 99, kind.template.name["en"]))
    return {kind.key: kind for kind in in_order}


def _kind(key: str, entry: dict[str, Any], wrong: list[str]) -> Kind:
    """One kind; what is wrong with it is appended to `wrong`, a line for each key."""
    common, seen = entry.pop("common", 0), entry.pop("seen", "")
    if type(common) is not int or common < 0:
        wrong.append("common: is a place among the commonest, 1, 2, 3 and so on")
        common = 0
    if seen not in SEEN:
        wrong.append(f"seen: “{seen}” is not one of {', '.join(SEEN)}")
    source = entry.pop("source", "")
    if not isinstance(source, str) or not source:
        wrong.append("source: say what the figures rest on")
    values: dict[str, Any] = {}
    for name, value in entry.items():
        try:
            field = GroupTemplate._meta.get_field(name)
        except FieldDoesNotExist:
            field = None
        if field is None or name in NOT_FROM_A_FILE:
            wrong.append(f"{name}: is not known")
        elif not isinstance(field, TranslatedTextField):
            values[name] = value
        elif (text := _text(name, value)) is None:
            wrong.append(f"{name}: is a table by language" + (" of lists of lines" if name in LINES else " of texts"))
        else:
            values[name] = text
            wrong += [f"{name}: is missing in {code}" for code in ("en", "es", "ar") if text and code not in text]
    if check := SEEN.get(seen):
        source = f"{source} ({check})"
    template = GroupTemplate(based_on=key, source=source, **values)
    try:
        template.clean_fields(exclude=["organization", "search"])
        template.check_terms()
    except ValidationError as refused:
        for name, errors in refused.message_dict.items():
            wrong += [f"{name}: {words}" for words in errors]
    return Kind(key, template, common)


def _text(name: str, value: Any) -> TranslatedText | None:
    """A text of a file by language, or None where it is none."""
    if not isinstance(value, dict) or set(value) - {code for code, _name in settings.LANGUAGES}:
        return None
    said = {}
    for code, words in value.items():
        if name in LINES:
            if not isinstance(words, list) or not all(isinstance(line, str) for line in words):
                return None
            words = "\n".join(words)
        if not isinstance(words, str):
            return None
        said[code] = words
    return TranslatedText(said)
