"""What changed is shown as a person would mark it: whole phrases, and nothing lost."""

from apps.supervision.changes import changed_words


def told(before, after):
    return [(piece.what, piece.text) for piece in changed_words(before, after)]


def test_an_added_end_is_one_piece():
    assert told("A quieter place.", "A quieter place. Dana, soon.") == [
        ("same", "A quieter place."),
        ("added", " Dana, soon."),
    ]


def test_few_words_between_two_changes_belong_to_one_change():
    assert told(
        "I told him some of my story. He asked no more.", "I told him one thing of mine. He asked no more."
    ) == [
        ("same", "I told him "),
        ("removed", "some of my story."),
        ("added", "one thing of mine."),
        ("same", " He asked no more."),
    ]


def test_both_texts_can_be_read_out_of_the_pieces():
    before, after = "a b c d e\nf g", "a x c d e\n\nf g h"
    pieces = changed_words(before, after)
    assert "".join(p.text for p in pieces if p.what != "added").split() == before.split()
    assert "".join(p.text for p in pieces if p.what != "removed") == after


def test_nothing_changed_is_one_piece():
    assert told("the same", "the same") == [("same", "the same")]
    assert told("", "") == []
