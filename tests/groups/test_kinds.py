"""The kinds that ship: each the field names, with its figures, in three languages; and what their reader refuses."""

import pytest
from django.conf import settings

from apps.groups.choices import Membership
from apps.groups.models import lines_of
from apps.groups.shipped import KindError, read_kinds, shipped_kinds

KINDS = sorted(shipped_kinds())


# ---- what ships
def test_every_kind_that_the_field_names_ships():
    assert {
        "recovery-support", "family-support", "twelve-step-open", "twelve-step-closed", "peer-course-8",
        "peer-course-10", "wellness-plan-weekly", "wellness-plan-2-days", "wellness-plan-3-days", "whole-health-course",
        "wellness-workshops", "education-class", "one-to-one-mentoring", "matched-pair", "peer-counselling",
        "peer-mediation", "student-leaders", "school-mentoring", "veterans-group", "veterans-retreat",
        "disability-circle", "drop-in-centre", "unit-visits-inpatient", "unit-visits-outpatient", "care-team-peer",
        "grief-group", "chronic-illness", "recovery-coaching", "online-support", "safe-coping", "peer-respite",
        "billed-skills-group", "wellness-plan-online",
    } == set(KINDS)  # fmt: skip


def test_the_eight_commonest_come_first():
    assert [kind.common for kind in shipped_kinds().values()][:9] == [1, 2, 3, 4, 5, 6, 7, 8, 0]


@pytest.mark.parametrize(
    ("key", "figures"),
    [
        (
            "recovery-support",
            {"minutes": 90, "youngest": 18, "leader_kinds": ["trained_peer"], "membership": "drop_in"},
        ),
        ("family-support", {"minutes": 90, "leader_kinds": ["trained_peer", "family_member"]}),
        ("twelve-step-open", {"is_anonymous": True, "attendance_mode": "none"}),
        ("twelve-step-closed", {"is_anonymous": True, "attendance_mode": "none"}),
        ("peer-course-8", {"times": 8, "membership": "cohort"}),
        ("peer-course-10", {"times": 10, "minutes": 120}),
        ("wellness-plan-weekly", {"times": 8, "minutes": 150, "minimum": 8, "capacity": 12, "leaders_needed": 2}),
        ("wellness-plan-2-days", {"times": 2, "days_in_row": 2, "minimum": 20, "capacity": 25}),
        ("wellness-plan-3-days", {"times": 3, "days_in_row": 3, "minimum": 25, "capacity": 50}),
        ("wellness-plan-online", {"times": 4, "format": "online"}),
        ("whole-health-course", {"times": 8, "topics_in_order": False}),
        ("online-support", {"capacity": 12, "youngest": 18, "format": "online"}),
        ("safe-coping", {"youngest": 13, "topics_in_order": False}),
        ("matched-pair", {"capacity": 2, "membership": "matched", "visibility": "members"}),
        ("student-leaders", {"minimum": 10, "capacity": 50, "needs_guardian_consent": True, "needs_last_day": True}),
        ("school-mentoring", {"membership": "school", "needs_guardian_consent": True}),
        ("veterans-retreat", {"days_in_row": 6, "times": 6, "capacity": 7}),
        ("drop-in-centre", {"attendance_mode": "named", "weekdays": [1, 2, 3, 4, 5]}),
        ("peer-respite", {"membership": "residential", "youngest": 18, "is_free": True}),
        ("billed-skills-group", {"is_billable": True, "payer_limit": 12}),
    ],
)
def test_a_kind_has_the_figures_of_its_source(key, figures):
    template = shipped_kinds()[key].template
    assert {name: getattr(template, name) for name in figures} == figures


def test_ten_health_factors_and_eight_topics():
    kinds = shipped_kinds()
    assert len(lines_of(kinds["whole-health-course"].template.topics)) == 10
    assert len(lines_of(kinds["peer-course-8"].template.topics)) == 8


