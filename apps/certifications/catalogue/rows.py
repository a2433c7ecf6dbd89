"""The catalogue's table: one row a credential (CSV, UTF-8, a header with the columns of `COLUMNS`)."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from apps.certifications.catalogue.places import PLACES
from apps.certifications.catalogue.problems import CatalogueError
from apps.certifications.models import CatalogueCredential

KEY = ("jurisdiction", "credential_name")
KEPT_APART = ("id", "state", "body", "loaded_at", "retired_at")
COLUMNS = tuple(f.name for f in CatalogueCredential._meta.concrete_fields if f.name not in KEPT_APART)
YES_NO = {"yes": True, "no": False, "": None}
LARGEST = 5 * 1024 * 1024  # bytes; the shipped catalogue is a hundredth of it
NUMBER = re.compile(r"[0-9]+(\.[0-9]{1,2})?")
ADDRESS = re.compile(r"https?://[^\s\"'<>]+")

Key = tuple[str, str]


def text_of(path: Path) -> str:
    """The file's text. Raises CatalogueError for a file too large or not UTF-8, with the line of the first bad byte."""
    if path.stat().st_size > LARGEST:
        raise CatalogueError([f"{path.name}: the file is larger than {LARGEST // 1024 // 1024} MB, no catalogue is"])
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CatalogueError([f"line {line}: the file is not UTF-8 (byte {content[error.start]:#04x})"]) from error


def read_rows(path: Path) -> tuple[dict[Key, CatalogueCredential], dict[Key, int]]:
    """The rows by their key, and each one's line. Raises CatalogueError that names every bad line."""
    text = text_of(path)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise CatalogueError([f"line {line}: the file has a zero byte and is no text"])
    problems: list[str] = []
    rows: dict[Key, CatalogueCredential] = {}
    lines: dict[Key, int] = {}
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        _check_header(list(reader.fieldnames or ()))
        for record in reader:
            row, wrong = _row(record)
            key = (row.jurisdiction, row.credential_name)
            if not wrong and key in rows:
                wrong = [f"{' / '.join(key)} stands in the file twice (first in line {lines[key]})"]
            problems += [f"line {reader.line_num}: {reason}" for reason in wrong]
            rows[key], lines[key] = row, reader.line_num
    except csv.Error as error:
        problems.append(f"line {reader.line_num}: {error}")
    if not rows and not problems:
        problems.append("line 1: there is no row under the header")
    if problems:
        raise CatalogueError(problems)
    return rows, lines


def _check_header(names: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    problems = []
    if missing:
        problems.append(f"line 1: these columns are missing: {', '.join(missing)}")
    if unknown:
        problems.append(f"line 1: these columns are not known: {', '.join(unknown)}")
    if len(names) != len(set(names)):
        problems.append("line 1: a column stands in the header twice")
    if problems:
        raise CatalogueError(problems)


def _row(record: dict[str | None, Any]) -> tuple[CatalogueCredential, list[str]]:
    values: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for name in COLUMNS:
        text = (record.get(name) or "").strip()
        column = CatalogueCredential._meta.get_field(name)
        if isinstance(column, models.BooleanField):
            if text not in YES_NO:
                wrong[name] = [f"“{text}” is neither yes nor no nor empty."]
            values[name] = YES_NO.get(text)
        elif isinstance(column, models.DecimalField | models.IntegerField):
            if text and not NUMBER.fullmatch(text):
                wrong[name] = [f"“{text}” is not a number of zero or more with at most two places."]
            values[name] = text if text and name not in wrong else None
        else:
            values[name] = text
    if values["jurisdiction"] not in PLACES and "jurisdiction" not in wrong:
        wrong["jurisdiction"] = [f"“{values['jurisdiction']}” is not a state that is known."]
    for address in values["source_url"].split("; ") if values["source_url"] else ():
        if not ADDRESS.fullmatch(address):
            wrong["source_url"] = [f"“{address}” is not a web address."]
    row = CatalogueCredential(**values)
    # Empty is unknown, and allowed wherever the database allows it.
    empty = [name for name in COLUMNS if values[name] is None and name not in wrong]
    try:
        row.clean_fields(exclude=[*empty, *wrong, *KEPT_APART])
    except ValidationError as error:
        wrong.update(error.message_dict)
    told = [f"{name}: {' '.join(reasons)}" for name, reasons in wrong.items()]
    if None in record:
        told.append(f"there are {len(record[None])} cells more than columns")
    if any(record.get(name) is None for name in COLUMNS):
        told.append("there are fewer cells than columns")
    return row, told
