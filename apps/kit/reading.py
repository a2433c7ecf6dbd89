"""How hard an English text is to read: the Flesch-Kincaid grade.

Source: J. P. Kincaid, R. P. Fishburne, R. L. Rogers, B. S. Chissom, "Derivation of new readability formulas
for Navy enlisted personnel", Research Branch Report 8-75 (1975). It counts lengths and nothing else, so a low
grade is needed and never enough: people read the text too. Syllables are counted by rule and not from a
dictionary; over a page the errors are small and go both ways.
"""

import re
from html.parser import HTMLParser

__all__ = ["grade", "grade_of_html", "sentences", "syllables", "words"]

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*(?:[.:,]\d+)*")
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n+")
# Two vowels that are two sounds: "client", "radio", "create", "reality", "museum", "going", "science", "idea".
_HIATUS = re.compile(
    r"i(?:a(?!g)|o(?!us|n)|u|et|en(?:t|ce))|eo|e[ao]l?i|eate|[ouy]ing|eing|eum|ua[tl]|^scien|[rd]eas?$"
)
# A full stop inside or after these ends nothing.
_SHORT = re.compile(r"\b(?:a\.\s?m|p\.\s?m|mr|mrs|ms|dr|st|vs|no|e\.\s?g|i\.\s?e|u\.\s?s)\.", re.IGNORECASE)


def grade(text: str) -> float:
    """US school grade at which an English text is understood: 0.39 words a sentence + 11.8 syllables a word -
    15.59.

    Never below 0, and 0 for a text without words. The end of a line ends a sentence, as headings, buttons and
    list items have no full stop. A number counts as a word of one syllable: times and telephone numbers are
    not hard words.
    """
    every = words(text)
    if not every:
        return 0.0
    per_sentence = len(every) / max(1, len(sentences(text)))
    per_word = sum(map(syllables, every)) / len(every)
    return max(0.0, 0.39 * per_sentence + 11.8 * per_word - 15.59)


def grade_of_html(page: str) -> float:
    """The grade of what a page shows: without scripts, styles and hidden parts, each block a sentence."""
    reader = _PageText()
    reader.feed(page)
    reader.close()
    return grade("".join(reader.parts))


def words(text: str) -> list[str]:
    """The words and numbers of a text; "don't", "5:30" and "1,000" are one each."""
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    """The parts of a text between full stops, question and exclamation marks and line ends, without empty ones."""
    plain = _SHORT.sub(lambda found: found.group(0).replace(".", ""), text)
    return [part.strip() for part in _END.split(plain) if words(part)]


def syllables(word: str) -> int:
    """How many syllables an English word has, at least 1: groups of vowels, less silent endings."""
    letters = re.sub(r"[^a-z]", "", word.lower().replace("’", "'").split("'")[0])
    if len(letters) <= 2:
        return 1
    count = len(re.findall(r"[aeiouy]+", letters))
    count += len(_HIATUS.findall(letters))
    # "tion", "cial", "tient", "cious" are one sound, and were counted apart above.
    count -= len(re.findall(r"(?:(?<!^s)[cst]i(?:a|en(?:t|ce)))|(?:[gq]ua[tl])|people", letters))
    if re.search(r"[^aeiouy]e$", letters) and not re.search(r"[^aeiouy]le$", letters):
        count -= 1  # "make", not "table"
    elif re.search(r"[^aeiouydt]ed$", letters) or (
        re.search(r"[^aeiouy]es$", letters) and not re.search(r"(?:[sxz]|[cs]h|[cg]|[^aeiouy]l)es$", letters)
    ):
        count -= 1  # "called", "times", not "wanted", "boxes", "tables"
    return max(1, count)


class _PageText(HTMLParser):
    """Collects what is shown, with a line end around whatever is a block."""

    _UNREAD = frozenset({"script", "style", "template", "svg", "head", "noscript"})
    _VOID = frozenset(
        {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
    )
    _INLINE = frozenset(
        {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "i", "mark", "s", "small", "span", "strong"}
        | {"sub", "sup", "time", "u", "wbr"}
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break(tag)
        if tag not in self._VOID:
            named = dict(attrs)
            hidden = tag in self._UNREAD or "hidden" in named or named.get("aria-hidden") == "true"
            self._open.append((tag, hidden or self._hidden()))

    def handle_endtag(self, tag: str) -> None:
        self._break(tag)
        # An end without a start is a slip in the page; one that closes several closes them all.
        if any(open_tag == tag for open_tag, _hidden in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._hidden():
            self.parts.append(re.sub(r"\s+", " ", data))

    def _hidden(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    def _break(self, tag: str) -> None:
        if tag not in self._INLINE and not self._hidden():
            self.parts.append("\n")
