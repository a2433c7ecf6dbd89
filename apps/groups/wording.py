"""A group's rule in words."""

from __future__ import annotations

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.groups.choices import Frequency, Position
from apps.groups.models import SupportGroup
from apps.kit.dates import format_day
from apps.kit.listing import listed


def rule_words(group: SupportGroup) -> str:
    """ "Every Tuesday", "Every 2 weeks: Tuesday, Thursday", "Every month: the first Tuesday", with how long it goes on.

    In the reader's language.
    """
    days = listed(str(WEEKDAYS[day - 1]) for day in sorted({group.weekday, *group.also_on}))
    if group.frequency == Frequency.MONTHLY:
        which = listed(str(Position(each).label) for each in sorted(group.positions, key=lambda n: (n < 0, n)))
        every = ngettext("Every month", "Every %(n)d months", group.interval) % {"n": group.interval}
        words = _("%(every)s: %(which)s %(days)s") % {"every": every, "which": which, "days": days}
    elif group.interval > 1:
        every = ngettext("Every week", "Every %(n)d weeks", group.interval) % {"n": group.interval}
        words = _("%(every)s: %(days)s") % {"every": every, "days": days}
    else:
        words = _("Every %(days)s") % {"days": days}
    if group.ends_on:
        words = _("%(rule)s, until %(day)s") % {"rule": words, "day": format_day(group.ends_on, style="dated")}
    if group.times:
        more = ngettext("%(n)d time", "%(n)d times", group.times) % {"n": group.times}
        words = _("%(rule)s, %(times)s") % {"rule": words, "times": more}
    return words
