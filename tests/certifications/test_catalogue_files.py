"""Corrupted copies of the catalogue are refused whole, each with its line and reason; the overlay cites its row."""

import csv

import pytest

from apps.certifications.catalogue import OVERLAY, SHIPPED, CatalogueError, read
from apps.certifications.models import CatalogueCredential, Requirement
from apps.certifications.services import load_requirements

pytestmark = pytest.mark.django_db


def header_and_rows():
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return list(reader.fieldnames), list(reader)


def written(path, names, rows, encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def missing_column(path):
    names, rows = header_and_rows()
    return written(path, [name for name in names if name not in ("confidence", "notes")], rows)


def bad_number(path):
    names, rows = header_and_rows()
    rows[10]["training_hours"], rows[20]["minimum_age"] = "-40", "NaN"
    return written(path, names, rows)


def unknown_state(path):
    names, rows = header_and_rows()
    rows[0]["jurisdiction"] = "ZZ"
    return written(path, names, rows)


def twice(path):
    names, rows = header_and_rows()
    return written(path, names, [*rows, {**rows[4], "certifying_body": "Another body"}])


def wrong_encoding(path):
    names, rows = header_and_rows()
    rows[2]["notes"] = "programa de certificación"
    return written(path, names, rows, encoding="latin-1")


def script_as_address(path):
    names, rows = header_and_rows()
    rows[1]["source_url"] = "javascript:alert(1)"
    return written(path, names, rows)


def cut_off(path):
    path.write_bytes(SHIPPED.read_bytes()[:9000])
    return path


def huge(path):
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    return path


@pytest.mark.parametrize(
    ("spoil", "reasons"),
    [
        (missing_column, ["line 1: these columns are missing: confidence, notes"]),
        (bad_number, ["line 12: training_hours: “-40” is not a number", "line 22: minimum_age: “NaN” is not a number"]),
        (unknown_state, ["line 2: jurisdiction: “ZZ” is not a state"]),
        (twice, ["line 131: AL / Certified Recovery Support Specialist stands in the file twice (first in line 6)"]),
        (wrong_encoding, ["line 4: the file is not UTF-8"]),
        (script_as_address, ["line 3: source_url: “javascript:alert(1)” is not a web address"]),
        (cut_off, ["line 21: there are fewer cells than columns"]),
        (huge, ["catalogue.csv: the file is larger than 5 MB"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_corrupted_copy_is_refused_whole_with_line_and_reason(tmp_path, spoil, reasons):
    path = spoil(tmp_path / "catalogue.csv")
    with pytest.raises(CatalogueError) as refused:
        load_requirements(path=path)
    for reason in reasons:
        assert any(problem.startswith(reason) for problem in refused.value.problems), refused.value.problems
    assert not CatalogueCredential.objects.exists()
    assert not Requirement.objects.exists()


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ('code = "training"\namount = 50', "a figure cites nothing"),
        ('code = "training"\namount = 50\nnote = "fifty hours"', "which the row does not say"),
        ('code = "training"\namount = -1\ncolumn = "training_hours"', "not a number of zero or more"),
        ('code = "training"\nhours = 1\ncolumn = "training_hours"', "“hours”, which is not known"),
        ('code = "x"\nkind = "holds"\nholds = ["ZZ", "Nothing"]\ncolumn = "education"', "the table does not have"),
        (
            'code = "x"\nkind = "holds"\nholds = ["WA", "Certified Peer Support Specialist", "gold"]\n'
            'column = "minimum_age"',
            "there is no level",
        ),
    ],
)
def test_an_overlay_says_nothing_that_its_row_does_not(tmp_path, entry, reason):
    path = tmp_path / "overlay.toml"
    path.write_text(
        f'\n[[credential]]\nrow = ["WA", "Certified Peer Support Specialist"]\n[[credential.requirement]]\n{entry}\n'
    )
    with pytest.raises(CatalogueError) as refused:
        load_requirements(path=SHIPPED, overlay=path)
    assert [problem.startswith("overlay.toml: line 3: WA / ") for problem in refused.value.problems] == [True]
    assert reason in refused.value.problems[0]
    assert not CatalogueCredential.objects.exists()


def test_every_entry_of_the_shipped_overlay_names_a_shipped_row():
    assert read(SHIPPED, OVERLAY).unused == []


def test_every_known_figure_names_what_it_rests_on():
    load_requirements(path=SHIPPED)
    known = Requirement.objects.exclude(required=None)
    assert known.count() == 751
    assert not known.filter(cites="", source_title="").exists()
