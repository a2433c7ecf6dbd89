"""Certifications: valid on a day of service, seen by those whose part it is, ended for all to see."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, InternalError, ProgrammingError, transaction
from django.utils import timezone

from apps.access.policy import visible_to
from apps.access.scope import open_scope
from apps.certifications import selectors, services
from apps.certifications.models import Certification
from tests.factories.certifications import make_certification, make_credential
from tests.factories.organizations import SYSTEM, actor_for, make_member, make_organization

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_validity_is_asked_for_the_day_of_service(day, valid):
    peer = make_member(make_organization(), "peer_specialist")
    row = make_certification(peer)
    with open_scope(peer.organization_id):
        assert row.valid_on(day) is valid
        assert selectors.valid_on(peer.pk, day).exists() is valid


def test_a_suspended_certification_is_not_valid():
    row = make_certification(make_member(make_organization()), status="suspended")
    with open_scope(row.organization_id):
        assert not row.valid_on(date(2026, 6, 1))


def test_a_step_of_status_that_does_not_exist_is_refused_kindly_and_by_the_database():
    row = make_certification(make_member(make_organization()), status="revoked")
    with open_scope(row.organization_id):
        with pytest.raises(ValidationError) as refused:
            services.change_certification(certification=row, actor=SYSTEM, status="certified")
        assert set(refused.value.message_dict) == {"status"}
        with pytest.raises((IntegrityError, InternalError, ProgrammingError)), transaction.atomic():
            Certification.objects.filter(pk=row.pk).update(status="certified")


def test_a_last_day_before_the_first_is_refused():
    peer = make_member(make_organization())
    with pytest.raises(ValidationError):
        make_certification(peer, issued_on="2026-02-01", expires_on="2026-01-01")


def test_specialists_see_their_own_and_administrators_all_of_their_organization():
    here, there = make_organization(), make_organization()
    peer = make_member(here, "peer_specialist")
    own, other = make_certification(peer), make_certification(make_member(here))
    make_certification(make_member(there))
    with open_scope(here.pk):
        assert set(visible_to(Certification, actor_for(peer))) == {own}
        assert set(visible_to(Certification, actor_for(make_member(here, "administrator")))) == {own, other}
        assert set(visible_to(Certification, actor_for(make_member(here, "translator")))) == set()


def test_a_specialist_cannot_record_a_certification():
    peer = make_member(make_organization(), "peer_specialist")
    with open_scope(peer.organization_id), pytest.raises(PermissionDenied):
        services.record_certification(actor=actor_for(peer), person=peer, credential=make_credential())


def test_the_expiring_list_has_those_within_ninety_days_and_the_ended():
    peer = make_member(make_organization())
    today = timezone.localdate()
    soon, ended, _later = (
        make_certification(peer, issued_on="2020-01-01", expires_on=today + timedelta(days=days))
        for days in (90, -1, 91)
    )
    with open_scope(peer.organization_id):
        assert set(selectors.expiring(Certification.objects.all(), today)) == {soon, ended}


def test_an_administrator_records_one_in_the_admin_and_sees_it_expire(client):
    here = make_organization(domain="here.localhost")
    boss, peer = make_member(here, "administrator"), make_member(here, "peer_specialist", name="Maya Ortiz")
    credential = make_credential()
    client.force_login(boss.user)
    host = {"host": "here.localhost"}
    today = selectors.day_there(here)
    posted = client.post(
        "/admin/certifications/certification/add/",
        {
            "person": peer.pk,
            "credential": credential.pk,
            "status": "certified",
            "issued_on": "2024-01-01",
            "expires_on": (today + timedelta(days=5)).isoformat(),
        },
        headers=host,
    )
    assert posted.status_code == 302
    page = client.get("/certifications/", headers=host).content.decode()
    assert "Maya Ortiz" in page
    assert "Ends in 5 days" in page
    with open_scope(here.pk):
        row = Certification.objects.get()
        services.change_certification(certification=row, actor=SYSTEM, expires_on=today - timedelta(days=1))
    assert (
        "Renew it before working again"
        in client.get(f"/certifications/{row.public_id}/", headers=host).content.decode()
    )


def test_a_person_of_another_organization_is_refused_in_the_admin(client):
    here, there = make_organization(domain="here.localhost"), make_organization()
    stranger = make_member(there, "peer_specialist", name="Stranger Danger")
    client.force_login(make_member(here, "administrator").user)
    host = {"host": "here.localhost"}
    form = client.get("/admin/certifications/certification/add/", headers=host).content.decode()
    assert "Stranger Danger" not in form
    posted = client.post(
        "/admin/certifications/certification/add/",
        {"person": stranger.pk, "credential": make_credential().pk, "status": "in_training"},
        headers=host,
    )
    assert posted.status_code == 200
    with open_scope(here.pk):
        assert not Certification.objects.exists()
