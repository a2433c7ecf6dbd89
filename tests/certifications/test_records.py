"""Records: states as dated steps, terms and extensions, validity on a day of service, checks."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.access.scope import open_scope
from apps.certifications import selectors, services, standing
from apps.certifications.choices import STATUS_STEPS, Status
from apps.certifications.models import (
    Certification,
    CertificationStep,
    CertificationTerm,
    CredentialLevel,
    RequirementSet,
    StaffAttestation,
    Verification,
)
from tests.factories.certifications import make_certification, make_credential
from tests.factories.organizations import SYSTEM, actor_for, make_member, make_organization

pytestmark = pytest.mark.django_db

JAN, MAR, MAY, JUL = date(2026, 1, 1), date(2026, 3, 1), date(2026, 5, 1), date(2026, 7, 1)


def step(row, status, on, reason="body_decided"):
    row = Certification.objects.get(pk=row.pk)
    return services.step_certification(
        certification=row, actor=SYSTEM, seen=row.status, status=status, on=on, reason=reason
    )


def test_validity_uses_the_state_on_the_day_of_service_and_not_todays():
    row = make_certification(make_member(make_organization()))
    with open_scope(row.organization_id):
        step(row, "suspended", MAR)
        step(row, "certified", MAY, "reinstated")
        row = Certification.objects.get(pk=row.pk)
        days = (JAN - timedelta(days=1), JAN, MAR - timedelta(days=1), MAR, MAY - timedelta(days=1), MAY)
        wanted = [False, True, True, False, False, True]
        assert [row.valid_on(day) for day in days] == wanted
        assert [selectors.valid_on(row.person_id, day).exists() for day in days] == wanted
        assert row.letting_work == ((JAN, MAR - timedelta(days=1)), (MAY, date(2026, 12, 31)))


def test_a_lapse_between_two_terms_stays_a_lapse_after_renewal():
    row = make_certification(make_member(make_organization()), issued_on="2024-01-01", expires_on="2025-12-31")
    with open_scope(row.organization_id):
        services.renew_certification(certification=row, actor=SYSTEM, starts_on=MAR, ends_on=date(2028, 2, 29))
        row.refresh_from_db()
        assert (row.issued_on, row.expires_on) == (date(2024, 1, 1), date(2028, 2, 29))
        assert [selectors.valid_on(row.person_id, day).exists() for day in (date(2025, 6, 1), JAN, MAR)] == [
            True,
            False,
            True,
        ]


def test_an_extension_counts_from_the_day_it_was_granted():
    row = make_certification(make_member(make_organization()), status="provisional", expires_on="2026-02-28")
    with open_scope(row.organization_id):
        services.extend_certification(
            certification=row, actor=SYSTEM, granted_on=date(2026, 3, 11), until=MAY, reason="hours_missing"
        )
        row = Certification.objects.get(pk=row.pk)
        assert row.expires_on == MAY
        days = (date(2026, 2, 28), date(2026, 3, 10), date(2026, 3, 11), MAY, date(2026, 5, 2))
        wanted = [True, False, True, True, False]
        assert [row.valid_on(day) for day in days] == wanted
        assert [selectors.valid_on(row.person_id, day).exists() for day in days] == wanted


def test_terms_never_overlap_whoever_writes():
    row = make_certification(make_member(make_organization()))
    with open_scope(row.organization_id):
        with pytest.raises(DatabaseError), transaction.atomic():
            CertificationTerm.objects.create(certification=row, starts_on=JUL, ends_on=JUL, last_day=JUL)
        with pytest.raises(ValidationError) as refused:
            services.renew_certification(certification=row, actor=SYSTEM, starts_on=JUL, ends_on=date(2027, 7, 1))
        assert set(refused.value.message_dict) == {"starts_on"}
        assert CertificationTerm.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"seen": "applied", "status": "suspended"}, "status"),
        ({"seen": "certified", "status": "applied"}, "status"),
        ({"seen": "certified", "status": "suspended", "on": date(2025, 12, 31)}, "on"),
        ({"seen": "certified", "status": "suspended", "on": date(2999, 1, 1)}, "on"),
        ({"seen": "certified", "status": "suspended", "reason": "because"}, "reason"),
    ],
)
def test_a_step_that_is_no_step_is_refused_beside_its_field_and_changes_nothing(values, field):
    row = make_certification(make_member(make_organization()))
    with open_scope(row.organization_id):
        with pytest.raises(ValidationError) as refused, transaction.atomic():
            services.step_certification(
                certification=row, actor=SYSTEM, **{"on": MAR, "reason": "body_decided", **values}
            )
        assert set(refused.value.message_dict) == {field}
        assert list(CertificationStep.objects.values_list("to_status", flat=True)) == ["certified"]
        row.refresh_from_db()
        assert row.status == "certified"


def test_the_database_refuses_a_status_without_a_step_and_a_changed_step():
    row = make_certification(make_member(make_organization()))
    with open_scope(row.organization_id):
        for attempt in (
            lambda: Certification.objects.filter(pk=row.pk).update(status="suspended"),
            lambda: CertificationStep.objects.filter(certification=row).update(to_status="revoked"),
            lambda: CertificationStep.objects.filter(certification=row).delete(),
            lambda: CertificationStep.objects.create(
                certification=row, from_status="certified", to_status="applied", on=MAR
            ),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                attempt()
        assert Certification.objects.get().status == "certified"


def test_a_record_without_steps_lets_nobody_work():
    peer = make_member(make_organization())
    with open_scope(peer.organization_id):
        row = Certification.objects.create(
            person=peer, credential=make_credential(), status="certified", issued_on=JAN, expires_on=JUL
        )
        assert not row.valid_on(MAR) and not selectors.valid_on(peer.pk, MAR).exists()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tries=st.lists(st.sampled_from(Status.values), max_size=8), first=st.sampled_from(Status.values))
def test_whatever_is_tried_the_history_is_a_path_of_the_machine(tries, first, db):
    with transaction.atomic():
        row = make_certification(make_member(make_organization()), status=first)
        with open_scope(row.organization_id):
            for status in tries:
                try:
                    with transaction.atomic():
                        step(row, status, None)
                except ValidationError:
                    continue
            _is_a_path(row)
        transaction.set_rollback(True)


def _is_a_path(row):
    steps = list(CertificationStep.objects.filter(certification=row).order_by("number"))
    assert [one.number for one in steps] == list(range(1, len(steps) + 1))
    assert steps[0].from_status == ""
    for before, after in zip(steps, steps[1:], strict=False):
        assert after.from_status == before.to_status
        assert after.to_status in STATUS_STEPS[before.to_status]
        assert before.on <= after.on
    assert Certification.objects.get(pk=row.pk).status == steps[-1].to_status


@pytest.mark.django_db(transaction=True)
def test_of_many_edits_at_once_the_history_stays_a_path():
    row = make_certification(make_member(make_organization()))
    wanted = ["suspended", "revoked", "inactive", "suspended", "certified", "provisional"]
    ready, outcomes = threading.Barrier(len(wanted)), []

    def work(status):
        try:
            ready.wait()
            with transaction.atomic(), open_scope(row.organization_id):
                services.step_certification(
                    certification=row, actor=SYSTEM, seen="certified", status=status, on=None, reason="body_decided"
                )
            outcomes.append("stepped")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(status,)) for status in wanted]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == ["refused"] * 5 + ["stepped"]
    with transaction.atomic(), open_scope(row.organization_id):
        _is_a_path(row)
        assert CertificationStep.objects.count() == 2


def test_each_check_against_a_register_is_a_row_that_stays():
    here = make_organization()
    boss = make_member(here, "administrator")
    row = make_certification(make_member(here, "peer_specialist"))
    with open_scope(here.pk):
        for result in ("differs", "as_recorded"):
            services.verify_certification(
                certification=row,
                actor=actor_for(boss),
                checked=["number", "dates"],
                register="Texas Certification Board, public search",
                result=result,
                checked_on=MAR,
            )
        found = [(one.result, one.checked, one.checked_by_id) for one in Verification.objects.order_by("pk")]
        assert found == [(r, ["number", "dates"], boss.user_id) for r in ("differs", "as_recorded")]
        with pytest.raises(DatabaseError), transaction.atomic():
            Verification.objects.update(result="as_recorded")


def test_nobody_checks_their_own_record_and_a_specialist_checks_none():
    here = make_organization()
    boss, peer = make_member(here, "administrator"), make_member(here, "peer_specialist")
    facts = {"checked": ["number"], "register": "R", "result": "as_recorded", "checked_on": MAR}
    with open_scope(here.pk):
        with pytest.raises(ValidationError):
            services.verify_certification(certification=make_certification(boss), actor=actor_for(boss), **facts)
        with pytest.raises(PermissionDenied):
            services.verify_certification(certification=make_certification(peer), actor=actor_for(peer), **facts)
        assert not Verification.objects.exists()


def test_lived_experience_is_a_yes_and_no_column_could_hold_a_story():
    text = [
        field.name
        for field in StaffAttestation._meta.concrete_fields
        if field.get_internal_type() in ("CharField", "TextField", "JSONField") and not field.choices
    ]
    assert text == ["jurisdiction"]
    assert StaffAttestation._meta.get_field("jurisdiction").max_length == 6


def test_one_attests_for_oneself_and_takes_it_back_and_nobody_else_but_the_office_may():
    here = make_organization()
    peer, other, boss = (make_member(here, r) for r in ("peer_specialist", "peer_specialist", "administrator"))
    with open_scope(here.pk):
        row = services.attest(actor=actor_for(peer), person=peer, kind="lived_experience")
        services.attest(actor=actor_for(boss), person=other, kind="recovery", at_least=12, paper="own_form")
        with pytest.raises(PermissionDenied):
            services.attest(actor=actor_for(peer), person=other, kind="lived_experience")
        with pytest.raises(ValidationError):
            services.attest(actor=actor_for(peer), person=peer, kind="lived_experience", at_least=3)
        assert set(selectors.attestations_of(actor_for(peer), peer)) == {row}
        assert not selectors.attestations_of(actor_for(peer), other).exists()
        services.withdraw_attestation(attestation=row, actor=actor_for(peer))
        assert not selectors.attestations_of(actor_for(peer), peer).exists()
        assert StaffAttestation.objects.count() == 2


DAYS = st.integers(0, 60).map(lambda n: JAN + timedelta(days=n))


@given(
    steps=st.lists(st.tuples(DAYS, st.sampled_from(Status.values)), max_size=6).map(
        lambda rows: sorted(rows, key=lambda row: row[0])
    ),
    start=DAYS,
    length=st.integers(0, 40),
    day=DAYS,
)
def test_the_spans_say_of_each_day_what_state_and_term_say(steps, start, length, day):
    end = start + timedelta(days=length)
    spans = standing.letting_work(steps, [(start, end, [])])
    inside = any(a <= day and (b is None or day <= b) for a, b in spans)
    assert inside == (standing.state_on(steps, day) in ("provisional", "certified") and start <= day <= end)


def test_no_more_extensions_than_the_requirements_allow():
    credential = make_credential()
    level = CredentialLevel.objects.create(credential=credential, code="initial", kind="provisional", position=0)
    RequirementSet.objects.create(level=level, version=1, label="1", extensions=1, fingerprint="x")
    row = make_certification(
        make_member(make_organization()), credential=credential, status="provisional", expires_on="2026-02-28"
    )
    facts = {"certification": row, "actor": SYSTEM, "granted_on": date(2026, 2, 1), "reason": "hours_missing"}
    with open_scope(row.organization_id):
        services.extend_certification(until=MAR, **facts)
        with pytest.raises(ValidationError):
            services.extend_certification(until=MAY, **facts)
        row.refresh_from_db()
        assert row.expires_on == MAR
