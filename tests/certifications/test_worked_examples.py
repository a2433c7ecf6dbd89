"""Worked examples: a person, their evidence and the verdict on each requirement, each with the words it rests on."""

import csv
from datetime import date
from decimal import Decimal

import pytest

from apps.access.scope import system_scope
from apps.certifications import selectors
from apps.certifications.catalogue import SHIPPED
from apps.certifications.facts import Attestation, Evidence, Facts, Held
from apps.certifications.models import CatalogueCredential
from apps.certifications.progress import Period, evaluate
from tests.factories.certifications import load_shipped

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
MET, NOT_YET, UNKNOWN, NOT_ASKED = "met", "not_yet", "unknown", "not_asked"
_built = {}


@pytest.fixture
def sets(db):
    """(state, credential, level, version) to the rule set of the shipped catalogue; plain values, so built once."""
    if not _built:
        load_shipped()
        with system_scope("the worked examples read the catalogue"):
            for credential in CatalogueCredential.objects.all():
                for one in selectors.rule_sets_of(credential):
                    _built[credential.jurisdiction, credential.credential_name, one.level, one.label] = one
    return _built


def piece(kind, amount, unit="hours", topic="", *, ended=date(2026, 6, 1), live=None, source=""):
    name = source or f"{kind}:{topic}:{amount}:{ended}"
    return Evidence(kind, Decimal(str(amount)), unit, topic, None, ended, name, name, live=live)


def training(amount, topic="", **more):
    return piece("training", amount, topic=topic, **more)


def work(amount, **more):
    return piece("work", amount, **more)


def exam(topic=""):
    return piece("exam", 1, "pieces", topic)


def diploma(level="high_school"):
    return piece("education", 1, "pieces", level)


CHECK = piece("background_check", 1, "pieces")
LIVED = Attestation("lived_experience", date(2026, 1, 1), "attestation:1")
FAMILY = Attestation("family_experience", date(2026, 1, 1), "attestation:2")


def aged(least, most=None):
    upper = None if most is None else Decimal(most)
    return Attestation("age", date(2026, 1, 1), f"attestation:age{least}", Decimal(least), upper)


def recovered(months):
    return Attestation("recovery", date(2026, 1, 1), f"attestation:recovery{months}", Decimal(months))


def person(*known, held=()):
    return Facts(
        1,
        tuple(k for k in known if isinstance(k, Evidence)),
        tuple(k for k in known if isinstance(k, Attestation)),
        tuple(held),
    )


ADULT = (aged(18), LIVED, diploma())
TX_MH = ("TX", "Mental Health Peer Specialist")
TX_TERM = "Initial certificate valid 6 months (one extension) while 250 supervised hours are earned"
TX_SUM = "Training sum is 59.5 h (stored rounded down) = 19.5 h core + 40 h supplemental"
WA = ("WA", "Certified Peer Support Specialist")
OH = ("OH", "Certified Peer Recovery Supporter")
OH_PATH = "40 h training or 3 years of verified experience"
NC = ("NC", "Certified Peer Support Specialist")
NC_EARLIER = "earlier version of the page said 12 months recovery"
ID_LESS = "100 h instead of 200 h with a human-services bachelor degree"
MS_WORK = "250 h within last 3 years, or one year of college"
TX_TRAINED = (training(19.5, "core"), training(40, "supplemental"))