@pytest.mark.parametrize("key", KINDS)
def test_a_kind_says_in_three_languages_what_it_is_and_where_its_figures_are_from(key):
    template = shipped_kinds()[key].template
    for text in (template.name, template.description, template.audience):
        assert {"en", "es", "ar"} <= set(text)
    for text in (template.topics, template.feedback_questions):
        assert not text or {"en", "es", "ar"} <= set(text)
        assert len({len(words.splitlines()) for words in text.values()}) <= 1
    assert template.source


def test_what_was_read_in_a_summary_only_says_so():
    sources = {key: kind.template.source for key, kind in shipped_kinds().items()}
    assert "read in a summary only" in sources["recovery-support"]
    assert "from memory" in sources["safe-coping"]
    assert "Figures are our own proposal" in sources["grief-group"]


def test_topics_are_spoken_in_each_language_line_by_line():
    lines = lines_of(shipped_kinds()["wellness-workshops"].template.topics)
    assert [(line["en"], line["es"]) for line in lines][1] == ("Sleep", "El sueño")
    assert set(settings.LANGUAGES_BIDI) & set(lines[0])


def test_membership_of_every_sort_ships():
    assert {kind.template.membership for kind in shipped_kinds().values()} == set(Membership.values)


# ---- the reader of the files
def broken(tmp_path, text, name="odd.toml"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(KindError) as refused:
        read_kinds(tmp_path)
    return refused.value.problems


WHOLE = """
source = "Somewhere"
seen = "ours"
name = { en = "A", es = "A", ar = "A" }
"""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("capacity = 12", None),
        ("colour = 3", "odd.toml: colour: is not known"),
        ("public_id = 3", "odd.toml: public_id: is not known"),
        ('minutes = "long"', "odd.toml: minutes: “long” value must be an integer."),
        ("minutes = 5", "odd.toml: minutes: Ensure this value is greater than or equal to 10."),
        ('membership = "club"', "odd.toml: membership: Value 'club' is not a valid choice."),
        ('leader_kinds = ["wizard"]', "odd.toml: leader_kinds: Item 1 in the array did not validate"),
        ('description = "Only English"', "odd.toml: description: is a table by language of texts"),
        ('description = { en = "Only English" }', "odd.toml: description: is missing in es"),
        ('topics = { en = "One" }', "odd.toml: topics: is a table by language of lists of lines"),
        (
            'topics = { en = ["1", "2"], es = ["1"], ar = ["1", "2"] }',
            "odd.toml: topics: Write the same number of lines",
        ),
        ("payer_limit = 12", "odd.toml: payer_limit: Say that it is billed"),
        ("is_anonymous = true", "odd.toml: attendance_mode: Where nobody’s name is ever written down"),
        ('membership = "matched"\nvisibility = "members"', "odd.toml: capacity: A matched pair has two places."),
        ('membership = "school"', "odd.toml: needs_guardian_consent: At a school a parent or guardian agrees"),
        ("capacity = 3\nminimum = 4", "odd.toml: minimum: The fewest people can’t be more than the places."),
        ("days_in_row = 3", "odd.toml: days_in_row: Days one after another are counted"),
        ("common = true", "odd.toml: common: is a place among the commonest"),
        ("minutes = ", "odd.toml: is no TOML:"),
    ],
)
def test_a_wrong_file_is_told_by_file_and_key(tmp_path, text, problem):
    if problem is None:
        (tmp_path / "odd.toml").write_text(WHOLE + text, encoding="utf-8")
        assert read_kinds(tmp_path)["odd"].template.capacity == 12
        return
    assert any(line.startswith(problem) for line in broken(tmp_path, WHOLE + text)), broken(tmp_path, WHOLE + text)


def test_what_a_file_must_have_is_told_too(tmp_path):
    (tmp_path / "two.toml").write_text(WHOLE + "common = 1", encoding="utf-8")
    told = broken(tmp_path, 'common = 1\nname = { en = "A" }')
    assert "odd.toml: source: say what the figures rest on" in told
    assert "odd.toml: seen: “” is not one of summary, memory, ours" in told
    assert "odd.toml: name: is missing in ar" in told
    assert "common: the place 1 is given twice" in told
