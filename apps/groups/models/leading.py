"""Who leads one session in somebody's place, and what leaders leave for each other: notes and materials."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.groups.models.groups import Session, SupportGroup
from apps.kit.calling import called
from apps.materials.models import Material
from apps.organizations.models import Person


@keeps_history()
class SessionLeader(ScopedModel):
    """Somebody who leads this one session in another's place. Who leads the group stays as it is.

    `instead_of` is whom they stand in for, where that is known: that one does not lead this session. It opens the
    group's list to them on the session's day and no longer.
    """

    session = ScopedForeignKey(Session, related_name="substitutes", verbose_name=_("session"))
    person = ScopedForeignKey(Person, related_name="leads_sessions", verbose_name=_("who leads it this time"))
    instead_of = ScopedForeignKey(
        Person, null=True, blank=True, related_name="+", verbose_name=_("in the place of"), editable=False
    )
    note = models.CharField(_("what they should know"), max_length=300, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("substitute")
        verbose_name_plural = _("substitutes")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "session", "person"],
                condition=Q(ended_at__isnull=True),
                name="groups_substitute_once",
                violation_error_message=_("This person leads the session already."),
            ),
            models.CheckConstraint(
                condition=Q(instead_of__isnull=True) | ~Q(instead_of=F("person")), name="groups_substitute_another"
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(ended_at__isnull=True), name="groups_substitute_person"),
        ]

    def __str__(self) -> str:
        return str(self.person)


@keeps_history()
class SessionNote(ScopedModel):
    """What was done at a session, for whoever leads the next one. Not a record about anybody: no client's name.

    Its leaders change it for a week after the session; from then on more can only be added (a trigger of the
    migration). `version` rises with each change, so that two pages overwrite nothing.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = ScopedForeignKey(Session, related_name="notes", verbose_name=_("session"))
    done = models.TextField(_("what you did"), max_length=3000, help_text=_("No names and nothing about one person."))
    used = models.TextField(_("what you used"), max_length=1000, blank=True)
    for_next = models.TextField(_("for whoever leads next"), max_length=1000, blank=True)
    author = ScopedForeignKey(Person, null=True, related_name="+", verbose_name=_("written by"), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("note on a session")
        verbose_name_plural = _("notes on sessions")
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return str(self.session)


@keeps_history()
class SessionMaterial(ScopedModel):
    """A material given to a group, or to one session of it. Whoever may read the material finds it there."""

    group = ScopedForeignKey(SupportGroup, related_name="materials", verbose_name=called("group", _("group")))
    session = ScopedForeignKey(
        Session, null=True, blank=True, related_name="materials", verbose_name=_("only this session")
    )
    material = ScopedForeignKey(Material, related_name="in_groups", verbose_name=_("material"))
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False)
    given_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("material of a group")
        verbose_name_plural = _("materials of groups")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "group", "session", "material"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="groups_material_once",
                violation_error_message=_("It is there already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.material)
