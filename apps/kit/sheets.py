"""Tables that people keep in a spreadsheet: read from a file or a paste within bounds, written so that nothing runs.

openpyxl and the csv module are used directly: both read row by row, so that a file that would unfold into millions of
rows is refused before it is in memory.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

__all__ = ["MOST_BYTES", "MOST_ROWS", "XLSX", "Table", "as_text", "read_file", "read_pasted", "write_csv", "write_xlsx"]

MOST_ROWS = 5_000
MOST_BYTES = 10 * 1024 * 1024
MOST_COLUMNS = 60
MOST_LETTERS = 2_000  # in one cell
UNFOLDED = 20 * MOST_BYTES  # bytes of a workbook once unzipped: a zip of nothing but zeros would fill the memory
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection).
_RUNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Table:
    """The heading and the rows under it, each with its line in the sheet (the heading is line 1)."""

    heading: list[str]
    rows: list[tuple[int, list[str]]]


def read_file(content: bytes, name: str = "") -> Table:
    """The table in a CSV or XLSX file; which of them it is, its content says. Raises ValidationError in plain words."""
    if not content:
        raise ValidationError(_("This file is empty."))
    if len(content) > MOST_BYTES:
        raise ValidationError(_too_big())
    if content[:4] == b"PK\x03\x04":
        return _table(_workbook_rows(content))
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise ValidationError(_("This is an old Excel file. Save it as .xlsx or as CSV, then choose that."))
    return _table(_text_rows(_decoded(content)))


def read_pasted(text: str) -> Table:
    """The table that somebody copied from a spreadsheet (cells between tabs), or CSV text."""
    if len(text.encode()) > MOST_BYTES:
        raise ValidationError(_too_big())
    return _table(_text_rows(text.removeprefix("\ufeff")))


def as_text(table: Table) -> str:
    """The table as it would be pasted: `read_pasted` gives it back, but for the numbers of empty lines."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(table.heading)
    writer.writerows(cells for _line, cells in table.rows)
    return out.getvalue()


def write_csv(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """CSV in pieces, with the mark by which spreadsheets know UTF-8. No cell runs as a formula."""
    yield b"\xef\xbb\xbf"
    yield _csv_line(heading)
    for row in rows:
        yield _csv_line(row)


def write_xlsx(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """An Excel workbook of one sheet. No cell runs as a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (heading, *rows):
        sheet.append([_harmless(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv_line(row: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([_harmless(cell) for cell in row])
    return out.getvalue().encode()


def _harmless(cell: str) -> str:
    """The cell with an apostrophe before what would run; reading takes the apostrophe off again."""
    text = "".join(ch for ch in cell if ch >= " " or ch in "\t\n\r")
    return f"'{text}" if text.startswith(_RUNS) else text


def _too_big() -> str:
    return _("This sheet is too large: at most %(mb)d MB. Bring it in in parts.") % {"mb": MOST_BYTES // 1024 // 1024}


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = "\x00"
    if "\x00" in text:
        raise ValidationError(
            _(
                "The letters of this file can't be read. Save it as “CSV UTF-8” or as .xlsx, or copy the cells and "
                "paste them below."
            )
        )
    return text


def _text_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    # What parts the cells of the heading parts all of them. Tabs win: a paste may have commas in its cells.
    delimiter = "\t" if "\t" in first else max(",;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from enumerate(reader, 1)
    except csv.Error as error:
        raise ValidationError(
            _("The sheet can't be read from line %(line)d on.") % {"line": reader.line_num}
        ) from error


def _workbook_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    broken = ValidationError(_("This file can't be read. Save it as .xlsx or as “CSV UTF-8” again."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > UNFOLDED:
                raise ValidationError(_too_big())
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size is not believed
        for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), 1):
            yield number, [_cell(value) for value in cells]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, SyntaxError, OSError) as error:
        raise broken from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _table(rows: Iterator[tuple[int, list[str]]]) -> Table:
    heading: list[str] = []
    found: list[tuple[int, list[str]]] = []
    for number, raw in rows:
        cells = [_tidy(cell, number) for cell in raw]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > MOST_COLUMNS:
            raise ValidationError(_("Line %(line)d has more than %(most)d columns.") % _n(number, MOST_COLUMNS))
        if not heading:
            heading = cells
        elif len(found) == MOST_ROWS:
            raise ValidationError(
                _("This sheet has more than %(most)d rows. Bring it in in parts.") % {"most": MOST_ROWS}
            )
        else:
            found.append((number, [*cells, *[""] * (len(heading) - len(cells))]))
    if not heading:
        raise ValidationError(_("There is nothing in this sheet."))
    if not found:
        raise ValidationError(_("There are no rows under the heading. The first row says what is in each column."))
    return Table(heading, found)


def _tidy(cell: str, line: int) -> str:
    if len(cell) > MOST_LETTERS:
        raise ValidationError(_("A cell in line %(line)d has more than %(most)d letters.") % _n(line, MOST_LETTERS))
    text = " ".join("".join(ch for ch in cell if ch.isprintable() or ch.isspace()).split())
    return text[1:] if text[:1] == "'" and text[1:2] in _RUNS and text[1:2] else text


def _n(line: int, most: int) -> dict[str, int]:
    return {"line": line, "most": most}
