"""Pages about groups."""

from apps.groups.views.changing import change_session
from apps.groups.views.closures import add_holidays, closures, end_closure
from apps.groups.views.feeds import one_event, public_feed
from apps.groups.views.group import group_page, join, leave
from apps.groups.views.leading import check_in, correct, count_heads, hold, leading, session_page
from apps.groups.views.online import go_online
from apps.groups.views.people import add_person, decide, people, record_consent
from apps.groups.views.schedule import schedule
from apps.groups.views.session_parts import (
    alias,
    change_note,
    end_substitute,
    give_material,
    notes,
    substitute,
    take_material,
    walk_in,
)
from apps.groups.views.templates import (
    kind_page,
    start_from_kind,
    start_from_template,
    take_kind,
    template_page,
    templates,
)
from apps.groups.views.waiting import agree, answer, consents, end_consent, mine, offer, reply
from apps.groups.views.wall import code_file, wall, wall_file

__all__ = [
    "add_holidays",
    "add_person",
    "agree",
    "alias",
    "answer",
    "change_note",
    "change_session",
    "check_in",
    "closures",
    "code_file",
    "consents",
    "correct",
    "count_heads",
    "decide",
    "end_closure",
    "end_consent",
    "end_substitute",
    "give_material",
    "go_online",
    "group_page",
    "hold",
    "join",
    "kind_page",
    "leading",
    "leave",
    "mine",
    "notes",
    "offer",
    "one_event",
    "people",
    "public_feed",
    "record_consent",
    "reply",
    "schedule",
    "session_page",
    "start_from_kind",
    "start_from_template",
    "substitute",
    "take_kind",
    "take_material",
    "template_page",
    "templates",
    "walk_in",
    "wall",
    "wall_file",
]
