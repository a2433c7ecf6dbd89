"""The team's certifications as a file: only for those who may, formulas harmless, each row written down as read."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from apps.access.models import AccessLog
from apps.access.scope import open_scope
from apps.organizations.registry import sheet_called
from tests.cast import PEOPLE, Cast
from tests.factories.certifications import make_certification

pytestmark = pytest.mark.django_db


def address():
    return reverse("admin:organizations_sheetexport_take_out", args=["certifications"])


@pytest.fixture
def team(cast: Cast):
    today = timezone.localdate()
    return [
        make_certification(
            cast.people[name], number=number, issued_on="2020-01-01", expires_on=today + timedelta(days=days)
        )
        for name, number, days in (("peer_specialist", '=HYPERLINK("http://evil")', 30), ("observer", "TX-1", -2))
    ] + [make_certification(cast.neighbours["peer_specialist"], number="NEXT-DOOR")]


def taken(cast, form):
    answer = cast.client("administrator").post(address(), {"form": form, "once": str(uuid4())})
    assert answer.status_code == 200
    return answer.content


def test_the_file_has_the_team_says_what_holds_today_and_runs_nothing(cast: Cast, team):
    rows = list(csv.reader(io.StringIO(taken(cast, "csv").decode("utf-8-sig"))))
    assert len(rows) == 3
    by_name = {row[0]: row for row in rows[1:]}
    mine, other = by_name[cast.people["peer_specialist"].name], by_name[cast.people["observer"].name]
    assert not mine[3].startswith("=") and "HYPERLINK" in mine[3]
    assert (mine[7], other[7]) == ("yes", "no")
    sheet = load_workbook(io.BytesIO(taken(cast, "xlsx"))).active
    assert sheet.max_row == 3
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_each_row_is_written_down_as_taken_out(cast: Cast, team):
    taken(cast, "csv")
    with open_scope(cast.harbor.pk):
        log = AccessLog.objects.filter(model="certifications.certification", action="export")
        assert set(log.values_list("row_id", flat=True)) == {row.pk for row in team[:2]}


def test_nobody_but_the_administrator_takes_it_out_and_nobody_brings_it_in(cast: Cast, team):
    opened = {name for name in PEOPLE if cast.client(name).get(address()).status_code == 200}
    assert opened == {"administrator"}
    bring_in = reverse("admin:organizations_sheetimport_bring_in", args=["certifications"])
    assert cast.client("administrator").get(bring_in).status_code == 403


def test_the_file_takes_as_many_queries_for_many_as_for_one(cast: Cast, team, django_assert_num_queries):
    sheet, actor = sheet_called("certifications"), cast.actor("administrator")
    with open_scope(cast.harbor.pk):
        actor.can("export")
        list(sheet.rows(actor))
        for rows in (sheet.rows(actor)[:1], sheet.rows(actor)):
            with django_assert_num_queries(4):
                assert [sheet.cells(row) for row in rows]
