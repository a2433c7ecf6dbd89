"""Who comes to one session, and a guardian's yes to one group."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may, require
from apps.clients.selectors import wards_of
from apps.groups import selectors
from apps.groups.models import GuardianConsent, Rsvp, Session, SupportGroup
from apps.groups.services.enrolments import lock_group
from apps.organizations.models import Person


@transaction.atomic
def reply(*, session: Session, actor: Actor, is_coming: bool) -> Rsvp:
    """Somebody who is in the group says whether they come to this session. Saying it again changes nothing.

    Raises PermissionDenied to anybody else; ValidationError where the session is over or off.
    """
    require(actor, "view", session)
    enrolment = selectors.standing_enrolment(session.group, actor)
    if enrolment is None:
        raise PermissionDenied
    lock_group(session.group_id)
    session = Session.objects.get(pk=session.pk)
    if not selectors.is_to_come(session):
        raise ValidationError(_("This time is over or off."))
    row, made = Rsvp.objects.get_or_create(
        organization_id=session.organization_id,
        session=session,
        person=enrolment.person,
        defaults={"is_coming": is_coming},
    )
    if not made and row.is_coming != is_coming:
        row.is_coming = is_coming
        row.save(update_fields=["is_coming", "said_at"])
    ensure_still_visible(actor, row)
    return row


@transaction.atomic
def agree_as_guardian(*, group: SupportGroup, person: Person, actor: Actor) -> GuardianConsent:
    """A parent or guardian whom the client named agrees to one group for them. Agreeing twice changes nothing.

    Only where the group asks for it and the client asked to be in it. Raises PermissionDenied to anybody else.
    """
    link = wards_of(actor).filter(client__person=person, client__archived_at__isnull=True).first()
    asked = selectors.open_entries().filter(group=group, person=person).exists()
    if link is None or not group.needs_guardian_consent or not asked:
        raise PermissionDenied
    lock_group(group.pk)
    return _stand(group, person, guardian=link.person)


@transaction.atomic
def record_consent(
    *,
    group: SupportGroup,
    person: Person,
    actor: Actor,
    guardian: Person | None = None,
    on_paper: bool = False,
    agreed_on: date | None = None,
) -> GuardianConsent:
    """The office writes down that a parent or guardian agreed: on paper, or who. One that stands is left as it is.

    Raises PermissionDenied; ValidationError by field, also for a day to come.
    """
    if not actor.can("manage_enrolments") or not may(actor, "view", group) or not may(actor, "view", person):
        raise PermissionDenied
    if guardian is not None and not may(actor, "view", guardian):
        raise PermissionDenied
    if agreed_on is not None and agreed_on > selectors.today_at(group):
        raise ValidationError({"agreed_on": _("This day is still to come.")})
    lock_group(group.pk)
    return _stand(
        group, person, guardian=guardian, on_paper=on_paper, agreed_on=agreed_on, recorded_by_id=actor.user_id
    )


@transaction.atomic
def end_consent(*, consent: GuardianConsent, actor: Actor) -> GuardianConsent:
    """A guardian takes their yes back, or the office writes that down. Nobody is put out of the group by it: the office
    sees that it is missing and talks to them. Ending it twice changes nothing. Raises PermissionDenied."""
    require(actor, "change", consent)
    consent = GuardianConsent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
    if consent.ended_at is None:
        consent.ended_at = timezone.now()
        consent.save(update_fields=["ended_at"])
    return consent


def _stand(group: SupportGroup, person: Person, **values: object) -> GuardianConsent:
    standing = GuardianConsent.objects.filter(group=group, person=person, ended_at__isnull=True).first()
    if standing is not None:
        return standing
    values["agreed_on"] = values.get("agreed_on") or selectors.today_at(group)
    row = GuardianConsent(organization_id=group.organization_id, group=group, person=person, **values)
    row.full_clean()
    row.save()
    return row
