"""How long a certification lasts: months, fixed dates, calendar years, grace; what is not known gives no date."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.access.scope import open_scope, system_scope
from apps.certifications import selectors, services
from apps.certifications.catalogue import OVERLAY, SHIPPED, CatalogueError
from apps.certifications.models import CatalogueCredential, Certification, RequirementOverride, RequirementSet
from apps.certifications.rules import Terms
from apps.certifications.terms import counting_period, grace_until, last_day_of
from apps.certifications.wording import terms_in_words
from tests.factories.certifications import load_shipped, make_certification
from tests.factories.organizations import SYSTEM

pytestmark = pytest.mark.django_db
NEBRASKA = ("NE", "Certified Peer Support Specialist")


def overlay(tmp_path, terms, row=NEBRASKA):
    """The shipped overlay with these terms for a row, resting on its first word of notes."""
    path = tmp_path / "overlay.toml"
    text = OVERLAY.read_text(encoding="utf-8")
    header = f'row = ["{row[0]}", "{row[1]}"]\n'
    assert text.count(header) == 1
    body = f'{header}[credential.terms]\n{terms}\ncolumn = "renewal_months"\n'
    path.write_text(text.replace(header, body), encoding="utf-8")
    return path


def terms_of(row=NEBRASKA):
    credential = CatalogueCredential.objects.get(jurisdiction=row[0], credential_name=row[1])
    with system_scope("a test reads the catalogue"):
        return selectors.present_rule_sets([credential.pk])[credential.pk, ""].terms


@pytest.mark.parametrize(
    ("terms", "starts_on", "ends_on"),
    [
        (Terms(term_months=24), date(2026, 3, 5), date(2028, 3, 4)),
        (Terms(term_months=24, on_fixed_date=True, fixed_dates=((9, 30),)), date(2026, 3, 5), date(2027, 9, 30)),
        (Terms(term_months=24, on_fixed_date=True, fixed_dates=((9, 30),)), date(2026, 10, 1), date(2028, 9, 30)),
        (Terms(on_fixed_date=True, fixed_dates=((6, 30), (12, 31))), date(2026, 7, 1), date(2026, 12, 31)),
        (
            Terms(term_months=24, on_fixed_date=True, fixed_dates=((9, 30),), fixed_years="odd"),
            date(2025, 10, 1),
            date(2027, 9, 30),
        ),
        (Terms(on_fixed_date=True, fixed_dates=((9, 30),), fixed_years="even"), date(2025, 10, 1), date(2026, 9, 30)),
        (Terms(on_fixed_date=True, fixed_dates=((2, 29),)), date(2026, 3, 1), date(2027, 2, 28)),
        (Terms(term_months=3, on_fixed_date=True, fixed_dates=((12, 31),)), date(2026, 1, 1), date(2026, 12, 31)),
        (Terms(term_months=24, on_fixed_date=True), date(2026, 3, 5), None),
        (Terms(), date(2026, 3, 5), None),
    ],
)
def test_a_term_ends_after_its_months_or_on_its_fixed_date_and_never_on_a_day_that_is_made_up(
    terms, starts_on, ends_on
):
    assert last_day_of(terms, starts_on) == ends_on


# a busy machine draws slowly
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
FIXED = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 28)), min_size=1, max_size=3, unique=True).map(tuple)


@MANY
@given(DAYS, FIXED, st.sampled_from(["", "odd", "even"]), st.sampled_from([None, 12, 24, 36]))
def test_a_fixed_date_is_after_the_first_day_on_one_of_the_dates_and_in_one_of_the_years(start, dates, years, months):
    ends = last_day_of(Terms(term_months=months, on_fixed_date=True, fixed_dates=dates, fixed_years=years), start)
    assert ends > start
    assert (ends.month, ends.day) in dates
    assert years == "" or (ends.year % 2 == 1) == (years == "odd")
    assert ends <= start + timedelta(days=2 * 366 if months is None else max(months * 31, 2 * 366))


@MANY
@given(DAYS, st.integers(0, 1500), st.integers(0, 200), DAYS, st.sampled_from([None, 12, 24]), st.booleans())
def test_extensions_add_days_to_what_counts_and_two_terms_never_share_one(start, length, more, day, months, fixed):
    terms = Terms(term_months=months, on_fixed_date=fixed or None, fixed_dates=((9, 30),) if fixed else ())
    ends = start + timedelta(days=length)
    plain = counting_period(terms, start, ends, ends, day)
    longer = counting_period(terms, start, ends, ends + timedelta(days=more), day)
    assert longer.start == plain.start and longer.end - plain.end == timedelta(days=more)
    assert start <= plain.start <= plain.end == ends
    later = counting_period(terms, longer.end + timedelta(days=1), longer.end + timedelta(days=400), date.max, day)
    assert later.start > longer.end


def test_education_by_the_calendar_year_is_counted_in_the_year_of_the_day():
    terms = Terms(term_months=24, calendar_years=True)
    period = counting_period(terms, date(2025, 5, 1), date(2027, 4, 30), date(2027, 4, 30), date(2026, 11, 1))
    assert period == (date(2026, 1, 1), date(2026, 12, 31))


def test_the_overlay_says_a_fixed_date_with_its_years_and_the_pages_show_it(tmp_path, cast):
    path = overlay(tmp_path, 'fixed_dates = ["09-30", "03-31"]\nfixed_years = "odd"')
    services.load_requirements(path=SHIPPED, overlay=path)
    terms = terms_of()
    assert (terms.on_fixed_date, terms.fixed_dates, terms.fixed_years) == (True, ((3, 31), (9, 30)), "odd")
    body = cast.client("supervisor").get(reverse("certifications:state", args=["NE"])).content.decode()
    assert "It ends on a fixed date: March 31, September 30 of odd years." in body


def test_a_fixed_date_that_nobody_knows_is_said_to_be_unknown_and_gives_no_day(tmp_path, cast):
    services.load_requirements(path=SHIPPED, overlay=overlay(tmp_path, "on_fixed_date = true"))
    assert "Which one is not known" in " ".join(terms_in_words(terms_of()))
    credential = CatalogueCredential.objects.get(jurisdiction="NE")
    record = make_certification(cast.people["peer_specialist"], credential=credential)
    url = reverse("certifications:change", args=[record.public_id, "renewal"])
    form = cast.client("administrator").get(url).context["form"]
    assert (form.initial["starts_on"], form.initial["ends_on"]) == (date(2027, 1, 1), None)


def test_the_shipped_catalogue_carries_no_fixed_date_and_shows_none():
    load_shipped()
    assert not RequirementSet.objects.exclude(fixed_dates=[]).exists()
    georgia = terms_of(("GA", "Certified Peer Specialist - Mental Health"))
    assert (georgia.calendar_years, georgia.fixed_dates) == (True, ())
    assert "Continuing education is counted by the calendar year." in terms_in_words(georgia)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ('fixed_dates = ["31-12"]', "is no date of the year"),
        ('fixed_dates = ["02-30"]', "is no date of the year"),
        ("fixed_dates = [930]", "is no date of the year"),
        ('fixed_dates = ["09-30"]\non_fixed_date = false', "on_fixed_date denies it"),
        ('fixed_years = "odd"', "which dates of these years"),
        ('fixed_dates = ["09-30"]\nfixed_years = "leap"', "is not one of"),
        ("grace_months = -1", "is not a whole number"),
        ('grace_months = "three"', "is not a whole number"),
    ],
)
def test_a_term_that_makes_no_sense_refuses_the_overlay_with_its_line(tmp_path, terms, said):
    with pytest.raises(CatalogueError) as refused:
        services.load_requirements(path=SHIPPED, overlay=overlay(tmp_path, terms))
    (problem,) = refused.value.problems
    assert said in problem and "NE / Certified Peer Support Specialist" in problem
    assert not RequirementSet.objects.exists()


@pytest.mark.parametrize("change", [{"fixed_dates": ["02-30"]}, {"fixed_years": "odd"}, {"fixed_dates": ["9-30x"[:5]]}])
def test_the_database_refuses_a_date_that_no_year_has(change):
    load_shipped()
    one = RequirementSet.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        RequirementSet.objects.filter(pk=one.pk).update(on_fixed_date=True, **change)


def test_a_changed_term_is_told_before_it_is_loaded(tmp_path):
    load_shipped()
    path = overlay(tmp_path, 'fixed_dates = ["09-30"]\ngrace_months = 2')
    told = services.load_requirements(path=SHIPPED, overlay=path, dry_run=True)
    (changes,) = told.requirements.values()
    assert changes == {"fixed_dates": ("-", "['09-30']"), "grace_months": ("not known", "2 months")}


def ended(cast, days, months):
    """A certification that ended so many days ago, with a grace of so many months (None: not known)."""
    load_shipped()
    credential = CatalogueCredential.objects.get(jurisdiction="NE")
    with open_scope(cast.harbor.pk):
        if months is not None:
            services.set_own_figure(
                actor=SYSTEM,
                organization_id=cast.harbor.pk,
                credential=credential,
                requirement_code="grace_months",
                amount=months,
                reason="A letter of the board",
            )
        today = selectors.today_of(cast.harbor.pk)
    last = today - timedelta(days=days)
    return make_certification(
        cast.people["peer_specialist"], credential=credential, issued_on=last - timedelta(days=700), expires_on=last
    )


@pytest.mark.parametrize(
    ("days", "months", "said"),
    [
        (10, 2, "It can still be renewed"),
        (100, 2, "The time to renew it late is over"),
        (10, None, "Ended. Renew it before working again"),
    ],
)
def test_a_lapse_says_whether_it_can_still_be_renewed_and_never_that_it_holds(cast, days, months, said):
    record = ended(cast, days, months)
    body = (
        cast.client("peer_specialist").get(reverse("certifications:detail", args=[record.public_id])).content.decode()
    )
    assert said in body
    with open_scope(cast.harbor.pk):
        today = selectors.today_of(cast.harbor.pk)
        until = grace_until(Terms(grace_months=months), record.expires_on) if months else None
        assert selectors.renewable_until([record], today) == ({record.pk: until} if until else {})
        assert record.pk not in selectors.letting_work_on(today).values_list("pk", flat=True)
        lapsed = selectors.lapsed_of(record.person_id, today)
        assert lapsed.renewable_until == (until if until and until >= today else None)


def test_the_grace_of_many_is_found_in_as_many_queries_as_of_one(cast, django_assert_num_queries):
    record = ended(cast, 10, 2)
    with open_scope(cast.harbor.pk):
        today = selectors.today_of(cast.harbor.pk)
        rows = list(Certification.objects.all())
        for many in (rows, rows * 50):
            with django_assert_num_queries(3):
                assert set(selectors.renewable_until(many, today)) == {record.pk}


def test_an_own_figure_is_taken_back_in_the_administration_and_stands_again(cast):
    ended(cast, 10, 2)
    with open_scope(cast.harbor.pk):
        own = RequirementOverride.objects.get()
    page = cast.client("administrator")
    name = "admin:certifications_requirementoverride"
    body = page.get(reverse(f"{name}_change", args=[own.pk])).content.decode()
    address = reverse(f"{name}_archive", args=[own.pk])
    assert address in body and "Take it back" in body
    assert "The catalogue’s figure stands again" in page.get(address).content.decode()
    assert terms_of_house(cast, own).grace_months == 2
    page.post(address)
    assert terms_of_house(cast, own).grace_months is None
    history = page.get(reverse(f"{name}_history", args=[own.pk]))
    assert history.status_code == 200 and "A letter of the board" in history.content.decode()
    for who in ("supervisor", "coordinator", "peer_specialist"):
        assert cast.client(who).post(address).status_code in (302, 403, 404)
    with open_scope(cast.harbor.pk):
        own.refresh_from_db()
        services.restore_own_figure(own=own, actor=cast.actor("administrator"))
    assert terms_of_house(cast, own).grace_months == 2


def terms_of_house(cast, own):
    with open_scope(cast.harbor.pk):
        return selectors.terms_of_many([own.credential_id])[own.credential_id, ""]


def test_a_reminder_after_the_last_day_says_until_when_it_can_be_renewed():
    facts = {"ends_on": date(2026, 3, 5), "has_ended": True, "renewable_until": date(2026, 6, 5)}
    for name in ("certification_ending", "certification_ending_office"):
        for kind, ending in (("sms", "txt"), ("email", "txt"), ("email", "html")):
            said = render_to_string(f"{kind}/{name}.{ending}", facts | {"organization_name": "Harbor"})
            assert ("Renew it by" if kind == "sms" else "It can be renewed until") in said
            assert kind != "sms" or len(said.strip()) <= 160
            unknown = facts | {"renewable_until": None, "organization_name": "Harbor"}
            plain = render_to_string(f"{kind}/{name}.{ending}", unknown)
            assert "renewed until" not in plain and "Renew it by" not in plain
