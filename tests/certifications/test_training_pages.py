"""The pages of training: entered by the specialist, confirmed by the administrator, attested with a yes."""

from decimal import Decimal

import pytest
from django.apps import apps as django_apps
from django.core.exceptions import ValidationError
from django.urls import reverse

from apps.access.scope import open_scope
from apps.certifications import services
from apps.certifications.models import CompetencyRating, EvidenceEntry, StaffAttestation
from tests.cast import SYSTEM, Cast
from tests.factories.certifications import an_upload, make_certification
from tests.factories.supervision import make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def once(client, address):
    return client.get(address).context["form"]["once"].value()


def test_a_class_is_entered_with_its_paper_and_confirmed_by_the_administrator(cast: Cast):
    peer, boss = cast.client("peer_specialist"), cast.client("administrator")
    address = reverse("certifications:enter")
    sent = {
        "once": once(peer, address), "kind": "continuing_education", "title": "Boundaries", "amount": "6",
        "ended_on": "2026-03-01", "upload": an_upload(),
    }  # fmt: skip
    assert peer.post(address, sent).status_code == 302
    page = peer.get(reverse("certifications:training")).content.decode()
    assert "Boundaries" in page and "certificate.pdf" in page and "waits to be confirmed" in page
    with open_scope(cast.harbor.pk):
        entry = EvidenceEntry.objects.select_related("person").get()
    page = boss.get(reverse("certifications:waiting")).content.decode()
    assert "Boundaries" in page and entry.person.name in page and "certificate.pdf" in page
    decide = reverse("certifications:decide", args=[entry.public_id])
    assert peer.post(decide, {"do": "confirm"}).status_code == 403
    assert boss.post(decide, {"do": "confirm"}).status_code == 302
    assert "Boundaries" not in boss.get(reverse("certifications:waiting")).content.decode()
    with open_scope(cast.harbor.pk):
        assert EvidenceEntry.objects.get().state == "confirmed"


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(cast: Cast):
    peer, address = cast.client("peer_specialist"), reverse("certifications:enter")
    answer = peer.post(address, {"once": once(peer, address), "title": "A long class", "ended_on": "2999-01-01"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"amount", "upload"}
    assert "A long class" in answer.content.decode()


def test_with_a_course_of_the_list_the_day_and_the_document_are_enough(cast: Cast):
    peer, address = cast.client("peer_specialist"), reverse("certifications:enter")
    with open_scope(cast.harbor.pk):
        course = services.add_course(
            actor=SYSTEM, organization_id=cast.harbor.pk, name="Peer core", hours=Decimal(40), counts_as="training"
        )
    sent = {"once": once(peer, address), "course": course.pk, "ended_on": "2026-03-01", "upload": an_upload()}
    assert peer.post(address, sent).status_code == 302
    with open_scope(cast.harbor.pk):
        entry = EvidenceEntry.objects.get()
        assert (entry.title, entry.amount, entry.kind, entry.state) == ("Peer core", 40, "training", "waiting")


def test_one_attests_with_a_yes_and_takes_it_back(cast: Cast):
    peer, address = cast.client("peer_specialist"), reverse("certifications:attest")
    assert peer.post(address, {"once": once(peer, address), "kind": "lived_experience"}).status_code == 302
    with open_scope(cast.harbor.pk):
        row = StaffAttestation.objects.get()
    assert "Lived experience" in peer.get(reverse("certifications:training")).content.decode()
    assert peer.post(address, {"do": "withdraw", "attestation": row.pk}).status_code == 302
    with open_scope(cast.harbor.pk):
        assert StaffAttestation.objects.get().withdrawn_on is not None


def test_the_office_writes_down_what_somebody_attested_on_paper_and_never_a_story(cast: Cast):
    person, boss = cast.people["peer_specialist"], cast.client("administrator")
    address = reverse("certifications:attest_for", args=[person.public_id])
    form = boss.get(address).context["form"]
    assert set(form.fields) == {"once", "kind", "at_least", "at_most", "jurisdiction", "paper", "attested_on"}
    sent = {"once": form["once"].value(), "kind": "recovery", "at_least": "12", "attested_on": "2026-03-01"}
    for wrong, field in (({}, "paper"), ({"paper": "a story"}, "paper"), ({"paper": ""}, "paper")):
        answer = boss.post(address, sent | wrong)
        assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})
    late = boss.post(address, sent | {"paper": "body_form", "attested_on": "2999-01-01"})
    assert set(late.context["form"].errors) == {"attested_on"}
    for _again in range(2):
        assert boss.post(address, sent | {"paper": "body_form"}).status_code == 302
    with open_scope(cast.harbor.pk):
        row = StaffAttestation.objects.get()
        assert (row.person, row.paper, row.attested_by_id) == (person, "body_form", cast.users["administrator"].pk)
    body = boss.get(address).content.decode()
    assert "A form of the certifying body" in body or "a form of the certifying body" in body
    assert boss.post(address, {"do": "withdraw", "attestation": row.pk}).status_code == 302
    with open_scope(cast.harbor.pk):
        assert StaffAttestation.objects.get().withdrawn_on is not None
        assert django_apps.get_model("certifications", "StaffAttestationHistory").objects.filter(id=row.pk).count() == 2


