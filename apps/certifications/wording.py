"""What a requirement and a verdict are called in plain words, and the next step that a person can take."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.certifications.catalogue.places import PLACES
from apps.certifications.facts import SchoolLevel, Unit
from apps.certifications.progress import Standing, Verdict
from apps.certifications.rules import COUNTED, FixedYears, RequirementKind, Rule, Terms
from apps.kit.listing import listed

TOPICS = {
    "advocacy": gettext_lazy("advocacy"),
    "approved_course": gettext_lazy("an approved course"),
    "aps_core": gettext_lazy("core courses of the Academy of Peer Services"),
    "aps_elective": gettext_lazy("electives of the Academy of Peer Services"),
    "behavioural_health": gettext_lazy("behavioral health"),
    "boundaries": gettext_lazy("boundaries"),
    "cares_connect": gettext_lazy("CARES Academy Connect"),
    "co_reflection": gettext_lazy("co-reflection"),
    "coach_academy": gettext_lazy("recovery coach academy"),
    "coaching": gettext_lazy("coaching"),
    "core": gettext_lazy("core"),
    "diversity": gettext_lazy("diversity"),
    "domains": gettext_lazy("the domains"),
    "domestic_violence": gettext_lazy("domestic violence"),
    "e_based_academy": gettext_lazy("e-Based Academy"),
    "ethics": gettext_lazy("ethics"),
    "further": gettext_lazy("further training"),
    "giving_supervision": gettext_lazy("giving supervision"),
    "harm_reduction": gettext_lazy("harm reduction"),
    "health_equity": gettext_lazy("health equity"),
    "hiv": gettext_lazy("HIV"),
    "intentional_peer_support": gettext_lazy("Intentional Peer Support"),
    "level_1": gettext_lazy("level 1"),
    "level_2": gettext_lazy("level 2"),
    "medication_supported_recovery": gettext_lazy("medication-supported recovery"),
    "mentoring": gettext_lazy("mentoring"),
    "motivational_interviewing": gettext_lazy("motivational interviewing"),
    "oral": gettext_lazy("oral"),
    "peer_specific": gettext_lazy("peer support"),
    "pep_level_1": gettext_lazy("PEP level 1"),
    "pep_level_2": gettext_lazy("PEP level 2"),
    "recovery_support": gettext_lazy("recovery support"),
    "similar_experience": gettext_lazy("with people of similar experience"),
    "suicide_prevention": gettext_lazy("suicide prevention"),
    "supplemental": gettext_lazy("supplemental"),
    "system_navigation": gettext_lazy("system navigation"),
    "trafficking": gettext_lazy("trafficking"),
    "trauma": gettext_lazy("trauma"),
    "vermont_cpsp": gettext_lazy("Vermont CPSP course"),
    "wellness": gettext_lazy("wellness"),
    "wrap": gettext_lazy("WRAP"),
    "written": gettext_lazy("written"),
    "family": gettext_lazy("as family"),
    "either": gettext_lazy("one’s own or as family"),
}
TONES = {Standing.MET: "good", Standing.NOT_YET: "wait", Standing.UNKNOWN: "plain", Standing.NOT_ASKED: "plain"}
STAMPS = {
    Standing.MET: gettext_lazy("Met"),
    Standing.NOT_YET: gettext_lazy("Not yet"),
    Standing.UNKNOWN: gettext_lazy("Not known"),
    Standing.NOT_ASKED: gettext_lazy("Not asked"),
}


def amount_words(amount: Decimal, unit: str) -> str:
    """An amount with its unit: "59.5 hours", "1 month"."""
    number = number_format(amount.normalize() if amount % 1 else int(amount))
    count = 1 if amount == 1 else 2 if amount % 1 else int(amount)
    if unit == Unit.HOURS:
        words = ngettext("%(amount)s hour", "%(amount)s hours", count)
    elif unit == Unit.DAYS:
        words = ngettext("%(amount)s day", "%(amount)s days", count)
    elif unit == Unit.MONTHS:
        words = ngettext("%(amount)s month", "%(amount)s months", count)
    elif unit == Unit.YEARS:
        words = ngettext("%(amount)s year", "%(amount)s years", count)
    elif unit == Unit.COURSES:
        words = ngettext("%(amount)s course", "%(amount)s courses", count)
    else:
        return number
    return words % {"amount": number}


def title_of(rule: Rule) -> str:
    """What is asked: "Training: ethics"."""
    kind = RequirementKind(rule.kind)
    title = str(kind.label)
    if kind in (RequirementKind.OTHER, RequirementKind.HOLDS) and rule.text:
        return rule.text
    if kind == RequirementKind.EDUCATION:
        level = str(SchoolLevel(rule.topic).label) if rule.topic in SchoolLevel.values else ""
        return f"{title}: {rule.text or level}" if (rule.text or level) else title
    if kind == RequirementKind.RESIDENCE:
        return _("Living or working in %(place)s") % {"place": PLACES.get(rule.topic, rule.topic)}
    if kind == RequirementKind.EMPLOYMENT:
        return title
    if rule.topic:
        title = f"{title}: {TOPICS.get(rule.topic, rule.topic.replace('_', ' '))}"
    return _("%(what)s, taught live") % {"what": title} if rule.live else title


def need_of(rule: Rule) -> str:
    """How much of it, in words; "" where it is asked without an amount."""
    if rule.required is None:
        return str(Standing.UNKNOWN.label)
    if not rule.required or rule.amount == 0:
        return str(Standing.NOT_ASKED.label)
    if rule.kind == RequirementKind.AGE:
        return _age(rule)
    if rule.share is not None:
        return _("%(percent)s%% of it") % {"percent": int(rule.share * 100)}
    if rule.kind in COUNTED or rule.kind == RequirementKind.RECOVERY:
        if rule.amount is None:
            return str(Standing.UNKNOWN.label) if not rule.parts else ""
        words = amount_words(rule.amount, rule.unit)
        if rule.kind in (RequirementKind.EXAM, RequirementKind.BACKGROUND_CHECK) and rule.amount == 1:
            words = _("asked")
        if rule.within_months:
            within = amount_words(Decimal(rule.within_months), Unit.MONTHS)
            return _("%(amount)s within the last %(months)s") % {"amount": words, "months": within}
        return words
    return ""


def _age(rule: Rule) -> str:
    if rule.amount is None and rule.upper is None:
        return str(Standing.UNKNOWN.label)
    if rule.upper is None:
        return _("%(least)s or older") % {"least": int(rule.amount or 0)}
    if rule.amount is None:
        return _("up to %(most)s") % {"most": int(rule.upper)}
    return _("%(least)s to %(most)s") % {"least": int(rule.amount), "most": int(rule.upper)}


def next_step(verdict: Verdict) -> str:
    """What to do about it; "" where nothing is to be done."""
    rule = verdict.rule
    if verdict.standing == Standing.UNKNOWN:
        return _("Ask the certifying body.")
    if verdict.standing != Standing.NOT_YET:
        return ""
    if rule.kind == RequirementKind.ANY_OF:
        return _("One of these is enough.")
    if verdict.need is not None and verdict.have is not None and rule.kind in COUNTED and verdict.have < verdict.need:
        return _counted(verdict)
    plain: dict[str, Any] = {
        RequirementKind.AGE: _("Say yes or no to this age: %(age)s.") % {"age": _age(rule)},
        RequirementKind.LIVED_EXPERIENCE: _("Say that you have it. Nobody asks how or why."),
        RequirementKind.RECOVERY: _("Say that it has been this long. Nobody asks more."),
        RequirementKind.RESIDENCE: _("Say that you live or work there."),
        RequirementKind.EMPLOYMENT: _("Say that you are employed so."),
        RequirementKind.EDUCATION: _("Hand in proof of it."),
        RequirementKind.HOLDS: _("Get this credential first."),
    }
    return str(plain.get(rule.kind, "")) or _("See what is missing below.")


def _counted(verdict: Verdict) -> str:
    rule = verdict.rule
    if rule.kind == RequirementKind.EXAM:
        return _("Pass the examination.")
    if rule.kind == RequirementKind.BACKGROUND_CHECK:
        return _("Have the background check done.")
    left = (verdict.need or Decimal(0)) - (verdict.have or Decimal(0))
    return _("Still to go: %(amount)s.") % {"amount": amount_words(left, rule.unit)}


def terms_in_words(terms: Terms) -> list[str]:
    """How long it lasts, what may be added and when it ends; what is not known is left out."""
    told = []
    if terms.term_months is not None:
        told.append(_("Lasts %(months)s.") % {"months": _months(terms.term_months)})
    if terms.renewal_options:
        longest = _months(max(terms.renewal_options))
        told.append(_("The holder may choose a longer term, up to %(months)s.") % {"months": longest})
    if terms.extensions:
        words = ngettext("One extension is possible.", "%(count)s extensions are possible.", terms.extensions)
        told.append(words % {"count": terms.extensions})
    if terms.extension_months:
        told.append(_("An extension lasts %(months)s.") % {"months": _months(terms.extension_months)})
    if terms.grace_months:
        words = _("After its last day there are %(months)s in which it can still be renewed.")
        told.append(words % {"months": _months(terms.grace_months)})
    if terms.fixed_dates:
        days = listed(date_format(date(2000, month, day), "MONTH_DAY_FORMAT") for month, day in terms.fixed_dates)
        ends = {
            FixedYears.EVERY: _("It ends on a fixed date: %(days)s."),
            FixedYears.ODD: _("It ends on a fixed date: %(days)s of odd years."),
            FixedYears.EVEN: _("It ends on a fixed date: %(days)s of even years."),
        }
        told.append(ends[FixedYears(terms.fixed_years)] % {"days": days})
    elif terms.on_fixed_date:
        told.append(_("It ends on a fixed date. Which one is not known: check with the certifying body."))
    if terms.calendar_years:
        told.append(_("Continuing education is counted by the calendar year."))
    return told


def _months(count: int) -> str:
    return amount_words(Decimal(count), Unit.MONTHS)
