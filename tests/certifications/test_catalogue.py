"""The catalogue: loaded whole or not at all, unknown stays unknown."""

import csv

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.certifications.catalogue import SHIPPED, CatalogueError
from apps.certifications.models import CatalogueCredential
from apps.certifications.services import load_requirements
from apps.certifications.templatetags.certifications import known

pytestmark = pytest.mark.django_db


@pytest.fixture
def edited(tmp_path):
    def edit(change):
        with SHIPPED.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        change(rows)
        path = tmp_path / "catalogue.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        return path

    return edit


def test_every_shipped_row_is_loaded_as_it_is():
    difference = load_requirements(path=SHIPPED)
    assert (len(difference.added), CatalogueCredential.objects.count()) == (129, 129)
    assert CatalogueCredential.objects.values("jurisdiction").distinct().count() == 55
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            row = CatalogueCredential.objects.get(
                jurisdiction=line["jurisdiction"],
                credential_name=line["credential_name"],
                certifying_body=line["certifying_body"],
            )
            assert (row.training_hours is None) == (line["training_hours"] == "")
            assert row.training_hours is None or float(row.training_hours) == float(line["training_hours"])
            assert (row.source_url, row.confidence) == (line["source_url"], line["confidence"])


def test_loading_it_again_changes_nothing():
    load_requirements(path=SHIPPED)
    again = load_requirements(path=SHIPPED)
    assert (again.added, again.changed, again.retired, again.same) == ([], {}, [], 129)


def test_a_dry_run_says_what_would_change_and_writes_nothing():
    assert len(load_requirements(path=SHIPPED, dry_run=True).added) == 129
    assert not CatalogueCredential.objects.exists()


def test_a_changed_and_a_missing_row_are_named(edited):
    load_requirements(path=SHIPPED)

    def change(rows):
        rows[0]["training_hours"] = "59.5"
        rows.pop()

    difference = load_requirements(path=edited(change))
    assert [list(fields) for fields in difference.changed.values()] == [["training_hours"]]
    assert len(difference.retired) == 1
    assert CatalogueCredential.objects.filter(retired_at__isnull=False).count() == 1
    assert len(load_requirements(path=SHIPPED).returned) == 1


def test_a_bad_row_is_named_by_line_and_nothing_is_written(edited):
    def spoil(rows):
        rows[3]["minimum_age"] = "eighteen"
        rows[5]["exam_required"] = "maybe"

    with pytest.raises(CatalogueError) as refused:
        load_requirements(path=edited(spoil))
    assert [problem.split(":")[:2] for problem in refused.value.problems] == [
        ["line 5", " minimum_age"],
        ["line 7", " exam_required"],
    ]
    assert not CatalogueCredential.objects.exists()


def test_the_command_ends_with_an_error_for_a_file_that_is_no_catalogue(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="these columns are missing"):
        call_command("load_requirements", str(path))


@pytest.mark.parametrize("value", [None, ""])
def test_what_is_not_known_is_never_zero(value):
    assert known(value) == "not known, check with the certifying body"
