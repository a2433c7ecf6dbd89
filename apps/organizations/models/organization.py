"""The organization, the hosts that lead to it, and its roles."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.contrib.sites.models import Site
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from apps.access.constraints import AppendOnly, RowWall
from apps.access.models import GroupGrant
from apps.access.scope import ScopeError, require_scope
from apps.access.scoped import ScopedModel, keeps_history
from apps.kit.brand import check_brand
from apps.kit.text import TranslatedText, TranslatedTextField
from apps.kit.walltime import TimeZoneField
from apps.organizations.choices import Feature, OrganizationKind, Role
from apps.organizations.roles import CAPABILITIES

LEAST_RETENTION = 6  # years, 45 CFR 164.316(b)(2)
callable_number = RegexValidator(r"^\+?[0-9][0-9 ().-]{1,}$", _("Write a number like 988 or +1 512 555 0142."))
number_or_link = RegexValidator(
    r"^(\+?[0-9][0-9 ().-]{1,}|https://[^\s\"'<>]+)$",
    _("Write a number like 988, or an address that begins with https://."),
)
IDLE_LEAST, IDLE_MOST = 5, 60

colour = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write a colour like #5f2a55."))


class HostReadOnly(AppendOnly):
    """The runtime login may read hosts without a scope and can't write them; the system role can."""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        return "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {runtime}".format(
            **self._names(model, schema_editor)
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return "GRANT INSERT, UPDATE, DELETE ON {table} TO {runtime}".format(**self._names(model, schema_editor))

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        return "apps.organizations.models.organization.HostReadOnly", (), {"name": self.name}


