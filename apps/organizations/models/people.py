"""Persons, what they are here, how they came, and whom they must not see."""

from __future__ import annotations

import hashlib
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.kit.search import FoldedSearchField
from apps.kit.walltime import TimeZoneField
from apps.organizations.choices import InvitationState, InvitationWay, Role
from apps.organizations.models.places import Location


@keeps_history(exclude=["search"])
class Person(ScopedModel):
    """One human as one organization knows them.

    Somebody who is both staff and client here is two Persons, joined only by the user, and no page shows the join.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="persons",
        verbose_name=_("sign-in"),
    )
    name = models.CharField(_("name"), max_length=150)
    called = models.CharField(
        _("what they like to be called"),
        max_length=60,
        blank=True,
        help_text=_("Used in greetings and messages."),
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    zone = TimeZoneField(
        _("time zone"), blank=True, default="", help_text=_("Where the person is. Empty: the organization's.")
    )
    pronouns = models.CharField(_("pronouns"), max_length=40, blank=True)
    search = FoldedSearchField(sources=["name", "called"])
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["organization", "name", "id"], name="organizations_person_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def greeting_name(self) -> str:
        """What to call the person: what they like to be called, else the first word of their name."""
        return self.called or self.name.split()[0]

    @property
    def short(self) -> str:
        """First name and initial, for pages that many people see."""
        first, *rest = self.name.split()
        return f"{self.called or first} {rest[-1][0].upper()}." if rest else (self.called or first)


@keeps_history()
class Membership(ScopedModel):
    """What a Person is here for: one role, from a day, perhaps until a day. Several memberships are several roles."""

    person = ScopedForeignKey(Person, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    location = ScopedForeignKey(
        Location, null=True, blank=True, related_name="memberships", verbose_name=_("usual location")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "person", "role"],
                condition=Q(archived_at__isnull=True),
                name="organizations_one_membership_a_role",
                violation_error_message=_("This person already has that role."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="organizations_membership_days",
                violation_error_message=_("The last day can't be before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}"


class Invitation(ScopedModel):
    """A single-use way in for a new member: a link by mail or a printed card, seven days long.

    Role and location are those of the person's membership, decided by who invites. The row is its own history.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = ScopedForeignKey(Person, related_name="invitations")
    way = models.CharField(
        _("how"),
        max_length=10,
        choices=InvitationWay.choices,
        default=InvitationWay.MAIL,
        db_default=InvitationWay.MAIL,
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                condition=Q(way=InvitationWay.CARD, email="") | (Q(way=InvitationWay.MAIL) & ~Q(email="")),
                name="organizations_invitation_has_a_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.email or self.get_way_display()}"

    @property
    def state(self) -> str:
        """Where it stands, as `InvitationState`."""
        if self.used_at is not None:
            return InvitationState.ACCEPTED
        if self.ended_at is not None:
            return InvitationState.ENDED
        return InvitationState.OPEN if self.expires_at > timezone.now() else InvitationState.TOO_OLD

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return self.state == InvitationState.OPEN

    @staticmethod
    def hash_of(token: str) -> str:
        """The hash under which a token is kept."""
        return hashlib.sha256(f"peer-platform-invitation:{token}".encode()).hexdigest()
