"""Literal lists of the supervision app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mode(models.TextChoices):
    """How supervision was held."""

    INDIVIDUAL = "individual", _("One to one")
    GROUP = "group", _("In a group")
    OBSERVATION = "observation", _("Observation at work")
    CO_SUPERVISION = "co_supervision", _("Co-supervision")


class Place(models.TextChoices):
    """Where supervision was held."""

    IN_PERSON = "in_person", _("In person")
    VIDEO = "video", _("By video")
    PHONE = "phone", _("By phone")


class NoteState(models.TextChoices):
    """Where a supervision note stands."""

    DRAFT = "draft", _("Being written")
    SUBMITTED = "submitted", _("Waits for the supervisor")
    RETURNED = "returned", _("Returned to its author")
    SIGNED = "signed", _("Signed and locked")


# a note is written in these states; in the others it stands still
OPEN_STATES = (NoteState.DRAFT, NoteState.RETURNED)

MOVES: dict[str, tuple[str, ...]] = {
    NoteState.DRAFT: (NoteState.SUBMITTED,),
    NoteState.SUBMITTED: (NoteState.RETURNED, NoteState.SIGNED),
    NoteState.RETURNED: (NoteState.SUBMITTED,),
    NoteState.SIGNED: (),
}

# the parts of a note's text, in the order they are read
PARTS = {
    "reviewed": _("What we looked at"),
    "decided": _("What we decided"),
    "actions": _("Actions"),
}


# ---- what rules ask of a plan
class Asked(models.TextChoices):
    """What a rule asks for."""

    SUPERVISION = "supervision", _("supervision of any kind")
    IN_PERSON = "in_person", _("one to one, in person")
    OBSERVATION = "observation", _("observation at work")


class Stage(models.TextChoices):
    """Of whom a rule asks it: where somebody stands on the first day of a week or month."""

    ALWAYS = "always", _("everybody")
    PROVISIONAL = "provisional", _("not fully certified yet")
    CERTIFIED = "certified", _("fully certified")
    SUPERVISES = "supervises", _("those who supervise others")


class Per(models.TextChoices):
    """By what a rule counts."""

    WEEK = "week", _("weeks")
    MONTH = "month", _("months")
    HOURS_WORKED = "hours_worked", _("hours worked, looked at month by month")


class DueState(models.TextChoices):
    """Where the supervision of one person stands."""

    OVERDUE = "overdue", _("overdue")
    DUE = "due", _("due")
    FINE = "fine", _("as it should be")
    NOT_ASKED = "not_asked", _("nothing is asked")


class ReviewOutcome(models.TextChoices):
    """What a second reader says of a signed note."""

    FINE = "fine", _("as it should be")
    TALK = "talk", _("to talk about")


class SessionForm(models.TextChoices):
    """What kind of work the time was for."""

    STRUCTURED = "structured", _("Structured supervision")
    OBSERVATION = "observation", _("Field observation")
    CASE_REVIEW = "case_review", _("Case review")


class AddendumKind(models.TextChoices):
    """What was added to a locked note."""

    ADDENDUM = "addendum", _("Addendum")
    LATE_ENTRY = "late_entry", _("Late entry")


# questions to think about, written for this product; three at a time, and another three in the next session
QUESTIONS = {
    "scope": _("Was there a moment when you were asked to do what is not a peer’s work? What did you do?"),
    "disclosure": _("Where did you share something of your own story? For whom was it good?"),
    "boundaries": _("Which boundary was hard to keep, and what helped?"),
    "recovery": _("How does this work touch your own recovery these days?"),
    "culture": _("Where might somebody’s culture, faith or language need another way than ours?"),
    "role": _("Are you used as a peer here, or to fill a place in clinical work? What tells you so?"),
    "wellbeing": _("If you want to share it: what of your own wellbeing plan needs room this month?"),
    "choice": _("Where did the person decide for themself, and where did we decide for them?"),
    "mutual": _("What did you learn from somebody you support?"),
    "hope": _("When did you lose hope for somebody, and how did it come back?"),
    "power": _("Who had the power in that room, and how was it shared?"),
    "team": _("What do you need from the team or from me that you do not get?"),
}
QUESTIONS_A_TIME = 3
STEPS_A_NOTE = 5

# the parts of a note that stand beside its texts, in the order they are read
DETAILS = {
    "topics": _("Topics"),
    "competencies": _("Competencies"),
    "answers": _("To think about"),
    "strengths": _("Strengths"),
    "steps": _("Next steps"),
}


class StepOwner(models.TextChoices):
    """Who does a next step."""

    SPECIALIST = "specialist", _("Who is supervised")
    SUPERVISOR = "supervisor", _("The supervisor")


class MeetingState(models.TextChoices):
    """Where a planned meeting stands. Frozen: held, and the first of those who came has signed its shared part."""

    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    FROZEN = "frozen", _("Held and signed")
    CANCELLED = "cancelled", _("Called off")
    MISSED = "missed", _("Did not take place")


MEETING_MOVES: dict[str, tuple[str, ...]] = {
    MeetingState.PLANNED: (MeetingState.HELD, MeetingState.CANCELLED, MeetingState.MISSED),
    MeetingState.HELD: (MeetingState.FROZEN,),
    MeetingState.FROZEN: (),
    MeetingState.CANCELLED: (),
    MeetingState.MISSED: (),
}


class Attendance(models.TextChoices):
    """Whether somebody was there."""

    EXPECTED = "expected", _("Expected")
    CAME = "came", _("Was there")
    PARTLY = "partly", _("Was there for a part")
    MISSED = "missed", _("Was not there")
    EXCUSED = "excused", _("Said before that they can’t come")


WAS_THERE = (Attendance.CAME, Attendance.PARTLY)


class Every(models.TextChoices):
    """How often a meeting comes again."""

    ONCE = "once", _("Once")
    WEEKLY = "weekly", _("Every week")
    BIWEEKLY = "biweekly", _("Every two weeks")
    MONTHLY = "monthly", _("Every month")


class Reach(models.TextChoices):
    """How many meetings of a series a change reaches."""

    ONE = "one", _("Only this one")
    FOLLOWING = "following", _("This one and all after it")
    ALL = "all", _("All that are to come")