def test_what_one_says_oneself_has_no_paper_and_nobody_else_writes_it_down(cast: Cast):
    own = reverse("certifications:attest_for", args=[cast.people["administrator"].public_id])
    assert cast.client("administrator").get(own).url == reverse("certifications:attest")
    about = reverse("certifications:attest_for", args=[cast.people["peer_specialist"].public_id])
    statuses = {name: cast.client(name).get(about).status_code for name in ("supervisor", "peer_specialist", "client")}
    assert statuses == {"supervisor": 403, "peer_specialist": 403, "client": 404}
    with open_scope(cast.harbor.pk):
        peer = cast.people["peer_specialist"]
        with pytest.raises(ValidationError):
            services.attest(actor=cast.actor("peer_specialist"), person=peer, kind="lived_experience", paper="letter")
        with pytest.raises(ValidationError):
            services.attest(actor=cast.actor("administrator"), person=peer, kind="lived_experience")
        assert not StaffAttestation.objects.exists()


def test_a_supervisor_is_led_to_rating_whom_they_supervise_and_nobody_else(cast: Cast):
    mine, other = cast.people["peer_specialist"], cast.people["observer"]
    with open_scope(cast.harbor.pk):
        make_certification(mine)
        make_certification(other)
        make_plan(cast.harbor, specialist=mine, supervisor=cast.people["supervisor"])
    addresses = [reverse("certifications:competencies", args=[one.public_id]) for one in (mine, other)]
    team = cast.client("supervisor").get(reverse("certifications:team"))
    assert team.context["rated"] == {mine.pk}
    assert team.content.decode().count("Rate them") == 1
    home = cast.client("supervisor").get(reverse("supervision:home")).content.decode()
    assert [address in home for address in addresses] == [True, False]
    assert cast.client("supervisor").post(addresses[0], {"crisis": "3"}).status_code == 302
    assert cast.client("supervisor").post(addresses[1], {"crisis": "3"}).status_code == 403
    with open_scope(cast.harbor.pk):
        assert [(row.person, row.level, row.by_self) for row in CompetencyRating.objects.all()] == [(mine, 3, False)]


def test_the_twelve_categories_are_rated_by_oneself_and_read_by_the_supervisor(cast: Cast):
    person = cast.people["peer_specialist"]
    address = reverse("certifications:competencies", args=[person.public_id])
    assert cast.client("peer_specialist").post(address, {"crisis": "2", "support": ""}).status_code == 302
    with open_scope(cast.harbor.pk):
        assert [(row.competency, row.level, row.by_self) for row in CompetencyRating.objects.all()] == [
            ("crisis", 2, True)
        ]
    page = cast.client("administrator").get(address)
    assert "Practising with support" in page.content.decode() and page.context["form"] is None
    assert cast.client("administrator").post(address, {"crisis": "4"}).status_code == 403
