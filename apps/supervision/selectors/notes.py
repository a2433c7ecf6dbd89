"""Reads of supervision: what waits for whom, and what a signature on a note signed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Exists, IntegerField, JSONField, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.utils import translation

from apps.access.actor import Actor
from apps.access.policy import unbarred, visible_to
from apps.certifications import selectors as certifications
from apps.kit.calling import calling
from apps.kit.listing import listed
from apps.organizations.models import Organization, Person
from apps.organizations.selectors import active_memberships, role_words
from apps.signing.choices import Meaning
from apps.signing.models import Signature
from apps.signing.registry import ERASED
from apps.signing.selectors import signatures_on
from apps.supervision.choices import OPEN_STATES, QUESTIONS, QUESTIONS_A_TIME, NoteState
from apps.supervision.models import (
    KIND,
    CoSignature,
    NoteVersion,
    SupervisionMeeting,
    SupervisionNote,
    SupervisionPlan,
    SupervisionSession,
)


def _with_people(notes: QuerySet[SupervisionNote]) -> QuerySet[SupervisionNote]:
    return notes.select_related("session__plan__specialist", "session__plan__supervisor")


def notes_for(actor: Actor) -> QuerySet[SupervisionNote]:
    """Every note this actor may read, the newest session first."""
    return _with_people(visible_to(SupervisionNote, actor)).order_by("-session__held_on", "-pk")


def waiting_for(actor: Actor) -> QuerySet[SupervisionNote]:
    """Notes that wait for this supervisor's signature, the one that was first submitted longest ago first."""
    waiting = visible_to(SupervisionNote, actor, "sign").filter(state=NoteState.SUBMITTED)
    return _with_people(waiting).order_by("first_submitted_at", "pk")


def waiting_on_others(actor: Actor) -> QuerySet[SupervisionNote]:
    """Notes that this supervisor returned and that wait on their authors, the longest first."""
    waiting = visible_to(SupervisionNote, actor, "sign").filter(state=NoteState.RETURNED)
    return _with_people(waiting).order_by("submitted_at", "pk")


def long_unsigned(since: datetime) -> QuerySet[SupervisionNote]:
    """Notes that wait for a signature and were first submitted before `since`. Whole, without bars: for counting."""
    return SupervisionNote.objects.filter(state=NoteState.SUBMITTED, first_submitted_at__lt=since)


def own_notes(actor: Actor) -> QuerySet[SupervisionNote]:
    """The notes of the actor's own supervision: what waits on them first, then the newest session first."""
    first = Case(
        When(state=NoteState.RETURNED, then=Value(0)),
        When(state=NoteState.DRAFT, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    own = visible_to(SupervisionNote, actor, "change")
    return _with_people(own).order_by(first, "-session__held_on", "-pk")


def own_open_notes(actor: Actor) -> QuerySet[SupervisionNote]:
    """The actor's own notes that wait on them: returned ones first, then those still being written."""
    return own_notes(actor).filter(state__in=OPEN_STATES)


def own_plans(actor: Actor, on: date | None = None) -> QuerySet[SupervisionPlan]:
    """The plans under which the actor is supervised, on a day or ever."""
    plans = unbarred(SupervisionPlan.objects.filter(specialist__user_id=actor.user_id), actor)
    plans = plans.select_related("supervisor", "specialist")
    if on is not None:
        plans = plans.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)
    return plans.order_by("-starts_on")


def questions_for(plan: SupervisionPlan, note: SupervisionNote | None = None) -> list[str]:
    """The questions of a session, by key: three at a time, the next three in the next note, round and round."""
    before = SupervisionNote.objects.filter(session__plan__specialist_id=plan.specialist_id)
    if note is not None:
        before = before.filter(pk__lt=note.pk)
    keys = list(QUESTIONS)
    start = before.count() * QUESTIONS_A_TIME
    return [keys[(start + n) % len(keys)] for n in range(QUESTIONS_A_TIME)]


def supervised_by(actor: Actor, on: date) -> QuerySet[Person]:
    """The people whom this actor supervises on a day, as far as no private rule hides them, by name."""
    plans = SupervisionPlan.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on), supervisor__user_id=actor.user_id, starts_on__lte=on
    )
    return unbarred(Person.objects.filter(pk__in=plans.values("specialist_id")), actor).order_by("name", "pk")


def sessions_for(actor: Actor) -> QuerySet[SupervisionSession]:
    """The sessions of which this actor may know that they took place."""
    return visible_to(SupervisionSession, actor).select_related("plan__specialist", "plan__supervisor", "note")


