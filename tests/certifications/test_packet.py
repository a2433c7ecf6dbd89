"""The packet as PDF: made from what is known, kept among the record's documents, closed to everybody else."""

import uuid

import pytest
from django.urls import reverse

from apps.access.scope import open_scope
from apps.certifications import selectors
from apps.certifications.models import CatalogueCredential, EvidenceDocument
from apps.certifications.packet import packet_pdf
from apps.organizations.models import Person
from tests.factories.certifications import load_shipped, make_certification

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(cast):
    load_shipped()
    texas = CatalogueCredential.objects.get(credential_name="Mental Health Peer Specialist")
    return make_certification(
        cast.people["peer_specialist"], credential=texas, status="in_training", issued_on=None, expires_on=None
    )


def make(cast, who, record):
    url = reverse("certifications:packet", args=[record.public_id])
    return cast.client(who).post(url, {"once": str(uuid.uuid4())})


def test_a_specialist_makes_their_packet_and_nobody_else_opens_it(record, cast):
    assert make(cast, "peer_specialist", record).status_code == 302
    with open_scope(cast.harbor.pk):
        document = EvidenceDocument.objects.get(certification=record)
        url = reverse("organizations:file", args=[document.file.public_id])
    statuses = {name: cast.client(name).get(url).status_code for name in cast.users if name != "visitor"}
    opened = {name for name, status in statuses.items() if status == 200}
    assert opened == {"administrator", "supervisor", "auditor", "peer_specialist"}
    response = cast.client("peer_specialist").get(url)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    assert content.startswith(b"%PDF-")
    assert cast.client("visitor").get(url).status_code in (302, 404)


def test_the_same_form_sent_twice_makes_one_packet(record, cast):
    url, client = reverse("certifications:packet", args=[record.public_id]), cast.client("administrator")
    once = {"once": str(uuid.uuid4())}
    client.post(url, once)
    client.post(url, once)
    with open_scope(cast.harbor.pk):
        assert EvidenceDocument.objects.filter(certification=record).count() == 1


def test_no_name_is_read_as_markup(record, cast):
    with open_scope(cast.harbor.pk):
        record.person.name = '#read("/etc/passwd") $x$ *b* "'
        day = selectors.today_of(cast.harbor.pk)
        facts = selectors.evidence_of([record.person_id], day)[record.person_id]
        progress = selectors.goal_of(record, day)
        made = packet_pdf(record=record, progress=progress, facts=facts, organization="#panic()", day=day)
    assert made.startswith(b"%PDF-")


def test_a_name_in_another_script_is_in_the_packet_and_one_that_cannot_be_drawn_is_told_of(record, cast):
    with open_scope(cast.harbor.pk):
        Person.objects.filter(pk=record.person_id).update(name="محمد 王小明")
    assert make(cast, "peer_specialist", record).status_code == 302
    with open_scope(cast.harbor.pk):
        assert EvidenceDocument.objects.filter(certification=record).count() == 1
        Person.objects.filter(pk=record.person_id).update(name="Ana \U0010fffd")
    url = reverse("certifications:packet", args=[record.public_id])
    page = cast.client("peer_specialist").post(url, {"once": str(uuid.uuid4())}, follow=True)
    assert "there is no font here for “\U0010fffd”" in page.content.decode()
    with open_scope(cast.harbor.pk):
        assert EvidenceDocument.objects.filter(certification=record).count() == 1