# what, (state, credential, level, version), what is known of the person, {code: (standing, what it rests on)}
EXAMPLES = [
    (
        "Texas, initial certificate: everything that is known is met without any hours of work",
        (*TX_MH, "initial", "current"),
        person(*ADULT, *TX_TRAINED, exam(), CHECK),
        {
            "age": (MET, "column minimum_age"),
            "education": (MET, "column education"),
            "lived_experience": (MET, "column lived_experience_required"),
            "recovery": (UNKNOWN, ""),
            "training": (MET, TX_SUM),
            "supervision": (UNKNOWN, ""),
            "exam": (MET, "column exam_required"),
            "background_check": (MET, "criminal history check"),
            "references": (UNKNOWN, ""),
        },
    ),
    (
        "Texas, half an hour of training short: the table's rounded 59 is not enough",
        (*TX_MH, "initial", "current"),
        person(*ADULT, training(19, "core"), training(40, "supplemental"), exam(), CHECK),
        {
            "age": (MET, "column minimum_age"),
            "education": (MET, "column education"),
            "lived_experience": (MET, "column lived_experience_required"),
            "recovery": (UNKNOWN, ""),
            "training": (NOT_YET, TX_SUM),
            "supervision": (UNKNOWN, ""),
            "exam": (MET, "column exam_required"),
            "background_check": (MET, "criminal history check"),
            "references": (UNKNOWN, ""),
        },
    ),
    (
        "Arkansas, tier 2 without tier 1: the Core credential is missing though the hours are there",
        ("AR", "Arkansas Advanced Peer Recovery Specialist", "", "current"),
        person(training(35), work(500), piece("supervision", 25), exam()),
        {
            "age": (UNKNOWN, ""),
            "education": (UNKNOWN, ""),
            "lived_experience": (UNKNOWN, ""),
            "recovery": (UNKNOWN, ""),
            "training": (MET, "column training_hours"),
            "work": (MET, "column supervised_hours"),
            "supervision": (MET, "column supervision_hours"),
            "exam": (MET, "column exam_required"),
            "background_check": (UNKNOWN, ""),
            "references": (UNKNOWN, ""),
            "core-first": (NOT_YET, "requires the Core credential first"),
        },
    ),
    (
        "Arkansas, tier 3: half of the 500 hours must be giving supervision",
        ("AR", "Arkansas Peer Recovery Peer Supervisor", "", "current"),
        person(training(40), work(300), work(200, topic="giving_supervision"), piece("supervision", 25)),
        {
            "age": (UNKNOWN, ""),
            "education": (UNKNOWN, ""),
            "lived_experience": (UNKNOWN, ""),
            "recovery": (UNKNOWN, ""),
            "training": (MET, "column training_hours"),
            "work": (NOT_YET, "half of the 500 h is giving supervision"),
            "supervision": (MET, "column supervision_hours"),
            "exam": (UNKNOWN, ""),
            "background_check": (UNKNOWN, ""),
            "references": (UNKNOWN, ""),
            "core-and-advanced-first": (NOT_YET, "requires Core and Advanced credentials"),
            "employment": (NOT_YET, "1-2 years employed"),
        },
    ),
    (
        "Ohio, three years of verified experience in the place of 40 hours of training",
        (*OH, "", "current"),
        person(*ADULT, piece("work", 3, "years"), training(16, "e_based_academy"), exam(), CHECK),
        {
            "age": (MET, "column minimum_age"),
            "education": (MET, "column education"),
            "lived_experience": (MET, "column lived_experience_required"),
            "recovery": (UNKNOWN, ""),
            "training": (MET, OH_PATH),
            "work": (UNKNOWN, ""),
            "supervision": (UNKNOWN, ""),
            "exam": (MET, "column exam_required"),
            "background_check": (MET, "BCI/FBI check"),
            "references": (UNKNOWN, ""),
            "e-based": (MET, "plus 16 h (11 courses) online e-Based Academy"),
        },
    ),
    (
        "Ohio, neither 40 hours nor three years",
        (*OH, "", "current"),
        person(*ADULT, piece("work", 30, "months"), training(12), exam()),
        {
            "age": (MET, "column minimum_age"),
            "education": (MET, "column education"),
            "lived_experience": (MET, "column lived_experience_required"),
            "recovery": (UNKNOWN, ""),
            "training": (NOT_YET, OH_PATH),
            "work": (UNKNOWN, ""),
            "supervision": (UNKNOWN, ""),
            "exam": (MET, "column exam_required"),
            "background_check": (NOT_YET, "BCI/FBI check"),
            "references": (UNKNOWN, ""),
            "e-based": (NOT_YET, "plus 16 h (11 courses) online e-Based Academy"),
        },
    ),
    (
        "Washington, as a parent, with the written examination only",
        (*WA, "", "current"),
        person(aged(18), FAMILY, recovered(12), training(80), work(1000), exam("written")),
        {
            "age": (MET, "column minimum_age"),
            "education": (UNKNOWN, ""),
            "lived_experience": (MET, "parent or guardian of a youth also eligible"),
            "recovery": (MET, "column recovery_months"),
            "training": (MET, "column training_hours"),
            "work": (MET, "column supervised_hours"),
            "supervision": (UNKNOWN, ""),
            "exam": (NOT_YET, "Oral and written exams"),
            "background_check": (UNKNOWN, ""),
            "references": (UNKNOWN, ""),
        },
    ),
    (
        "North Carolina today: twelve months of recovery are not enough",
        (*NC, "", "current"),
        person(*ADULT, recovered(12), training(50, "approved_course"), training(20, "further")),
        {
            "age": (MET, "column minimum_age"),
            "education": (MET, "column education"),
            "lived_experience": (MET, "column lived_experience_required"),
            "recovery": (NOT_YET, "column recovery_months"),
            "training": (MET, "70 = 50 h approved course + 20 h more"),
            "work": (UNKNOWN, ""),
            "supervision": (UNKNOWN, ""),
            "exam": (NOT_ASKED, "column exam_required"),
            "background_check": (UNKNOWN, ""),
            "references": (UNKNOWN, ""),
        },
    ),
    (
        "North Carolina by the earlier version: twelve months were enough, of the rest nothing is known",
        (*NC, "", "earlier version of the page"),
        person(*ADULT, recovered(12), training(50, "approved_course"), training(20, "further")),
        {
            "age": (UNKNOWN, ""),
            "education": (UNKNOWN, ""),
            "lived_experience": (UNKNOWN, ""),
            "recovery": (MET, NC_EARLIER),
            "training": (UNKNOWN, ""),
            "work": (UNKNOWN, ""),
            "supervision": (UNKNOWN, ""),
            "exam": (UNKNOWN, ""),
            "background_check": (UNKNOWN, ""),
            "references": (UNKNOWN, ""),
        },
    ),
    (
        "Veterans Affairs: lived experience is asked, being a veteran is for them to check, the rest is not known",
        ("VA-FED", "VA Peer Specialist (GS-0102)", "", "current"),
        person(*ADULT, training(100), exam()),
        {
            "age": (UNKNOWN, ""),
            "education": (UNKNOWN, ""),
            "lived_experience": (MET, "column lived_experience_required"),
            "recovery": (UNKNOWN, ""),
            "training": (UNKNOWN, ""),
            "work": (UNKNOWN, ""),
            "supervision": (UNKNOWN, ""),
            "exam": (UNKNOWN, ""),
            "background_check": (UNKNOWN, ""),
            "references": (UNKNOWN, ""),
            "veteran": (UNKNOWN, "Veterans in recovery"),
        },
    ),
    (
        "Alaska, nearly all blank: no amount of evidence makes a blank met",
        ("AK", "Certified Peer Support Professional", "", "current"),
        person(aged(40), diploma("bachelor"), recovered(240), training(500), work(5000), exam(), CHECK),
        {
            "age": (UNKNOWN, ""),
            "education": (UNKNOWN, ""),
            "lived_experience": (NOT_YET, "column lived_experience_required"),
            "recovery": (UNKNOWN, ""),
            "training": (UNKNOWN, ""),
            "work": (UNKNOWN, ""),
            "supervision": (UNKNOWN, ""),
            "exam": (UNKNOWN, ""),
            "background_check": (UNKNOWN, ""),
            "references": (UNKNOWN, ""),
        },
    ),
    (
        "Idaho, 100 hours with a bachelor degree",
        ("ID", "Certified Peer Support Specialist", "", "current"),
        person(*ADULT, diploma("bachelor"), recovered(12), training(40), work(100), piece("supervision", 20)),
        {
            "age": (MET, "column minimum_age"),
            "education": (MET, "column education"),
            "lived_experience": (MET, "column lived_experience_required"),
            "recovery": (MET, "column recovery_months"),
            "training": (MET, "column training_hours"),
            "work": (MET, ID_LESS),
            "supervision": (MET, "column supervision_hours"),
            "exam": (UNKNOWN, ""),
            "background_check": (UNKNOWN, ""),
            "references": (UNKNOWN, ""),
        },
    ),
    (
        "Mississippi at 16 in school, with 250 hours of which the older ones no longer count",
        ("MS", "Certified Peer Support Specialist Professional", "", "current"),
        person(
            aged(16), LIVED, diploma("enrolled"), work(200), work(50, ended=date(2023, 11, 21), source="old"), exam()
        ),
        {
            "age": (UNKNOWN, ""),
            "education": (MET, "HS diploma, GED, or at least 16 and enrolled in school/GED program"),
            "lived_experience": (MET, "column lived_experience_required"),
            "recovery": (UNKNOWN, ""),
            "training": (UNKNOWN, ""),
            "work": (NOT_YET, MS_WORK),
            "supervision": (UNKNOWN, ""),
            "exam": (MET, "column exam_required"),
            "background_check": (UNKNOWN, ""),
            "references": (UNKNOWN, ""),
            "employment": (NOT_YET, "must be employed in state mental health system"),
        },
    ),
    (
        "Nebraska: 60 hours of which only 30 were live",
        ("NE", "Certified Peer Support Specialist", "", "current"),
        person(
            aged(19), LIVED, diploma(), recovered(12), exam(),
            training(50, live=Decimal(30)), training(10, "ethics"),
        ),
        {
            "age": (MET, "column minimum_age"),
            "education": (MET, "column education"),
            "lived_experience": (MET, "column lived_experience_required"),
            "recovery": (MET, "column recovery_months"),
            "training": (NOT_YET, "at least 40 of 60 h live; 10 h ethics"),
            "work": (UNKNOWN, ""),
            "supervision": (UNKNOWN, ""),
            "exam": (MET, "column exam_required"),
            "background_check": (UNKNOWN, ""),
            "references": (UNKNOWN, ""),
        },
    ),
    (
        "Georgia counts the training in days: hours do not stand for them",
        ("GA", "Certified Peer Specialist - Mental Health", "", "current"),
        person(*ADULT, recovered(12), training(90), piece("training", 8, "days"), exam()),
        {
            "age": (MET, "column minimum_age"),
            "education": (MET, "column education"),
            "lived_experience": (MET, "column lived_experience_required"),
            "recovery": (MET, "column recovery_months"),
            "training": (NOT_YET, "Training runs nine days (hours not stated)"),
            "work": (UNKNOWN, ""),
            "supervision": (UNKNOWN, ""),
            "exam": (MET, "column exam_required"),
            "background_check": (UNKNOWN, ""),
            "references": (UNKNOWN, ""),
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("key", "facts", "expected"), [e[1:] for e in EXAMPLES], ids=[e[0] for e in EXAMPLES])
def test_worked_example(sets, key, facts, expected):
    found = evaluate(sets[key], facts, DAY).verdicts
    assert {v.rule.code: (v.standing, v.rule.citation.words) for v in found} == expected
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        row = next(r for r in csv.DictReader(file) if (r["jurisdiction"], r["credential_name"]) == key[:2])
    assert {(v.rule.citation.title, v.rule.citation.confidence) for v in found} == {
        (row["source_title"], row["confidence"])
    }


def holder(sets, key, start, end, status="provisional"):
    one = sets[key]
    return Held(one.credential_id, key[0], key[1], key[2], status, start, end, "c:1", ((start, end),))


@pytest.mark.parametrize(
    ("day", "first", "overall"),
    [
        (date(2026, 11, 22), MET, UNKNOWN),  # in the extension
        (date(2026, 12, 31), MET, UNKNOWN),  # its last day
        (date(2027, 1, 1), NOT_YET, NOT_YET),  # the day after
    ],
)
def test_texas_counts_the_initial_certificate_up_to_the_end_of_its_extension(sets, day, first, overall):
    initial = sets[*TX_MH, "initial", "current"]
    assert (initial.terms.term_months, initial.terms.extensions, initial.terms.extension_months) == (6, 1, None)
    held = holder(sets, (*TX_MH, "initial", "current"), date(2026, 1, 1), date(2026, 12, 31))
    known = person(*ADULT, *TX_TRAINED, work(250), exam(), CHECK, held=[held])
    found = evaluate(sets[*TX_MH, "", "current"], known, day)
    verdicts = {verdict.rule.code: verdict for verdict in found.verdicts}
    assert (verdicts["initial-first"].standing, verdicts["work"].standing, found.standing) == (first, MET, overall)
    assert verdicts["initial-first"].rule.citation.words.startswith(TX_TERM)


def test_arkansas_holders_of_the_core_credential_go_on_to_the_second_tier(sets):
    key = ("AR", "Arkansas Core Peer Recovery Specialist", "", "current")
    core = holder(sets, key, date(2025, 1, 1), None, "certified")
    known = person(training(35), work(500), piece("supervision", 25), exam(), held=[core])
    found = evaluate(sets["AR", "Arkansas Advanced Peer Recovery Specialist", "", "current"], known, DAY)
    assert found.missing == []
    assert found.standing == UNKNOWN


def test_washington_trainees_have_a_year_and_four_extensions(sets):
    terms = sets["WA", "Certified Peer Support Specialist Trainee", "", "current"].terms
    assert (terms.term_months, terms.extensions, terms.extension_months) == (12, 4, 12)


def test_ohio_renews_with_hours_in_nine_topics_inside_its_own_period(sets):
    topics = {
        "ethics": 3, "boundaries": 3, "diversity": 2, "trauma": 2, "coaching": 2, "system_navigation": 1,
        "trafficking": 1, "behavioural_health": 1, "wellness": 1,
    }  # fmt: skip
    pieces = [piece("continuing_education", n, topic=t, ended=date(2026, 3, 1)) for t, n in topics.items()]
    general = piece("continuing_education", 14, ended=date(2026, 4, 1))
    before = piece("continuing_education", 14, ended=date(2024, 12, 31))
    period = Period(date(2025, 1, 1), date(2026, 12, 31))
    rules = sets[*OH, "", "current"]

    def stands(*more):
        return evaluate(rules, person(*pieces, *more), DAY, phase="renewal", period=period).standing

    assert (stands(before), stands(before, general)) == (NOT_YET, MET)
