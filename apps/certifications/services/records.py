"""Every write to the records of who holds which credential: its steps, terms, extensions and checks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may_add, require
from apps.certifications import selectors
from apps.certifications.choices import LETS_WORK, STATUS_STEPS, Status, StepReason
from apps.certifications.models import (
    CatalogueCredential,
    Certification,
    CertificationExtension,
    CertificationStep,
    CertificationTerm,
    Verification,
)
from apps.organizations.models import Person

DAY = timedelta(days=1)


@transaction.atomic
def record_certification(
    *,
    actor: Actor,
    person: Person,
    credential: CatalogueCredential,
    on: date | None = None,
    reason: str = StepReason.RECORDED,
    **values: Any,
) -> Certification:
    """Record a credential of a staff member as it stands since `on` (by default the day it was issued, else today).

    Raises PermissionDenied, or ValidationError by field.
    """
    if not may_add(actor, Certification):
        raise PermissionDenied
    row = Certification(organization_id=person.organization_id, person=person, credential=credential, **values)
    row.full_clean()
    _dates_belong_together(row.issued_on, row.expires_on)
    today = selectors.today_of(row.organization_id)
    since = on or (min(row.issued_on, today) if row.issued_on else today)
    _not_to_come(since, today)
    row.save()
    _add_step(row, "", row.status, since, reason, actor)
    if row.issued_on:
        _save_term(CertificationTerm(certification=row, starts_on=row.issued_on, ends_on=row.expires_on), actor)
    ensure_still_visible(actor, row)
    return row


@transaction.atomic
def change_certification(
    *,
    certification: Certification,
    actor: Actor,
    on: date | None = None,
    reason: str = StepReason.RECORDED,
    **values: Any,
) -> Certification:
    """Change a record: its number, its status (a step on day `on`, by default today), or correct its dates.

    The dates are those of its first term's beginning and its last term's end. The database refuses a step that does
    not exist. Raises PermissionDenied, or ValidationError by field.
    """
    require(actor, "change", certification)
    row = _locked(certification)
    status = values.pop("status", row.status)
    dates = {name: values.pop(name, getattr(row, name)) for name in ("issued_on", "expires_on")}
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean(exclude=list(dates))
    row.save()
    _correct_dates(row, dates["issued_on"], dates["expires_on"], actor)
    if status != row.status:
        _step(row, row.status, status, on, reason, actor)
    row.refresh_from_db()
    ensure_still_visible(actor, row)
    return row


@transaction.atomic
def step_certification(
    *, certification: Certification, actor: Actor, seen: str, status: str, on: date | None, reason: str
) -> CertificationStep:
    """Move a record from the state that was read (`seen`) to the next, as from a day.

    Raises PermissionDenied, or ValidationError by field: also where somebody moved it on in the meantime.
    """
    require(actor, "change", certification)
    row = _locked(certification)
    step = _step(row, seen, status, on, reason, actor)
    ensure_still_visible(actor, row)
    return step


@transaction.atomic
def renew_certification(
    *, certification: Certification, actor: Actor, starts_on: date, ends_on: date | None, number: str = ""
) -> CertificationTerm:
    """Record a new term. One that begins within an extension ends that extension: no day counts for two terms.

    A record that lapsed into "inactive" becomes certified again with it. Raises PermissionDenied, or ValidationError.
    """
    require(actor, "change", certification)
    row = _locked(certification)
    last = row.terms.order_by("-starts_on").first()
    if last is None:
        raise ValidationError({"starts_on": _("Record first when it was issued.")})
    if row.status not in (*LETS_WORK, Status.INACTIVE):
        words = _("A certification that is “%(status)s” can't be renewed. Change its status first.")
        raise ValidationError(words % {"status": row.get_status_display()})
    if last.last_day is None or (last.ends_on and starts_on <= last.ends_on):
        raise ValidationError({"starts_on": _("It begins after the last day of the term before.")})
    if starts_on <= last.last_day:
        last.last_day = starts_on - DAY
        last.save()
    term = _save_term(CertificationTerm(certification=row, starts_on=starts_on, ends_on=ends_on), actor)
    if row.status == Status.INACTIVE:
        today = selectors.today_of(row.organization_id)
        _step(row, row.status, Status.CERTIFIED, min(max(starts_on, _last_step_on(row)), today), "reinstated", actor)
    if number and number != row.number:
        row.refresh_from_db()
        row.number = number
        row.full_clean()
        row.save()
    ensure_still_visible(actor, row)
    return term


@transaction.atomic
def extend_certification(
    *, certification: Certification, actor: Actor, granted_on: date, until: date, reason: str
) -> CertificationExtension:
    """Record that the certifying body let the present term go on.

    Raises PermissionDenied, or ValidationError by field: also where its requirements allow no more extensions.
    """
    require(actor, "change", certification)
    row = _locked(certification)
    term = row.terms.order_by("-starts_on").first()
    if term is None or term.last_day is None:
        raise ValidationError({"until": _("It has no last day that could be extended.")})
    allowed = selectors.extensions_allowed(row)
    had = CertificationExtension.objects.filter(term__certification=row).count()
    if allowed is not None and had >= allowed:
        raise ValidationError(
            _("Its certifying body allows %(count)s extensions, and it had them.") % {"count": allowed}
        )
    if until <= term.last_day:
        raise ValidationError({"until": _("Choose a day after its last day.")})
    if granted_on < term.starts_on:
        raise ValidationError({"granted_on": _("This is before the term began.")})
    _not_to_come(granted_on, selectors.today_of(row.organization_id), "granted_on")
    extension = CertificationExtension(
        organization_id=row.organization_id,
        term=term,
        granted_on=granted_on,
        until=until,
        reason=reason,
        recorded_by_id=actor.user_id,
    )
    extension.full_clean(exclude=["number"], validate_unique=False)
    extension.save()
    ensure_still_visible(actor, row)
    return extension


@transaction.atomic
def verify_certification(
    *,
    certification: Certification,
    actor: Actor,
    checked: Sequence[str],
    register: str,
    result: str,
    checked_on: date,
) -> Verification:
    """Write down that the actor compared a record with a register. Earlier checks stay.

    Raises PermissionDenied, or ValidationError by field; nobody checks their own record.
    """
    require(actor, "change", certification)
    if certification.person.user_id is not None and certification.person.user_id == actor.user_id:
        raise ValidationError(_("Somebody else checks your own record."))
    _not_to_come(checked_on, selectors.today_of(certification.organization_id), "checked_on")
    row = Verification(
        organization_id=certification.organization_id,
        certification=certification,
        checked=list(checked),
        register=register.strip(),
        result=result,
        checked_on=checked_on,
        checked_by_id=actor.user_id,
    )
    row.full_clean()
    row.save()
    return row


def _locked(certification: Certification) -> Certification:
    """The record as it is now; whoever else writes about it waits."""
    return Certification.objects.select_for_update(of=("self",)).select_related("person").get(pk=certification.pk)


def _last_step_on(row: Certification) -> date:
    return row.steps.order_by("-number").values_list("on", flat=True)[0]


def _step(row: Certification, seen: str, status: str, on: date | None, reason: str, actor: Actor) -> CertificationStep:
    if seen != row.status:
        words = _("Somebody changed it in the meantime: it is “%(status)s” now. Look again and decide.")
        raise ValidationError({"status": words % {"status": row.get_status_display()}})
    if status not in STATUS_STEPS[row.status]:
        words = _("“%(old)s” does not lead to “%(new)s”.")
        label = Status(status).label if status in Status.values else status
        raise ValidationError({"status": words % {"old": row.get_status_display(), "new": label}})
    today = selectors.today_of(row.organization_id)
    since = on or today
    _not_to_come(since, today)
    if since < _last_step_on(row):
        raise ValidationError({"on": _("It can't be earlier than the step before.")})
    if status in LETS_WORK and not row.terms.exists():
        raise ValidationError({"issued_on": _("Say on which day it was issued.")})
    return _add_step(row, seen, status, since, reason, actor)


def _add_step(row: Certification, before: str, after: str, on: date, reason: str, actor: Actor) -> CertificationStep:
    step = CertificationStep(
        organization_id=row.organization_id,
        certification=row,
        from_status=before,
        to_status=after,
        on=on,
        reason=reason,
        made_by_id=actor.user_id,
    )
    step.clean_fields(exclude=["number", "from_status"])
    step.save()
    return step


def _save_term(term: CertificationTerm, actor: Actor) -> CertificationTerm:
    term.organization_id = term.certification.organization_id
    if term.pk is None:
        term.recorded_by_id = actor.user_id
    extended = term.extensions.order_by("-until").first() if term.pk else None
    ends = [day for day in (term.ends_on, extended.until if extended else None) if day]
    term.last_day = max(ends) if term.ends_on else None
    term.full_clean()
    term.save()
    return term


def _correct_dates(row: Certification, issued_on: date | None, expires_on: date | None, actor: Actor) -> None:
    """Correct the beginning of the first term and the end of the last; the first dates of a record make its term."""
    if (issued_on, expires_on) == (row.issued_on, row.expires_on):
        return
    _dates_belong_together(issued_on, expires_on)
    terms = list(row.terms.order_by("starts_on"))
    if not terms:
        if issued_on:
            _save_term(CertificationTerm(certification=row, starts_on=issued_on, ends_on=expires_on), actor)
        return
    if issued_on is None:
        raise ValidationError({"issued_on": _("Say on which day it was issued.")})
    if issued_on != row.issued_on:
        terms[0].starts_on = issued_on
    if expires_on != row.expires_on:
        terms[-1].ends_on = expires_on
    for term in {terms[0].pk: terms[0], terms[-1].pk: terms[-1]}.values():
        _save_term(term, actor)


def _dates_belong_together(issued_on: date | None, expires_on: date | None) -> None:
    if expires_on and not issued_on:
        raise ValidationError({"issued_on": _("Say on which day it was issued.")})
    if issued_on and expires_on and expires_on < issued_on:
        raise ValidationError({"expires_on": _("The last day can't be before the day it was issued.")})


def _not_to_come(day: date, today: date, name: str = "on") -> None:
    if day > today:
        raise ValidationError({name: _("This day is still to come.")})
