"""What leaders leave for each other: notes on a session, and materials given to a group."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may, require
from apps.groups.models import Session, SessionMaterial, SessionNote, SupportGroup
from apps.groups.selectors import NOTE_OPEN, leads
from apps.materials.models import Material
from apps.organizations.selectors import staff_person


@transaction.atomic
def write_note(
    *,
    session: Session,
    actor: Actor,
    done: str,
    used: str = "",
    for_next: str = "",
    note: SessionNote | None = None,
    version: int | None = None,
) -> SessionNote:
    """Write what was done at a session, or change a note in the week after it.

    `version` is the one the writer had read: where somebody changed it meanwhile, nothing is overwritten. Raises
    PermissionDenied, or ValidationError: also for a note that is closed, to which another is added instead.
    """
    require(actor, "change", session)
    if note is None:
        note = SessionNote(organization_id=session.organization_id, session=session, author=staff_person(actor))
    else:
        require(actor, "change", note)
        note = SessionNote.objects.select_for_update(of=("self",)).select_related("session").get(pk=note.pk)
        if timezone.now() > note.session.ends_at + NOTE_OPEN:
            raise ValidationError(_("This note is a week old. Write another one below it."), code="closed")
        if version != note.version:
            raise ValidationError(
                _("Somebody changed this note meanwhile. Read what it says now; your words are kept here."),
                code="stale",
            )
        note.version += 1
    note.done, note.used, note.for_next = done.strip(), used.strip(), for_next.strip()
    note.full_clean(exclude=["session", "author"])
    note.save()
    ensure_still_visible(actor, note)
    return note


@transaction.atomic
def give_material(
    *, group: SupportGroup, material: Material, actor: Actor, session: Session | None = None
) -> SessionMaterial:
    """Give a material to a group, or to one session of it. Giving it twice changes nothing.

    Whoever may read the material finds it on the group's page; to nobody else is it opened. Raises PermissionDenied.
    """
    if session is not None:
        require(actor, "change", session)
    elif not (may(actor, "change", group) or leads(actor, group)):
        raise PermissionDenied
    if not may(actor, "view", material):
        raise PermissionDenied
    SupportGroup.objects.select_for_update(no_key=True).get(pk=group.pk)
    standing = SessionMaterial.objects.filter(group=group, session=session, material=material, ended_at__isnull=True)
    row = standing.first()
    if row is None:
        row = SessionMaterial(organization_id=group.organization_id, group=group, session=session, material=material)
        row.given_by_id = actor.user_id
        row.save()
    ensure_still_visible(actor, row)
    return row


@transaction.atomic
def take_material(*, given: SessionMaterial, actor: Actor) -> SessionMaterial:
    """Take a material back from a group. Twice changes nothing. Raises PermissionDenied."""
    require(actor, "change", given)
    row = SessionMaterial.objects.select_for_update(of=("self",)).get(pk=given.pk)
    if row.ended_at is None:
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
    return row
