"""Training, continuing education and hours: entered with a document, confirmed by somebody else, counted once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from apps.access.policy import visible_to
from apps.access.scope import open_scope
from apps.care import services as care
from apps.certifications import selectors, services
from apps.certifications.facts import EvidenceKind
from apps.certifications.models import CompetencyRating, CourseModule, EvidenceEntry
from apps.groups.models import Session
from tests.factories.care import make_appointment
from tests.factories.certifications import an_upload, make_certification
from tests.factories.clients import make_client
from tests.factories.groups import make_facilitator, make_group
from tests.factories.organizations import SYSTEM, actor_for, make_member, make_organization
from tests.factories.supervision import make_note, make_plan

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def here():
    return make_organization()


def make_course(organization, modules=(), **fields):
    fields = {"name": "Peer core", "hours": Decimal(10), "counts_as": "training", **fields}
    with open_scope(organization.pk):
        course = services.add_course(actor=SYSTEM, organization_id=organization.pk, **fields)
        for position, (name, hours, topic) in enumerate(modules, 1):
            services.add_module(
                course=course, actor=SYSTEM, position=position, name=name, hours=hours, topic=topic, is_live=True
            )
    return course


def enter(person, actor=None, **values):
    values = {"kind": "continuing_education", "title": "Boundaries", "amount": Decimal(6), "ended_on": DAY, **values}
    with open_scope(person.organization_id):
        return services.enter_evidence(actor=actor or actor_for(person), person=person, **values)


def pieces(person, day=date(2026, 12, 31), confirmed=True):
    with open_scope(person.organization_id):
        facts = selectors.evidence_of([person.pk], day)[person.pk]
    return [piece for piece in facts.evidence if piece.confirmed or not confirmed]


def test_what_a_specialist_enters_counts_once_somebody_else_confirmed_it(here):
    peer, boss = make_member(here, "peer_specialist"), make_member(here, "administrator")
    entry = enter(peer, upload=an_upload(), live_amount=Decimal(2), topic="ethics")
    assert pieces(peer) == [] and len(pieces(peer, confirmed=False)) == 1
    with open_scope(here.pk):
        assert entry.documents.get().file.name == "certificate.pdf"
        assert list(selectors.waiting_entries(actor_for(boss))) == [entry]
        with pytest.raises(PermissionDenied):
            services.decide_entry(entry=entry, actor=actor_for(peer), confirmed=True)
        for _twice in range(2):
            services.decide_entry(entry=entry, actor=actor_for(boss), confirmed=True)
    (piece,) = pieces(peer)
    assert (piece.kind, piece.amount, piece.topic, piece.live) == ("continuing_education", 6, "ethics", 2)


def test_nobody_confirms_what_they_did_themselves(here):
    boss = make_member(here, "administrator")
    entry = enter(boss)
    with open_scope(here.pk):
        assert not selectors.waiting_entries(actor_for(boss)).exists()
        with pytest.raises(ValidationError):
            services.decide_entry(entry=entry, actor=actor_for(boss), confirmed=True)
    assert pieces(boss) == []


def test_the_same_hours_are_not_entered_twice_whoever_writes(here):
    peer = make_member(here, "peer_specialist")
    enter(peer)
    with pytest.raises(ValidationError):
        enter(peer)
    with open_scope(here.pk):
        row = EvidenceEntry.objects.get()
        row.pk, row.public_id = None, "00000000-0000-4000-8000-000000000001"
        with pytest.raises(DatabaseError), transaction.atomic():
            row.save(force_insert=True)
        assert EvidenceEntry.objects.count() == 1


def test_what_was_entered_never_changes_and_a_refused_one_stays_refused(here):
    peer, boss = make_member(here, "peer_specialist"), make_member(here, "administrator")
    entry = enter(peer)
    with open_scope(here.pk):
        with pytest.raises(DatabaseError), transaction.atomic():
            EvidenceEntry.objects.update(amount=60)
        services.decide_entry(entry=entry, actor=actor_for(boss), confirmed=False)
        with pytest.raises(ValidationError):
            services.decide_entry(entry=entry, actor=actor_for(boss), confirmed=True)
        with pytest.raises(DatabaseError), transaction.atomic():
            EvidenceEntry.objects.update(state="confirmed")
    assert pieces(peer, confirmed=False) == []
    enter(peer)  # entered anew after it was refused


def test_an_hour_of_continuing_education_falls_into_one_term_of_a_certification(here):
    peer = make_member(here, "peer_specialist")
    row = make_certification(peer, issued_on="2024-01-01", expires_on="2025-12-31")
    with open_scope(here.pk):
        services.extend_certification(
            certification=row, actor=SYSTEM, granted_on=date(2025, 12, 1), until=date(2026, 6, 30), reason="other"
        )
        services.renew_certification(
            certification=row, actor=SYSTEM, starts_on=date(2026, 4, 1), ends_on=date(2028, 3, 31)
        )
        terms = [(term.starts_on, term.last_day) for term in row.terms.order_by("starts_on")]
        assert terms == [(date(2024, 1, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2028, 3, 31))]
        for day in (DAY + timedelta(days=n) for n in range(60)):
            assert sum(start <= day <= end for start, end in terms) == 1


def test_a_completed_curriculum_counts_module_by_module_and_then_stands(here):
    peer = make_member(here, "peer_specialist")
    course = make_course(here, [("Listening", Decimal(6), ""), ("Ethics", Decimal(4), "ethics")])
    with open_scope(here.pk):
        services.enter_evidence(actor=SYSTEM, person=peer, course=course, ended_on=DAY)
        with pytest.raises(ValidationError):
            services.add_module(course=course, actor=SYSTEM, position=3, name="More", hours=Decimal(40))
        with pytest.raises(DatabaseError), transaction.atomic():
            CourseModule.objects.update(hours=400)
        with pytest.raises(ValidationError):
            services.change_course(course=course, actor=SYSTEM, hours=Decimal(400))
    found = {(piece.kind, piece.topic, piece.amount, piece.label, piece.live) for piece in pieces(peer)}
    assert found == {("training", "", 6, "Peer core: Listening", 6), ("training", "ethics", 4, "Peer core: Ethics", 4)}


def test_signed_supervision_groups_led_and_kept_visits_come_by_themselves(here):
    plan = make_plan(here)
    peer = plan.specialist
    make_note(plan, "signed", minutes=90)
    make_note(plan, "submitted", held_on=date(2026, 1, 16))
    group = make_group(here)
    make_facilitator(group, peer, starts_on=date(2026, 2, 1))
    make_facilitator(group, peer, starts_on=date(2026, 2, 2))  # a second span over the same days
    past = datetime(2026, 1, 27, 23, 0, tzinfo=UTC)
    with open_scope(here.pk):
        for weeks, state in enumerate(("planned", "planned", "cancelled")):
            starts = past + timedelta(weeks=weeks)
            Session.objects.create(
                group=group, on=starts.date(), starts_at=starts, ends_at=starts + timedelta(minutes=90), state=state
            )
    kept = make_appointment(make_client(here), staff=peer, starts_at=timezone.now() - timedelta(hours=3))
    make_appointment(make_client(here), staff=peer)
    with open_scope(here.pk):
        care.mark_kept(appointment=kept, actor=SYSTEM)
    found = pieces(peer, day=timezone.localdate())
    hours = {}
    for piece in found:
        hours.setdefault(piece.source.split(":")[0], []).append(piece.amount)
    assert hours.pop("supervision.session") == [Decimal("1.5")]
    assert hours.pop("care.appointment") == [Decimal("0.75")]
    assert hours.pop("groups.session") == [Decimal("1.5")] and hours == {}
    assert {piece.kind for piece in found} == {EvidenceKind.WORK, EvidenceKind.SUPERVISION}


def test_the_facts_of_many_people_take_as_many_queries_as_those_of_one(here, django_assert_num_queries):
    def somebody():
        plan = make_plan(here)
        make_note(plan, "signed")
        make_certification(plan.specialist)
        enter(plan.specialist)
        with open_scope(here.pk):
            services.attest(actor=SYSTEM, person=plan.specialist, kind="recovery", at_least=12, paper="letter")
        return plan.specialist.pk

    course = make_course(here, [("Listening", Decimal(6), "")])
    people = [somebody() for _number in range(5)]
    with open_scope(here.pk):
        person = make_member(here, "peer_specialist")
        services.enter_evidence(actor=SYSTEM, person=person, course=course, ended_on=DAY)
        people.append(person.pk)
        for some in (people[:1], people):
            with django_assert_num_queries(11):
                facts = selectors.evidence_of(some, date(2026, 12, 31))
            assert set(facts) == set(some)
        assert [len(facts[pk].held) for pk in people] == [1, 1, 1, 1, 1, 0]
        assert [len(facts[pk].attestations) for pk in people] == [1, 1, 1, 1, 1, 0]


def test_facts_hold_for_their_day(here):
    peer = make_member(here, "peer_specialist")
    with open_scope(here.pk):
        services.enter_evidence(
            actor=SYSTEM, person=peer, kind="work", title="Elsewhere", amount=Decimal(3), ended_on=DAY
        )
    assert pieces(peer, day=DAY - timedelta(days=1)) == []
    assert len(pieces(peer, day=DAY)) == 1


def test_another_specialist_sees_nothing_of_it(here):
    peer, other = make_member(here, "peer_specialist"), make_member(here, "peer_specialist")
    mine, theirs = enter(peer), enter(other)
    with open_scope(here.pk):
        assert set(visible_to(EvidenceEntry, actor_for(peer))) == {mine}
        assert set(visible_to(EvidenceEntry, actor_for(make_member(here, "administrator")))) == {mine, theirs}
        with pytest.raises(PermissionDenied):
            services.enter_evidence(
                actor=actor_for(peer), person=other, kind="work", title="x", amount=Decimal(1), ended_on=DAY
            )


def test_one_rates_oneself_and_is_rated_by_the_supervisor_in_the_plan_and_by_nobody_else(here):
    plan = make_plan(here)
    peer = plan.specialist
    with open_scope(here.pk):
        services.rate_competencies(actor=actor_for(peer), person=peer, levels={"crisis": 2, "support": 3})
        services.rate_competencies(actor=actor_for(plan.supervisor), person=peer, levels={"crisis": 1})
        services.rate_competencies(actor=actor_for(peer), person=peer, levels={"crisis": 3, "support": 3})
        with pytest.raises(PermissionDenied):
            services.rate_competencies(
                actor=actor_for(make_member(here, "supervisor")), person=peer, levels={"crisis": 4}
            )
        assert CompetencyRating.objects.count() == 4
        last = selectors.ratings_of(peer)
        assert {name: {by: row.level for by, row in sides.items()} for name, sides in last.items()} == {
            "crisis": {True: 3, False: 1},
            "support": {True: 3},
        }
        with pytest.raises(DatabaseError), transaction.atomic():
            CompetencyRating.objects.update(level=4)


def test_there_are_twelve_categories():
    from apps.certifications.choices import Competency

    assert len(Competency.values) == 12
