"""The structured parts of a note: cleaned as they are kept, and with their words as they are signed."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from apps.certifications.choices import Competency
from apps.supervision.choices import QUESTIONS, STEPS_A_NOTE, StepOwner
from apps.supervision.models import NoteVersion, SupervisionNote, SupervisionTopic
from apps.supervision.selectors import open_steps

LONGEST = 4000


def tidy(text: str) -> str:
    """Text as it is kept: normal form C, one kind of line end, no blanks around."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\x00", "").strip()


def clean_details(details: Mapping[str, Any]) -> dict[str, Any]:
    """Only what belongs there, tidied: topics, competencies, answers, strengths and steps, each where there is any.

    Raises ValidationError by field for a topic that is not one's own organization's, a competency or question that does
    not exist, and a step without its words or with a day that is none.
    """
    clean: dict[str, Any] = {}
    topics = sorted({int(key) for key in details.get("topics", ())})
    if topics:
        if SupervisionTopic.objects.filter(pk__in=topics).count() != len(topics):
            raise ValidationError({"topics": _("Choose topics from the list.")})
        clean["topics"] = topics
    competencies = [value for value in Competency.values if value in details.get("competencies", ())]
    if len(competencies) != len(set(details.get("competencies", ()))):
        raise ValidationError({"competencies": _("Choose from the twelve.")})
    if competencies:
        clean["competencies"] = competencies
    answers = {key: tidy(details.get("answers", {}).get(key, ""))[:LONGEST] for key in QUESTIONS}
    if any(answers.values()):
        clean["answers"] = {key: text for key, text in answers.items() if text}
    if strengths := tidy(details.get("strengths", ""))[:LONGEST]:
        clean["strengths"] = strengths
    if steps := [step for step in map(_step, details.get("steps", ())) if step]:
        if len(steps) > STEPS_A_NOTE:
            raise ValidationError({"steps": _("At most five next steps: choose those that matter most.")})
        clean["steps"] = steps
    return clean


def _step(step: Mapping[str, Any]) -> dict[str, str] | None:
    what, due = tidy(step.get("what", ""))[:500], str(step.get("due") or "")
    owner = step.get("owner") or StepOwner.SPECIALIST
    if not what:
        if due:
            raise ValidationError({"steps": _("Say what is to be done by that day.")})
        return None
    if owner not in StepOwner.values:
        raise ValidationError({"steps": _("Choose who does it.")})
    try:
        due = date.fromisoformat(due).isoformat() if due else ""
    except ValueError as error:
        raise ValidationError({"steps": _("Write the day as it is in the calendar.")}) from error
    return {"what": what, "owner": str(owner), "due": due}


def frozen_details(note: SupervisionNote, details: Mapping[str, Any]) -> dict[str, Any]:
    """The details with the words that stand for them now, and the steps that were open: what is signed."""
    plan = note.plan
    frozen: dict[str, Any] = {}
    with translation.override(plan.organization.language):
        names = {row.pk: str(row) for row in SupervisionTopic.objects.filter(pk__in=details.get("topics", ()))}
        if topics := [{"topic": key, "name": names[key]} for key in details.get("topics", ()) if key in names]:
            frozen["topics"] = topics
        if details.get("competencies"):
            frozen["competencies"] = [
                {"competency": value, "name": str(Competency(value).label)} for value in details["competencies"]
            ]
        if details.get("answers"):
            frozen["answers"] = [
                {"key": key, "question": str(QUESTIONS[key]), "answer": text}
                for key, text in details["answers"].items()
            ]
    if details.get("strengths"):
        frozen["strengths"] = details["strengths"]
    people = {StepOwner.SPECIALIST: plan.specialist, StepOwner.SUPERVISOR: plan.supervisor}
    if details.get("steps"):
        frozen["steps"] = [
            {
                "what": step["what"],
                "owner": step["owner"],
                "person": people[StepOwner(step["owner"])].pk,
                "name": people[StepOwner(step["owner"])].name,
                "due": step["due"],
            }
            for step in details["steps"]
        ]
    if carried := [
        {"step": row.pk, "what": row.what, "name": row.owner.name, "due": row.due_on.isoformat() if row.due_on else ""}
        for row in open_steps(plan, before=note)
    ]:
        frozen["carried"] = carried
    return frozen


def thawed_details(version: NoteVersion) -> dict[str, Any]:
    """The details of a version as a draft that starts from it has them."""
    details = version.details
    thawed: dict[str, Any] = {}
    if "topics" in details:
        thawed["topics"] = [row["topic"] for row in details["topics"]]
    if "competencies" in details:
        thawed["competencies"] = [row["competency"] for row in details["competencies"]]
    if "answers" in details:
        thawed["answers"] = {row["key"]: row["answer"] for row in details["answers"] if row["key"] in QUESTIONS}
    if "strengths" in details:
        thawed["strengths"] = details["strengths"]
    if "steps" in details:
        thawed["steps"] = [{key: row[key] for key in ("what", "owner", "due")} for row in details["steps"]]
    return thawed
