"""One changed byte anywhere in what was signed about a note is found, and the signatures it concerns are named."""

from datetime import date

import pytest
from django.db import transaction

from apps.access.scope import open_scope
from apps.signing.verification import verify
from apps.supervision import services
from apps.supervision.models import NextStep, SupervisionNote
from tests.factories.organizations import actor_for, make_organization
from tests.factories.supervision import TEXT, make_meeting, make_plan

pytestmark = pytest.mark.django_db(transaction=True)

NOTE, PRIVATE, ADDENDUM, CLOSURE = [1, 2], [3], [4, 5], [6]
TABLES = ("noteversion", "nextstep", "privatepart", "addendum", "stepclosure")
TEXT_FLIP = "overlay({0} placing chr(ascii(substr({0}, {1}, 1)) # 1) from {1} for 1)"
NUMBER_FLIP = "{0} # 1"
DAY_FLIP = "date '2000-01-01' + (({0} - date '2000-01-01') # 1)"
AFTER = "strpos(details::text, '{0}') + length('{0}')"
# table, column, how one bit of it is flipped (twice is as before), which signatures it concerns
TEXTS = (
    *(("noteversion", column, NOTE) for column in ("specialist_name", "supervisor_name", "case_reference", "shared")),
    *(("noteversion", column, NOTE) for column in TEXT),
    ("nextstep", "what", NOTE + CLOSURE),
    ("privatepart", "text", PRIVATE),
    ("addendum", "text", ADDENDUM),
    ("stepclosure", "evidence", CLOSURE),
)
FLIPS = (
    *((table, column, TEXT_FLIP.format(column, at), told) for table, column, told in TEXTS
      for at in ("1", f"length({column})")),
    *(("noteversion", "details", f"({TEXT_FLIP.format('details::text', AFTER.format(word))})::jsonb", NOTE)
      for word in ("Patienc", "growt", "quieter plac", "They aske")),
    ("noteversion", "minutes", NUMBER_FLIP.format("minutes"), NOTE),
    ("noteversion", "held_on", DAY_FLIP.format("held_on"), NOTE),
    ("addendum", "minutes", NUMBER_FLIP.format("minutes"), ADDENDUM),
    ("stepclosure", "done_on", DAY_FLIP.format("done_on"), CLOSURE),
)  # fmt: skip


@pytest.fixture
def house():
    """A note that came from a meeting, with a shared and a private part, an addendum, and a step that was ended."""
    here = make_organization()
    plan = make_plan(here)
    dana, ruth = actor_for(plan.specialist), actor_for(plan.supervisor)
    details = {
        "competencies": ["growth"],
        "answers": {"scope": "They asked me to watch the medicine."},
        "strengths": "Patience.",
        "steps": [{"what": "Find a quieter place", "owner": "specialist", "due": "2026-02-01"}],
    }
    with open_scope(here.pk), transaction.atomic():
        meeting = make_meeting(plan)
        services.hold_meeting(
            meeting=meeting, actor=ruth, seen={plan.pk: services.Seen("came")}, shared="How we begin."
        )
        note = SupervisionNote.objects.get()
        facts = {"case_reference": "4-K7"}
        services.change_draft(note=note, actor=dana, revision=1, facts=facts, parts=TEXT, details=details)
        services.submit_note(note=note, actor=dana, revision=2, method="password")
        services.keep_private(note=note, actor=ruth, text="Ask about sleep next time.")
        services.sign_note(note=note, actor=ruth, version=1, method="password")
        row = services.add_addendum(note=note, actor=dana, text="We went on.", minutes=75, method="password")
        services.review_addendum(addendum=row, actor=ruth, method="password")
        services.close_step(
            step=NextStep.objects.get(), actor=dana, done_on=date(2026, 2, 2), evidence="Room 4.", method="password"
        )
    return here


@pytest.fixture
def owner(house, owner_connection):
    """The owner of the tables, who can switch the seals off."""
    names = [f"supervision_{table}" for table in TABLES] + ["signing_signature"]
    for name in names:
        owner_connection.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
    yield owner_connection
    for name in names:
        owner_connection.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
        owner_connection.execute(f"ALTER TABLE {name} DISABLE TRIGGER {name}_sealed_truncate")


def check(house):
    with transaction.atomic():
        return verify(house)


def test_a_flipped_bit_in_any_signed_part_of_the_live_rows_names_the_signatures_on_it(house, owner):
    assert check(house).compared == 6
    for table, column, flip, told in FLIPS:
        change = f"UPDATE supervision_{table} SET {column} = {flip}"
        owner.execute(change)
        found = check(house)
        assert found.chain == [], change
        assert [problem.number for problem in found.live] == told, change
        owner.execute(change)
    assert check(house).holds


def test_a_flipped_bit_at_any_place_of_signed_bytes_names_that_signature_first(house, owner):
    flip = "UPDATE signing_signature SET content = set_byte(content, %s, get_byte(content, %s) # 1) WHERE number = %s"
    lengths = dict(owner.execute("SELECT number, length(content) FROM signing_signature").fetchall())
    for number in (2, 3, 5, 6):
        for place in (0, lengths[number] // 3, lengths[number] - 1):
            owner.execute(flip, [place, place, number])
            found = check(house)
            assert [(problem.number, problem.what) for problem in found.chain] == [(number, "content")]
            assert [problem.number for problem in found.live] == [number]
            owner.execute(flip, [place, place, number])
    assert check(house).holds
