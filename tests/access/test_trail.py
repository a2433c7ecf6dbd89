"""One page for every change and every read: who, when, from where, before and after; never more than one may see."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.access.models import AccessLog
from apps.access.scope import open_scope
from apps.access.services import end_share, share
from apps.access.trail import MOST_EXPORTED, Asked, _plain, trail
from apps.clients import services as clients
from apps.organizations import services
from tests.cast import Cast
from tests.factories.clients import make_client
from tests.factories.messaging import make_contact_point

pytestmark = pytest.mark.django_db
TRAIL = "/admin/trail/"


def told(page) -> list[str]:
    """Each entry of the page as one line of words."""
    found = re.search(r'<ol[^>]*id="trail">(.*?)</ol>', page.content.decode(), re.S)
    if not found:
        return []
    return [
        " ".join(unescape(re.sub(r"<[^>]+>", " ", one)).split())
        for one in re.split(r"<li class=\"border", found[1])[1:]
    ]


def test_a_read_and_a_change_say_who_from_where_and_before_and_after(cast: Cast):
    client = make_client(cast.harbor, name="Ana Before")
    browser = cast.client("coordinator")
    browser.get(f"/clients/{client.public_id}/", REMOTE_ADDR="203.0.113.9")
    with open_scope(cast.harbor.pk, user_id=cast.users["coordinator"].pk, host="harbor.localhost", address="::1"):
        clients.change_client(client=client, actor=cast.actor("coordinator"), name="Ana After")
    entries = told(cast.client("auditor").get(TRAIL))
    (read,) = [one for one in entries if "Harbor Coordinator read: Client" in one]
    assert "203.0.113.9" in read and f"harbor.localhost/clients/{client.public_id}/" in read and "Ana After" in read
    (change,) = [one for one in entries if "Name : Ana Before → Ana After" in one]
    assert "Harbor Coordinator changed: Person" in change and "::1 harbor.localhost" in change


def test_the_ways_to_reach_a_client_are_noted_as_read_with_the_clients_page(cast: Cast):
    client = make_client(cast.harbor)
    point = make_contact_point(client.person)
    cast.client("coordinator").get(f"/clients/{client.public_id}/")
    with open_scope(cast.harbor.pk):
        lines = AccessLog.objects.filter(user_id=cast.users["coordinator"].pk).values_list("model", "row_id")
        assert {("clients.clientrecord", client.pk), ("messaging.contactpoint", point.pk)} == set(lines)


@pytest.mark.parametrize(
    "address",
    [
        "clients/clientrecord", "clients/careteammember", "clients/familylink", "care/appointment",
        "care/followuptask", "groups/enrolment", "messaging/contactpoint", "messaging/message",
        "materials/materialshare",
    ],
)  # fmt: skip
def test_each_admin_list_and_page_about_clients_notes_what_it_showed(address: str, cast: Cast):
    from tests.walls.matrix import World
    from tests.walls.matrix.admin import TABLE

    label = address.replace("/", ".")
    with open_scope(cast.harbor.pk):
        pk = TABLE[label].make(World(cast), cast.harbor)
        AccessLog.objects.all().count()
    browser = cast.client("administrator")
    assert browser.get(f"/admin/{address}/").status_code == 200
    assert browser.get(f"/admin/{address}/{pk}/change/").status_code == 200
    with open_scope(cast.harbor.pk):
        lines = AccessLog.objects.filter(user_id=cast.users["administrator"].pk, model=label, row_id=pk)
        assert set(lines.values_list("action", flat=True)) == {"list", "view"}


def test_a_share_and_its_end_say_with_whom_in_plain_words(cast: Cast):
    client = make_client(cast.harbor, name="Lent Lee")
    with open_scope(cast.harbor.pk):
        share(row=client, user=cast.users["partner"], actor=cast.actor("coordinator"))
        end_share(row=client, user=cast.users["partner"], actor=cast.actor("coordinator"))
        AccessLog.objects.create(
            organization=cast.harbor, user_id=cast.users["administrator"].pk, action="second_factor.asked",
            model="organizations.person", row_id=client.person_id, context={},
        )  # fmt: skip
    entries = told(cast.client("administrator").get(TRAIL + "?what=read"))
    (opened,) = [one for one in entries if "opened to one person" in one]
    (closed,) = [one for one in entries if "closed again to one person" in one]
    assert "With whom : – → Harbor Partner" in opened and "Lent Lee" in opened
    assert "With whom : Harbor Partner → –" in closed
    assert any("asked that the lost second step is restored" in one for one in entries)
    assert not any("second_factor" in one for one in entries)


def test_a_barred_reader_finds_nothing_about_the_hidden_person_by_any_search(cast: Cast):
    hidden, seen = make_client(cast.harbor, name="Hidden Hanna"), make_client(cast.harbor, name="Seen Sam")
    for client in (hidden, seen):
        cast.client("coordinator").get(f"/clients/{client.public_id}/")
    with open_scope(cast.harbor.pk):
        services.declare_bar(barred=cast.people["auditor"], subject=hidden.person, actor=cast.actor("auditor"))
    open_to_all, barred = cast.client("administrator"), cast.client("auditor")
    for query in (
        "", f"?kind=clients.clientrecord&row={hidden.pk}", "?about=hanna", "?what=read", "?what=change",
        f"?kind=organizations.person&row={hidden.person_id}", "?kind=organizations.bar",
    ):  # fmt: skip
        shown = [one for one in told(barred.get(TRAIL + query)) if "Hanna" in one or str(hidden.public_id) in one]
        assert shown == [], query
    assert any("Hanna" in one for one in told(open_to_all.get(TRAIL + "?about=hanna")))
    assert any("Seen Sam" in one for one in told(barred.get(TRAIL)))
    with open_scope(cast.harbor.pk):
        line = AccessLog.objects.filter(model="clients.clientrecord", row_id=hidden.pk).latest("pk")
    missing = barred.get("/admin/access/accesslog/999999999/change/")
    assert barred.get(f"/admin/access/accesslog/{line.pk}/change/").status_code == missing.status_code == 404


def test_another_organizations_trail_is_not_there(cast: Cast):
    make_client(cast.aurora, name="Aurora Anna")
    make_client(cast.harbor, name="Harbor Hal")
    with open_scope(cast.harbor.pk):
        names = {entry.record for entry in trail(cast.actor("administrator"), Asked(kind="clients.clientrecord"))}
    assert names == {"Harbor Hal"}


def test_it_is_narrowed_by_who_by_kind_by_record_by_person_and_by_days(cast: Cast):
    ana, bo = make_client(cast.harbor, name="Ana One"), make_client(cast.harbor, name="Bo Two")
    for name, client in (("coordinator", ana), ("administrator", bo), ("administrator", ana)):
        cast.client(name).get(f"/clients/{client.public_id}/")
    auditor, now = cast.actor("auditor"), timezone.now()

    def found(**asked) -> list[tuple[str, str]]:
        with open_scope(cast.harbor.pk):
            return [(entry.who, entry.record) for entry in trail(auditor, Asked(what="read", **asked))]

    coordinator, administrator = "Harbor Coordinator", "Harbor Administrator"
    everything = [(administrator, "Ana One"), (administrator, "Bo Two"), (coordinator, "Ana One")]
    assert found() == everything
    assert found(who=cast.users["coordinator"].pk) == everything[2:]
    assert found(kind="clients.clientrecord", row=bo.pk) == everything[1:2]
    assert found(about=frozenset({ana.person_id})) == [everything[0], everything[2]]
    assert found(since=now + timedelta(minutes=1)) == found(until=now - timedelta(days=1)) == []
    assert found(since=now - timedelta(days=1), until=now + timedelta(minutes=1)) == everything


def test_pages_follow_each_other_without_a_gap(cast: Cast):
    client = make_client(cast.harbor)
    with open_scope(cast.harbor.pk):
        AccessLog.objects.bulk_create(
            AccessLog(organization=cast.harbor, action="view", model="clients.clientrecord", row_id=client.pk)
            for _n in range(120)
        )
        actor, asked = cast.actor("auditor"), Asked(what="read")
        pages = [trail(actor, asked, offset=offset) for offset in (0, 50, 100, 150)]
    assert [len(page) for page in pages] == [50, 50, 20, 0]


def test_a_list_is_one_read_that_names_every_record_of_it(cast: Cast):
    names = [f"Listed {letter}" for letter in "ABCDEFGH"]
    for name in names:
        make_client(cast.harbor, name=name)
    assert cast.client("coordinator").get("/clients/").status_code == 200
    page = cast.client("auditor").get(TRAIL + "?what=read&kind=clients.clientrecord")
    (entry,) = [one for one in told(page) if "Listed A" in one]
    assert all(name in entry for name in names) and "and 3 more" in entry
    assert entry.count("Harbor Coordinator") == 1


QUERIES = 15


@pytest.mark.parametrize("rows", [1, 200])
def test_the_page_takes_as_many_queries_for_one_entry_as_for_two_hundred(rows: int, cast: Cast):
    for _n in range(rows if rows == 1 else 40):
        make_client(cast.harbor)
    browser = cast.client("auditor")
    browser.get(TRAIL)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(TRAIL + "?kind=clients.clientrecord").status_code == 200
    assert len(asked) == QUERIES


def test_what_is_asked_wrong_is_said_beside_the_field_and_kept(cast: Cast):
    page = cast.client("auditor").get(TRAIL + "?since=2026-05-02&until=2026-05-01&row=7").content.decode()
    assert "The last day can&#x27;t be before the first." in page and 'value="2026-05-02"' in page
    assert "Choose which kind of record has this number." in page


def test_the_file_says_the_same_and_that_it_was_taken_out_is_noted(cast: Cast):
    make_client(cast.harbor, name="=HYPERLINK(1)")
    answer = cast.client("administrator").get(TRAIL + "file/?kind=clients.clientrecord")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][4] == "'=HYPERLINK(1)" and rows[1][3] == "Client"
    (entry,) = [one for one in told(cast.client("auditor").get(TRAIL + "?what=read")) if "took out as a file" in one]
    assert "Harbor Administrator" in entry


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\n=1"])
def test_no_cell_of_the_file_is_a_formula(cell: str):
    assert _plain(cell)[0] == "'"


def test_an_ordinary_cell_stays_as_it_is():
    assert _plain("Ana: → 5 - 3") == "Ana: → 5 - 3"
    assert MOST_EXPORTED == 5_000
