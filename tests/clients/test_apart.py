"""The coordinators' page about who is kept apart: looked up by name, added once, ended; for nobody else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.access.scope import open_scope
from apps.clients.models import KeepApart
from apps.kit.once import new_key
from tests.cast import build_cast
from tests.factories.clients import make_apart, make_client
from tests.factories.organizations import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return build_cast()


@pytest.fixture
def rosa(cast):
    return make_client(cast.harbor, name="Rosa Quill")


def page_of(client):
    return reverse("clients:apart", args=[client.public_id])


def test_a_coordinator_looks_somebody_up_and_keeps_them_apart_once(cast, rosa):
    theo = make_client(cast.harbor, name="Theo Brandt")
    make_client(cast.aurora, name="Theo Next Door")
    office = cast.client("coordinator")
    found = office.get(page_of(rosa), {"q": "theo"}).content.decode()
    assert "Theo Brandt" in found
    assert "Next Door" not in found
    data = {"once": str(new_key()), "q": "theo", "person": str(theo.person.public_id), "is_strict": "on", "why": "Him"}
    for _twice in range(2):
        assert office.post(page_of(rosa), data).status_code == 302
    with open_scope(cast.harbor.pk):
        row = KeepApart.objects.get()
        assert ({row.person_a_id, row.person_b_id}, row.why) == ({rosa.person_id, theo.person_id}, "Him")
    for client, other in ((rosa, "Theo Brandt"), (theo, "Rosa Quill")):
        assert other in office.get(page_of(client)).content.decode()
    office.post(reverse("clients:end_apart", args=[row.public_id]))
    with open_scope(cast.harbor.pk):
        assert KeepApart.objects.get().ended_at is not None


def test_a_refused_form_keeps_what_was_typed(cast, rosa):
    make_client(cast.harbor, name="Theo Brandt")
    data = {"once": str(new_key()), "q": "theo", "why": "What he did"}
    answer = cast.client("coordinator").post(page_of(rosa), data)
    assert answer.status_code == 422
    assert "What he did" in answer.content.decode()
    with open_scope(cast.harbor.pk):
        assert not KeepApart.objects.exists()


def test_a_coordinator_is_not_offered_themself(cast, rosa):
    name = cast.people["coordinator"].name
    assert name not in cast.client("coordinator").get(page_of(rosa), {"q": "Harbor Coord"}).content.decode()


@pytest.mark.parametrize("person", ["administrator", "auditor", "peer_specialist", "client", "family"])
def test_nobody_else_sees_the_page_nor_that_there_is_a_pair(cast, rosa, person):
    browser = cast.client(person)
    urls = [page_of(rosa), reverse("clients:detail", args=[rosa.public_id]), "/admin/clients/keepapart/", "/clients/"]

    def seen():
        return [(answer.status_code, "apart" in answer.content.decode().lower()) for answer in map(browser.get, urls)]

    before = seen()
    row = make_apart(rosa.person, make_client(cast.harbor).person)
    assert seen() == before
    assert before[0][0] in (403, 404)
    assert before[2][0] == 403
    assert browser.post(reverse("clients:end_apart", args=[row.public_id])).status_code == 404


def test_the_page_asks_the_database_the_same_for_one_pair_and_for_many(cast, rosa):
    office = cast.client("coordinator")

    def count():
        office.get(page_of(rosa))
        with CaptureQueriesContext(connection) as asked:
            assert office.get(page_of(rosa)).status_code == 200
        return len(asked)

    make_apart(rosa.person, make_person(cast.harbor))
    one = count()
    for _n in range(8):
        make_apart(rosa.person, make_person(cast.harbor))
    assert count() == one
