"""The reading grade, against words with a known number of syllables and texts of a known kind."""

import pytest

from apps.kit.reading import grade, grade_of_html, sentences, syllables, words

COUNTED = {
    1: "the a you make called times here group we help walk talk peer 988 through should house week free friend",
    2: "coffee table open wanted boxes tables client today going people support message running being seeing science",
    3: "family library telephone together another museum radio confidence idea area",
    4: "recovery information interpreter supervision January community reality",
    5: "organization certification",
}
SYLLABLES = [(count, word) for count, row in COUNTED.items() for word in row.split()]


@pytest.mark.parametrize(("count", "word"), SYLLABLES)
def test_syllables_are_counted_to_within_one(count, word):
    assert abs(syllables(word) - count) <= 1


def test_syllables_are_right_for_nine_words_of_ten():
    wrong = [(word, syllables(word), count) for count, word in SYLLABLES if syllables(word) != count]
    assert len(wrong) <= len(SYLLABLES) / 10, wrong


def test_grade_is_the_formula():
    text = "The cat sat. The dog ran."
    assert grade(text) == pytest.approx(max(0, 0.39 * 3 + 11.8 * 1 - 15.59))
    longer = "We walk and talk by the river in the park on a sunny day, and then we go home to eat and rest."
    counted = words(longer)
    expected = 0.39 * len(counted) + 11.8 * sum(map(syllables, counted)) / len(counted) - 15.59
    assert grade(longer) == pytest.approx(expected)
    assert expected > 0


def test_plain_words_stay_at_grade_6_and_officialese_does_not():
    plain = (
        "You can come as you are. You do not need an account. Tell us if you can't come, and you keep your place. "
        "Someone opens the door at 5:15 pm and walks you in."
    )
    official = (
        "Participation in the aforementioned programme necessitates the submission of supplementary "
        "documentation substantiating eligibility in accordance with applicable administrative regulations."
    )
    assert grade(plain) < 6
    assert grade(official) > 15


@pytest.mark.parametrize("text", ["", "   ", "!?", "\n\n", "😀"])
def test_text_without_words_has_grade_0(text):
    assert grade(text) == 0


def test_abbreviations_times_and_numbers_end_no_sentence():
    assert len(sentences("Come at 5:30 p.m. on Tuesday. Dr. Osei pays $3.50!")) == 2
    assert words("Don’t call 1,000 people at 5:30") == ["Don’t", "call", "1,000", "people", "at", "5:30"]
    assert len(sentences("Heading\nFirst item\nSecond item")) == 3


def test_page_is_read_as_it_is_shown():
    page = """<html><head><title>Extraordinarily</title></head><body><script>incomprehensibilities()</script>
    <p hidden>Notwithstanding</p><h1>Groups</h1><ul><li>Walk <b>and</b> talk<li>Tea &amp; cake</ul><br>Come
    in.</div> <svg><title>Unintelligible</title></svg></body></html>"""
    assert grade_of_html(page) == grade("Groups\nWalk and talk\nTea & cake\nCome in.")