def signatures_of(note: SupervisionNote) -> QuerySet[Signature]:
    """Every signature on a note, in order, each with `superseded`."""
    return signatures_on(KIND, note.pk)


def role_text(person: Person, organization: Organization) -> str:
    """The roles a person holds today, in words, as a signature keeps them: in the organization's language."""
    with translation.override(organization.language), calling(None):
        return listed(role_words(active_memberships().filter(person=person).order_by("pk")))


def credential_text(person: Person, on: date) -> str:
    """The credentials that let a person work on a day, as a signature keeps them; empty where none is recorded."""
    told = []
    for held in certifications.valid_on(person.pk, on).select_related("credential"):
        number = f" {held.number}" if held.number else ""
        until = f", valid until {held.expires_on.isoformat()}" if held.expires_on else ""
        told.append(f"{held.credential.credential_name}{number}{until}")
    return "; ".join(told)[:200]


# the next steps that a note brought, as [[what, person, due], …] in their order
_STEPS = RawSQL(  # the only aggregate of its shape: JSON rows of another table, one query for a whole batch
    "(SELECT jsonb_agg(jsonb_build_array(s.what, s.owner_id, coalesce(s.due_on::text, '')) ORDER BY s.number)"
    " FROM supervision_nextstep AS s WHERE s.note_id = supervision_noteversion.note_id)",
    (),
    output_field=JSONField(),
)


# what of these rows is compared: the rest of them, instants above all, takes longer to read than the comparison
_COMPARED = (
    *(field.name for field in NoteVersion._meta.concrete_fields if field.name != "author_signature"),
    "note__state",
    "note__version",
    "note__session__plan__specialist",
    "note__session__plan__supervisor",
    *(f"note__session__{name}" for name in SupervisionSession.FACTS),
)


def contents(wanted: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], Any]:
    """What signatures on these (note id, version) pairs signed, as the rows say it now. One query.

    Says more than was signed, and so differs, where the session of a locked note has other facts than its version, and
    where a supervisor's signature stands on a note that is not locked by it.
    """
    pairs = set(wanted)
    on_it = Signature.objects.filter(kind=KIND, row_id=OuterRef("note_id"), version=OuterRef("version"))
    rows = (
        NoteVersion.objects.filter(note_id__in={note for note, _version in pairs})
        .select_related("note__session__plan")
        .only(*_COMPARED)
        .annotate(
            reviewed_signature=Exists(on_it.filter(meaning=Meaning.REVIEWED)),
            co_signed=Exists(on_it.filter(meaning=Meaning.CO_SIGNED)),
            co_signature=Exists(CoSignature.objects.filter(note_id=OuterRef("note_id"), version=OuterRef("version"))),
            steps_now=_STEPS,
            shared_now=SupervisionMeeting.objects.filter(people__session=OuterRef("note__session")).values("shared")[
                :1
            ],
        )
    )
    return {(row.note_id, row.version): _content(row) for row in rows.iterator() if (row.note_id, row.version) in pairs}


def _content(row: NoteVersion) -> Any:
    if row.erased_at is not None:
        return ERASED
    content = row.as_signed()
    note, session = row.note, row.note.session
    current = note.version == row.version
    if current and not note.is_open:
        live = {name: getattr(session, name) for name in session.FACTS}
        people = [session.plan.specialist_id, session.plan.supervisor_id]
        signed = {name: getattr(row, name) for name in session.FACTS}
        if live != signed or people != [row.specialist_id, row.supervisor_id]:
            content["session as it stands"] = [live, people]
    if row.reviewed_signature != (current and note.state == NoteState.SIGNED):  # type: ignore[attr-defined]  # an annotation of the queryset
        content["state"] = note.state
    if row.co_signed != row.co_signature:  # type: ignore[attr-defined]  # annotations of the queryset
        content["co-signature"] = row.co_signature  # type: ignore[attr-defined]  # annotations of the queryset
    if row.schema > 1 and current and note.state == NoteState.SIGNED:
        steps = [[step["what"], step["person"], step["due"]] for step in content["details"].get("steps", [])]
        if steps != (row.steps_now or []):  # type: ignore[attr-defined]  # annotations of the queryset
            content["steps as they stand"] = row.steps_now  # type: ignore[attr-defined]  # annotations of the queryset
    if (row.shared_now or "") != row.shared:  # type: ignore[attr-defined]  # annotations of the queryset
        content["shared part as it stands"] = row.shared_now  # type: ignore[attr-defined]  # annotations of the queryset
    return content
