"""Staff and clients as sheets: read tolerantly, shown before anything is written, whole or not at all, and undone."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from apps.access.models import AccessLog
from apps.access.scope import open_scope, system_scope
from apps.clients.models import ClientRecord
from apps.kit.sheets import MOST_ROWS, as_text, read_file, read_pasted, write_csv, write_xlsx
from apps.organizations import services
from apps.organizations.models import Membership, Organization, Person, SheetExport, SheetImport, StaffProfile
from apps.organizations.registry import sheet_called
from apps.organizations.sheet_plan import make_plan
from tests.cast import SYSTEM, Cast
from tests.factories.care import make_appointment
from tests.factories.clients import make_client
from tests.factories.messaging import make_contact_point
from tests.factories.organizations import make_location

STAFF, CLIENTS = "staff", "clients"
IN = {kind: f"/admin/organizations/sheetimport/{kind}/bring-in/" for kind in (STAFF, CLIENTS)}
GOOD = "Name\tRole\tE-mail\nNoor Haddad\tPeer specialist\tnoor@new.example\nBo Lindqvist\tcoordinator, supervisor\t\n"


def form(text: str, **more) -> dict:
    return {"pasted": text, "known_way": "change", "once": "7f0e0f9c-4a7d-4f0e-9f5e-0d8f6a4b1c2d", **more}


def bring(cast: Cast, kind: str, text: str, who: str = "administrator", **more) -> SheetImport:
    with open_scope(cast.harbor.pk, user_id=cast.users[who].pk), transaction.atomic():
        return services.bring_in(
            sheet=sheet_called(kind), table=read_pasted(text), actor=cast.actor(who), name="list.csv", **more
        )


def plan_of(cast: Cast, kind: str, text: str, who: str = "administrator", way: str = "change"):
    with open_scope(cast.harbor.pk), transaction.atomic():
        return make_plan(sheet_called(kind), read_pasted(text), cast.actor(who), way)


def names(cast: Cast) -> set[str]:
    with open_scope(cast.harbor.pk), transaction.atomic():
        return set(Person.objects.filter(archived_at__isnull=True).values_list("name", flat=True))


# ---- reading
def book(*rows) -> bytes:
    made, out = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"Name,Since\nAna,2026-01-02\n",
        "\ufeffName;Since\r\nAna;2026-01-02\r\n".encode(),
        "Name\tSince\nAna\t2026-01-02".encode("utf-16"),
        book(["Name", "Since"], [], ["Ana", date(2026, 1, 2)]),
    ],
    ids=["csv", "semicolons", "utf-16", "xlsx"],
)
def test_a_table_reads_the_same_from_every_kind_of_file(content):
    table = read_file(content)
    assert table.heading == ["Name", "Since"]
    assert [cells for _line, cells in table.rows] == [["Ana", "2026-01-02"]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        ("Name\nJosé".encode("latin-1"), "letters of this file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 20, "old Excel"),
        (b"PK\x03\x04 no zip", "can't be read"),
        (b"Name\n", "no rows"),
        (b"Name\n" + b"A\n" * (MOST_ROWS + 1), "more than 5000 rows"),
        (b"Name\n" + b"A" * 2001, "letters"),
        (b"0" * (10 * 1024 * 1024 + 1), "too large"),
    ],
    ids=["empty", "latin", "xls", "broken", "heading only", "rows", "cell", "bytes"],
)
def test_what_cannot_be_read_is_said_in_plain_words(content, words):
    with pytest.raises(ValidationError) as refused:
        read_file(content)
    assert words in " ".join(refused.value.messages)


def test_what_is_written_runs_nothing_and_reads_back_as_it_was():
    rows = [["=HYPERLINK(1)", "+1 207", "@x", "-", "O'Brien", 'a "b", c']]
    content = b"".join(write_csv(["a", "b", "c", "d", "e", "f"], rows))
    assert b'"=' not in content and b"\n=" not in content
    assert [cells for _line, cells in read_file(content).rows][0][1:] == rows[0][1:]
    sheet = load_workbook(io.BytesIO(write_xlsx(["a", "b", "c", "d", "e", "f"], rows))).active
    assert {cell.data_type for cell in sheet[2]} == {"s"}
    table = read_pasted("a\tb\n1\t2\n")
    assert read_pasted(as_text(table)) == table


# ---- matching and checking
@pytest.mark.django_db
def test_columns_are_found_by_any_usual_name_and_others_are_said(cast: Cast):
    plan = plan_of(
        cast, STAFF, "  NOMBRE completo \tPuesto\tcorreo\tShoe size\nAna Ruiz\tCoordinator\ta@b.example\t9\n"
    )
    assert [column.name for column in plan.columns] == ["name", "role", "email"]
    assert plan.not_read == ["Shoe size"]
    assert plan.is_good


@pytest.mark.django_db
def test_a_sheet_without_names_says_what_it_found(cast: Cast):
    plan = plan_of(cast, CLIENTS, "Colour\tShape\nred\tround\n")
    assert not plan.is_good
    assert "Colour, Shape" in plan.problems[0]


@pytest.mark.django_db
def test_each_bad_cell_is_told_by_line_and_reason(cast: Cast):
    text = (
        "Name\tRole\tLanguage\tLocation\tFrom\tE-mail\n"
        "Ana\tjuggler\tKlingon\tMoon\tsoon\tnobody\n"
        "\tcoordinator\t\t\t\t\n"
        "=A1\tcoordinator\t\t\t\t\n"
        "Bo\tcoordinator\t\t\t\t\n"
        "bo\tcoordinator\t\t\t\t\n"
        "Cy\t\t\t\t\t\n"
    )
    plan = plan_of(cast, STAFF, text)
    told = {line.number: set(line.errors) for line in plan.of("bad")}
    assert told == {
        2: {"role", "language", "location", "starts_on", "email"},
        3: {"name"},
        4: {"name"},
        6: {"name"},
        7: {"role"},
    }


@pytest.mark.django_db
def test_somebody_hidden_by_a_bar_reads_like_somebody_who_is_not_here(cast: Cast):
    hidden, text = make_client(cast.harbor, name="Rosa Marín"), "Name\tSince\nRosa Marin\t2026-01-02\n"
    make_client(cast.aurora, name="Rosa Marín")
    assert plan_of(cast, CLIENTS, text, "coordinator").lines[0].match == "Rosa Marín"
    with open_scope(cast.harbor.pk), transaction.atomic():
        services.declare_bar(barred=cast.people["coordinator"], subject=hidden.person, actor=SYSTEM)
    seen, never = plan_of(cast, CLIENTS, text, "coordinator"), plan_of(cast, CLIENTS, text.replace("Rosa", "Nora"))
    assert [(line.action, line.match) for line in seen.lines] == [(line.action, line.match) for line in never.lines]
    by_number = f"Number here\tName\n{hidden.person.public_id}\tRosa\n"
    assert plan_of(cast, CLIENTS, by_number, "coordinator").lines[0].errors.keys() == {"number"}


@pytest.mark.django_db
def test_two_people_of_one_name_are_told_apart_by_their_number(cast: Cast):
    one, _other = (make_client(cast.harbor, name="John Smith") for _ in range(2))
    assert plan_of(cast, CLIENTS, "Name\tPronouns\nJohn Smith\the/him\n").of("bad")
    plan = plan_of(cast, CLIENTS, f"id\tName\tPronouns\n{one.person.public_id}\tJohn Smith\the/him\n")
    assert [(line.action, line.row) for line in plan.lines] == [("change", one)]


# ---- writing
@pytest.mark.django_db
def test_one_bad_line_keeps_the_whole_sheet_out(cast: Cast):
    before = names(cast)
    with pytest.raises(services.Otherwise):
        bring(cast, STAFF, GOOD + "Cy\tjuggler\t\n")
    assert names(cast) == before


@pytest.mark.django_db
def test_a_sheet_brings_in_people_with_their_roles(cast: Cast):
    record = bring(cast, STAFF, GOOD)
    assert (record.added, record.changed) == (2, 0)
    with open_scope(cast.harbor.pk), transaction.atomic():
        held = Membership.objects.filter(person__name__in=["Noor Haddad", "Bo Lindqvist"])
        assert set(held.values_list("person__name", "role")) == {
            ("Noor Haddad", "peer_specialist"),
            ("Bo Lindqvist", "coordinator"),
            ("Bo Lindqvist", "supervisor"),
        }
        assert Person.objects.get(name="Bo Lindqvist").search


@pytest.mark.django_db
def test_the_same_sheet_twice_changes_nothing_the_second_time(cast: Cast):
    bring(cast, STAFF, GOOD)
    before = names(cast)
    again = bring(cast, STAFF, GOOD)
    assert (again.added, again.changed) == (0, 0)
    assert names(cast) == before


@pytest.mark.django_db
def test_a_sheet_is_not_brought_in_when_it_would_do_something_else_than_was_shown(cast: Cast):
    seen = plan_of(cast, CLIENTS, "Name\nAna Ruiz\n").digest
    make_client(cast.harbor, name="Ana Ruiz")
    with pytest.raises(services.Otherwise):
        bring(cast, CLIENTS, "Name\nAna Ruiz\n", seen=seen)


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "kind"), [("coordinator", STAFF), ("auditor", CLIENTS), ("supervisor", CLIENTS)])
def test_who_may_not_add_such_people_brings_in_no_sheet(cast: Cast, who, kind):
    before = names(cast)
    with pytest.raises(PermissionDenied):
        bring(cast, kind, GOOD, who)
    assert names(cast) == before


# ---- undoing
@pytest.mark.django_db
def test_undoing_puts_away_what_was_added_gives_back_what_was_changed_and_names_what_was_used(cast: Cast):
    place = make_location(cast.harbor, name="Mill Street")
    ana = make_client(cast.harbor, name="Ana Ruiz", language="en")
    ben = make_client(cast.harbor, name="Ben Ode", pronouns="he/him")
    text = (
        "Name\tLanguage\tPronouns\tLocation\nAna Ruiz\tEspañol\t\tMill Street\nBen Ode\t\tthey/them\t\n"
        "Cleo New\t\t\t\nDan New\t\t\t\nEve New\t\t\t\nFay New\t\t\t\n"
    )
    record = bring(cast, CLIENTS, text)
    with open_scope(cast.harbor.pk), transaction.atomic():
        ana.refresh_from_db()
        assert (ana.location, Person.objects.get(pk=ana.person_id).language) == (place, "es")
        new = {client.person.name: client for client in ClientRecord.objects.filter(person__name__endswith="New")}
    make_appointment(new["Dan New"])
    make_contact_point(new["Eve New"].person)
    with open_scope(cast.harbor.pk), transaction.atomic():
        services.change_people(actor=SYSTEM, changes=[(ben.person, {"called": "Benny"})])
        done = services.undo_import(record=record, actor=cast.actor("administrator"))
        assert {row.person.name for row in done.left} == {"Ben Ode", "Dan New", "Eve New"}
        assert {row.person.name for row in done.back} == {"Ana Ruiz", "Cleo New", "Fay New"}
        ana = ClientRecord.objects.select_related("person").get(pk=ana.pk)
        assert (ana.location, ana.person.language) == (None, "en")
        assert ClientRecord.objects.get(pk=new["Cleo New"].pk).archived_at is not None
        assert Person.objects.get(pk=new["Fay New"].person_id).archived_at is not None
        assert ClientRecord.objects.get(pk=new["Dan New"].pk).archived_at is None
        assert Person.objects.get(pk=ben.person_id).pronouns == "they/them"
        twice = services.undo_import(record=record, actor=cast.actor("administrator"))
    assert {row.person.name for row in twice.left} == {"Ben Ode", "Dan New", "Eve New"}


@pytest.mark.django_db
def test_undoing_names_nobody_whom_a_bar_hides(cast: Cast):
    record = bring(cast, CLIENTS, "Name\nAna Ruiz\n")
    with open_scope(cast.harbor.pk), transaction.atomic():
        ana = Person.objects.get(name="Ana Ruiz")
        services.declare_bar(barred=cast.people["coordinator"], subject=ana, actor=SYSTEM)
        done = services.undo_import(record=record, actor=cast.actor("coordinator"))
        assert (done.back, done.left, done.unseen) == ([], [], 1)
        assert Person.objects.get(pk=ana.pk).archived_at is None


# ---- the pages
@pytest.mark.django_db
def test_the_page_shows_errors_next_to_their_cells_and_then_brings_the_mended_sheet_in(cast: Cast):
    browser = cast.client("administrator")
    bad = browser.post(IN[STAFF], form(GOOD + "Cy\tjuggler\t\n"))
    assert bad.status_code == 422
    page = bad.content.decode()
    assert re.search(r"<td[^>]*>juggler<br><strong[^>]*>“juggler” is no role", page)
    assert "Cy\tjuggler" in page, "what was typed is kept"
    looked = browser.post(IN[STAFF], form(GOOD))
    assert looked.status_code == 200
    assert "Noor Haddad" not in names(cast), "looking writes nothing"
    seen = looked.context_data["form"].initial["seen"]
    answer = browser.post(IN[STAFF], form(GOOD, confirm="1", seen=seen, invited="on"))
    assert answer.status_code == 302
    assert names(cast) >= {"Noor Haddad", "Bo Lindqvist"}
    twice = browser.post(IN[STAFF], form(GOOD, confirm="1", seen=seen))
    assert twice.headers["Location"] == answer.headers["Location"], "a second click leads to the first one's result"
    with open_scope(cast.harbor.pk), transaction.atomic():
        assert Person.objects.get(name="Noor Haddad").invitations.count() == 1
        assert Person.objects.get(name="Bo Lindqvist").invitations.count() == 0


@pytest.mark.django_db
def test_a_list_is_taken_out_as_its_reader_sees_it_and_each_row_is_written_down(cast: Cast):
    hidden = make_client(cast.harbor, name="Hidden One")
    shown, foreign = make_client(cast.harbor, name="=Shown"), make_client(cast.aurora, name="Foreign One")
    with open_scope(cast.harbor.pk), transaction.atomic():
        services.declare_bar(barred=cast.people["administrator"], subject=hidden.person, actor=SYSTEM)
    url = reverse("admin:organizations_sheetexport_take_out", args=[CLIENTS])
    answer = cast.client("administrator").post(url, {"form": "csv", "once": "7f0e0f9c-4a7d-4f0e-9f5e-0d8f6a4b1c2e"})
    text = answer.content.decode("utf-8-sig")
    assert "'=Shown" in text
    assert "Hidden One" not in text and "Foreign One" not in text
    with system_scope("the log is read"), transaction.atomic():
        logged = AccessLog.objects.filter(action="export").values_list("row_id", flat=True)
        assert shown.pk in logged
        assert not {hidden.pk, foreign.pk} & set(logged)
    assert cast.client("coordinator").post(url, {"form": "csv"}).status_code == 403


@pytest.mark.django_db
def test_a_long_list_is_written_by_a_task_and_opened_by_whoever_asked(cast: Cast, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("apps.organizations.services.exports.MOST_AT_ONCE", 1)
    for name in ("Ana", "Ben", "Cleo"):
        make_client(cast.harbor, name=name)
    with open_scope(cast.harbor.pk), transaction.atomic():
        actor = cast.actor("administrator")
        export = services.take_out(sheet=sheet_called(CLIENTS), form="csv", actor=actor)
    assert isinstance(export, SheetExport)
    with system_scope("what waits"), transaction.atomic():
        assert services.exports_to_write() == [(cast.harbor.pk, export.pk)]
    with open_scope(cast.harbor.pk):
        written = services.write_export(organization_id=cast.harbor.pk, export_id=export.pk)
        assert (written.state, written.done, written.expected) == ("ready", 3, 3)
        assert services.write_export(organization_id=cast.harbor.pk, export_id=export.pk) is None
    path = reverse("organizations:file", args=[written.file.public_id])
    opened = cast.client("administrator").get(path)
    assert b"Cleo" in b"".join(opened.streaming_content)
    assert cast.client("coordinator").get(path).status_code == 404


@pytest.mark.django_db
def test_a_list_that_was_taken_out_is_deleted_from_the_disk_after_its_week(cast: Cast, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("apps.organizations.services.exports.MOST_AT_ONCE", 0)
    make_client(cast.harbor, name="Ana")
    exports = []
    for form_of in ("csv", "xlsx"):
        with open_scope(cast.harbor.pk), transaction.atomic():
            actor = cast.actor("administrator")
            export = services.take_out(sheet=sheet_called(CLIENTS), form=form_of, actor=actor)
        with open_scope(cast.harbor.pk):
            exports.append(services.write_export(organization_id=cast.harbor.pk, export_id=export.pk))
    old, new = exports

    def on_disk():
        return {str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*") if one.is_file()}

    with system_scope("files are removed"):
        assert services.remove_files() == 0
        assert on_disk() == {old.file.path, new.file.path}
        with transaction.atomic():
            SheetExport.objects.filter(pk=old.pk).update(asked_at=timezone.now() - timedelta(days=7, minutes=1))
        assert [services.remove_files(), services.remove_files()] == [1, 0]
        with transaction.atomic():
            old.file.refresh_from_db()
    assert on_disk() == {new.file.path}
    assert old.file.removed_at is not None and len(old.file.sha256) == 64
    address = "organizations:file"
    assert cast.client("administrator").get(reverse(address, args=[old.file.public_id])).status_code == 404
    assert cast.client("administrator").get(reverse(address, args=[new.file.public_id])).status_code == 200


@pytest.mark.django_db
def test_what_was_taken_from_somebody_meanwhile_is_not_handed_out(cast: Cast, monkeypatch):
    monkeypatch.setattr("apps.organizations.services.exports.MOST_AT_ONCE", 0)
    make_client(cast.harbor, name="Ana")
    with open_scope(cast.harbor.pk), transaction.atomic():
        export = services.take_out(sheet=sheet_called(CLIENTS), form="csv", actor=cast.actor("administrator"))
        for membership in Membership.objects.filter(person=cast.people["administrator"]):
            services.end_membership(membership=membership, actor=SYSTEM)
        services.settle_role_groups(user=cast.users["administrator"])
    with open_scope(cast.harbor.pk):
        written = services.write_export(organization_id=cast.harbor.pk, export_id=export.pk)
    assert (written.state, written.file) == ("refused", None)


# ---- what is kept of staff
PROFILES = (
    "Name\tRole\tLanguages spoken\tOther languages\tHire date\tHours a week\tMentor\n"
    "Noor Haddad\tPeer specialist\tArabic, English\tASL\t2025-03-01\t37,5\tHarbor Supervisor\n"
    "Harbor Observer\t\tSpanish\t\t11/30/2024\t20\t\n"
)


def kept(cast: Cast) -> dict[str, tuple]:
    fields = ("languages", "other_languages", "hired_on", "weekly_hours", "mentor__name")
    with open_scope(cast.harbor.pk), transaction.atomic():
        rows = StaffProfile.objects.filter(person__archived_at__isnull=True).values_list("person__name", *fields)
        return {name: tuple(rest) for name, *rest in rows}


@pytest.mark.django_db
def test_what_is_kept_of_staff_comes_in_with_the_sheet_and_the_same_sheet_again_changes_nothing(cast: Cast):
    bring(cast, STAFF, PROFILES)
    assert kept(cast) == {
        "Noor Haddad": (["ar", "en"], "ASL", date(2025, 3, 1), Decimal("37.5"), "Harbor Supervisor"),
        "Harbor Observer": (["es"], "", date(2024, 11, 30), Decimal("20.0"), None),
    }
    assert {line.action for line in plan_of(cast, STAFF, PROFILES).lines} == {"same"}


@pytest.mark.django_db
def test_undoing_gives_back_what_was_kept_of_staff_before(cast: Cast):
    bring(cast, STAFF, "Name\tHours a week\nHarbor Observer\t12\n")
    record = bring(cast, STAFF, PROFILES + "Harbor Partner\t\t\t\t\t8\t\n")
    with open_scope(cast.harbor.pk), transaction.atomic():
        done = services.undo_import(record=record, actor=cast.actor("administrator"))
        assert done.left == []
    assert kept(cast) == {"Harbor Observer": ([], "", None, Decimal("12.0"), None)}


@pytest.mark.django_db
def test_what_can_not_be_kept_of_staff_is_told_beside_its_cell(cast: Cast):
    lines = [
        ("Languages spoken", "Klingon", "Choose one of"),
        ("Hours a week", "many", "Write a number"),
        ("Hours a week", "90", "between 0 and 80"),
        ("Mentor", "Harbor Observer", "Nobody is their own mentor"),
        ("Mentor", "Aurora Supervisor", "Nobody who works here today"),
    ]
    for heading, cell, words in lines:
        (line,) = plan_of(cast, STAFF, f"Name\t{heading}\nHarbor Observer\t{cell}\n").lines
        (told,) = line.errors.values()
        assert words in told, (heading, cell)


@pytest.mark.django_db
def test_a_mentor_whom_a_bar_hides_reads_like_somebody_who_is_not_here_and_leaves_no_file(cast: Cast):
    bring(cast, STAFF, PROFILES)
    with open_scope(cast.harbor.pk), transaction.atomic():
        hidden = cast.people["supervisor"]
        services.declare_bar(barred=cast.people["administrator"], subject=hidden, actor=SYSTEM)
    (line,) = plan_of(cast, STAFF, "Name\tMentor\nHarbor Observer\tHarbor Supervisor\n").lines
    assert "Nobody who works here today" in line.errors["mentor"]
    (line,) = plan_of(cast, STAFF, "Name\tHours a week\nNoor Haddad\t10\n").lines
    assert "You may not change" in line.errors["name"]
    with open_scope(cast.harbor.pk), transaction.atomic():
        taken = services.take_out(sheet=sheet_called(STAFF), form="csv", actor=cast.actor("administrator"))
    assert "Noor Haddad" in taken.decode() and "Harbor Supervisor" not in taken.decode()


@pytest.mark.django_db
def test_what_is_taken_out_reads_back_as_it_was(cast: Cast):
    bring(cast, STAFF, PROFILES)
    with open_scope(cast.harbor.pk), transaction.atomic():
        taken = services.take_out(sheet=sheet_called(STAFF), form="csv", actor=cast.actor("administrator"))
        plan = make_plan(sheet_called(STAFF), read_file(taken), cast.actor("administrator"))
    assert plan.is_good and {line.action for line in plan.lines} == {"same"}


def test_every_column_that_a_client_record_has_can_be_brought_in():
    ours = {f.name for model in (Person, ClientRecord) for f in model._meta.fields if f.editable and not f.auto_created}
    asked = {column.name for column in sheet_called(CLIENTS).columns} - {"number"}
    assert ours - {"organization", "user", "person", "search", "created_at"} == asked


@pytest.mark.django_db
def test_whoever_comes_without_a_day_begins_on_the_day_it_is_there(cast: Cast):
    # One of these has another day than the server at any hour.
    far = "Pacific/Pago_Pago" if timezone.now().hour < 11 else "Pacific/Kiritimati"
    with open_scope(cast.harbor.pk), transaction.atomic():
        Organization.objects.filter(pk=cast.harbor.pk).update(zone=far)
    bring(cast, STAFF, GOOD)
    with open_scope(cast.harbor.pk), transaction.atomic():
        days = set(Membership.objects.filter(person__name="Noor Haddad").values_list("starts_on", flat=True))
    assert days == {timezone.localdate(timezone=ZoneInfo(far))} and days != {timezone.now().date()}