@keeps_history()
class Organization(ScopedModel):
    """One peer-run organization, or the platform itself. Its own row is what its scope covers."""

    organization = None  # type: ignore[assignment]  # an organization belongs to itself: its id is the scope
    scope_field = "id"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(
        max_length=20, choices=OrganizationKind.choices, default=OrganizationKind.PEER_RUN, editable=False
    )
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(
        _("neutral sender name"),
        max_length=30,
        help_text=_("Shown as the sender of messages. Choose one that tells nothing about why somebody comes to you."),
    )
    about = TranslatedTextField(_("about us"), blank=True, help_text=_("Shown to everybody on your public pages."))
    how_to_come = TranslatedTextField(_("how to come"), blank=True)
    crisis_text = TranslatedTextField(
        _("your own help line"),
        blank=True,
        help_text=_("Shown beside the national crisis line on every client page."),
    )
    phone = PhoneNumberField(_("phone"), blank=True)
    zone = TimeZoneField(_("time zone"), default="America/New_York")
    language = models.CharField(_("first language"), max_length=10, default="en")
    brand = models.CharField(_("colour"), max_length=7, default="#5f2a55", validators=[colour])
    brand_dark = models.CharField(_("colour on dark"), max_length=7, default="#e6b8da", validators=[colour])
    quick_exit = models.BooleanField(
        _("show “Leave this site”"),
        default=True,
        help_text=_("For people who are not safe when somebody sees the page."),
    )
    second_factor = models.BooleanField(
        _("staff sign in with a second factor"),
        default=False,
        help_text=_("Members whose role can see client records then need a code from an app as well."),
    )
    idle_minutes = models.PositiveSmallIntegerField(
        _("staff are signed out after"),
        default=15,
        db_default=15,
        validators=[MinValueValidator(IDLE_LEAST), MaxValueValidator(IDLE_MOST)],
        help_text=_("Quiet minutes, 5 to 60. A page warns two minutes before, and what was typed is kept."),
    )
    words = models.JSONField(_("your own words"), default=dict, blank=True)
    logo = models.UUIDField(null=True, editable=False)  # the address of the file that the row of `Logo` holds
    languages = ArrayField(
        models.CharField(max_length=10, choices=settings.LANGUAGES),
        verbose_name=_("languages offered"),
        null=True,
        blank=True,
        help_text=_("None ticked: all of them."),
    )
    features_off = ArrayField(
        models.CharField(max_length=30, choices=Feature.choices), verbose_name=_("turned off"), null=True, blank=True
    )
    crisis_call = models.CharField(
        _("number to call"), max_length=30, blank=True, db_default="", default="", validators=[callable_number]
    )
    crisis_sms = models.CharField(
        _("number to text"), max_length=30, blank=True, db_default="", default="", validators=[callable_number]
    )
    crisis_sign = models.CharField(
        _("sign language by video"),
        max_length=200,
        blank=True,
        db_default="",
        default="",
        validators=[number_or_link],
        help_text=_("A videophone number, or an address that begins with https://."),
    )
    contact_from = models.TimeField(
        _("reach people not before"),
        null=True,
        blank=True,
        help_text=_("Filled in for each new way to reach somebody; it can be changed there."),
    )
    contact_to = models.TimeField(_("reach people not after"), null=True, blank=True)
    retention_years = models.PositiveSmallIntegerField(
        _("years that records are kept"),
        default=LEAST_RETENTION,
        db_default=LEAST_RETENTION,
        validators=[MinValueValidator(LEAST_RETENTION), MaxValueValidator(100)],
        help_text=_("Six at the least. Some states ask for ten."),
    )
    grievance_days = models.PositiveSmallIntegerField(
        _("days to answer a grievance"),
        default=30,
        db_default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["name"]
        permissions = [(capability, str(words)) for capability, words in CAPABILITIES.items()]
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(
                condition=Q(idle_minutes__gte=IDLE_LEAST, idle_minutes__lte=IDLE_MOST),
                name="organizations_idle_minutes_5_to_60",
            ),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="platform"), name="organizations_one_platform"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Colours that people can't read on are refused, each with the nearest one that works."""
        super().clean()
        problems = check_brand(self.brand, self.brand_dark)
        if problems:
            raise ValidationError({problem.field: problem.message for problem in problems})

    def has(self, feature: str) -> bool:
        """Whether the organization uses a feature (one of `Feature`)."""
        return feature not in (self.features_off or ())

    @property
    def offered_languages(self) -> list[str]:
        """The codes of the languages it offers, in the platform's order; never none."""
        return [code for code, _name in settings.LANGUAGES if not self.languages or code in self.languages]

    def word(self, of: str, *, many: bool = False, language: str | None = None) -> str:
        """Its own word for "client", "specialist" or "group", in the reader's language; "" where it has none."""
        texts = (self.words or {}).get(of, {}).get("many" if many else "one", {})
        return TranslatedText(texts).text(language) if texts else ""

    @property
    def organization_id(self) -> int:  # type: ignore[override]  # every other row has a column of this name
        """An organization belongs to itself."""
        return self.pk

    @classmethod
    def walls(cls) -> Any:
        yield RowWall(name="organizations_organization_wall", column="id")

    def check_scope(self) -> None:
        scope = require_scope()
        if not (scope.system or self.pk in scope.organizations):
            raise ScopeError("An organization is made and changed in a system scope or in its own.")


class Host(models.Model):
    """A name under which an organization is reached. Read before any scope, so it stands outside the walls."""

    site = models.OneToOneField(Site, models.PROTECT, related_name="host")
    domain = models.CharField(_("host name"), max_length=253, unique=True, help_text=_("Without a port."))
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="hosts")
    is_primary = models.BooleanField(_("used in links"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(is_primary=True), name="organizations_one_primary_host"
            ),
            HostReadOnly(name="organizations_host_read_only"),
        ]

    def __str__(self) -> str:
        return self.domain


class OrganizationRole(ScopedModel):
    """The auth group that stands for one role in one organization. Made by `sync_roles`."""

    role = models.CharField(max_length=30, choices=Role.choices)
    group = models.OneToOneField(Group, models.PROTECT, related_name="organization_role")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "role"], name="organizations_one_group_a_role")]

    def __str__(self) -> str:
        return self.get_role_display()


class RoleCapability(GroupGrant):
    """One capability of one role: a guardian grant of an Organization permission to that role's group."""

    content_object = models.ForeignKey(Organization, models.CASCADE, related_name="role_capabilities")

    class Meta(GroupGrant.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(organization=models.F("content_object")), name="organizations_capability_at_home"
            )
        ]
