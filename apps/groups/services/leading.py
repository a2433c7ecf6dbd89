"""Who leads one session in another's place."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may, require
from apps.groups import selectors
from apps.groups.choices import SessionState
from apps.groups.models import Session, SessionLeader
from apps.groups.services.sessions import locked
from apps.organizations.models import Person
from apps.organizations.services import ensure_works_here


@transaction.atomic
def set_substitute(
    *, session: Session, person: Person, actor: Actor, note: str = "", instead_of: Person | None = None
) -> SessionLeader:
    """Let somebody lead this one session in another's place; who leads the group stays as it is.

    `instead_of` is whom they stand in for: left out, it is the one who leads the session, where that is one person.
    Setting the same one again changes the note. Raises PermissionDenied, and ValidationError {person} with the reason
    for somebody who can't: their role, a time away, something else then, or a certification that does not hold on that
    day where the group needs one.
    """
    require(actor, "change", session)
    session = locked(session)
    if session.state == SessionState.CANCELLED:
        raise ValidationError(_("This session does not take place."), code="off")
    if session.ends_at <= timezone.now():
        raise ValidationError(_("This session is over."), code="over")
    standing = SessionLeader.objects.filter(session=session, person=person, ended_at__isnull=True).first()
    if standing is not None:
        if note != standing.note:
            standing.note = note
            standing.full_clean()
            standing.save(update_fields=["note"])
        return standing
    if not actor.system and not may(actor, "view", person):
        raise PermissionDenied
    ensure_works_here(person, field="person")  # holds their row: nobody gives them two things at once
    found = next((each for each in selectors.substitutes_for(session, actor) if each.person == person), None)
    if found is None or not found.is_eligible:
        why = found.reason if found else _("This person can’t lead this session. Choose somebody else.")
        raise ValidationError({"person": ValidationError(why, code="not_eligible")})
    row = SessionLeader(
        organization_id=session.organization_id,
        session=session,
        person=person,
        instead_of=instead_of or _only_leader(session),
        note=note,
        set_by_id=actor.user_id,
    )
    row.full_clean()
    row.save()
    ensure_still_visible(actor, row)
    return row


def _only_leader(session: Session) -> Person | None:
    """Who leads a session, where that is one person whom nobody stands in for."""
    leading = {person for _session, person in selectors.leaders_on(Session.objects.filter(pk=session.pk))}
    return Person.objects.get(pk=leading.pop()) if len(leading) == 1 else None


@transaction.atomic
def end_substitute(*, substitute: SessionLeader, actor: Actor) -> SessionLeader:
    """Let somebody not lead a session in another's place after all. Twice changes nothing. Raises PermissionDenied."""
    require(actor, "change", substitute)
    row = SessionLeader.objects.select_for_update(of=("self",)).get(pk=substitute.pk)
    if row.ended_at is None:
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
    return row
