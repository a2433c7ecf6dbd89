"""A group's rule in words."""

from __future__ import annotations

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.groups.choices import Frequency, LeaderKind, Position
from apps.groups.models import GroupTemplate, SupportGroup
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


def shape_words(template: GroupTemplate) -> str:
    """ "Every week, 8 times", "6 days one after another", "Every Monday, Tuesday": how often a kind meets.

    In the reader's language.
    """
    if template.days_in_row > 1:
        return ngettext("%(n)d day", "%(n)d days one after another", template.days_in_row) % {"n": template.days_in_row}
    if len(template.weekdays) == 7:
        words = _("Every day")
    elif template.weekdays:
        words = _("Every %(days)s") % {"days": listed(str(WEEKDAYS[day - 1]) for day in sorted(template.weekdays))}
    elif template.frequency == Frequency.MONTHLY:
        words = ngettext("Every month", "Every %(n)d months", template.interval) % {"n": template.interval}
    else:
        words = ngettext("Every week", "Every %(n)d weeks", template.interval) % {"n": template.interval}
    if template.times:
        more = ngettext("%(n)d time", "%(n)d times", template.times) % {"n": template.times}
        words = _("%(rule)s, %(times)s") % {"rule": words, "times": more}
    return words


def leaders_words(terms: GroupTemplate | SupportGroup) -> list[str]:
    """Who leads a group of this kind: how many, who among them, and whether a certification is looked up."""
    needed = terms.leaders_needed or 1
    said = [ngettext("%(n)d person leads it", "%(n)d people lead it", needed) % {"n": needed}]
    if terms.leader_kinds:
        kinds = listed(str(LeaderKind(kind).label) for kind in terms.leader_kinds)
        said.append(_("among them %(kinds)s") % {"kinds": kinds})
    if terms.needs_certified:
        said.append(_("each with a certification that holds"))
    return said


def ages_words(terms: GroupTemplate | SupportGroup) -> str:
    """ "18 and over", "12 to 19", "up to 25"; "" where every age is welcome."""
    if terms.youngest is not None and terms.oldest is not None:
        return _("%(youngest)d to %(oldest)d") % {"youngest": terms.youngest, "oldest": terms.oldest}
    if terms.youngest is not None:
        return _("%(youngest)d and over") % {"youngest": terms.youngest}
    return _("up to %(oldest)d") % {"oldest": terms.oldest} if terms.oldest is not None else ""
