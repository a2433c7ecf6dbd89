"""Pages about groups."""

from apps.groups.views.changing import change_session
from apps.groups.views.closures import add_holidays, closures, end_closure
from apps.groups.views.feeds import one_event, public_feed
from apps.groups.views.group import group_page, join, leave
from apps.groups.views.online import go_online
from apps.groups.views.people import add_person, decide, people, record_consent
from apps.groups.views.schedule import schedule
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
    "answer",
    "change_session",
    "closures",
    "consents",
    "decide",
    "end_closure",
    "end_consent",
    "code_file",
    "end_closure",
    "go_online",
    "group_page",
    "join",
    "kind_page",
    "leave",
    "mine",
    "offer",
    "one_event",
    "people",
    "public_feed",
    "record_consent",
    "reply",
    "schedule",
    "start_from_kind",
    "start_from_template",
    "take_kind",
    "template_page",
    "templates",
    "wall",
    "wall_file",
]
