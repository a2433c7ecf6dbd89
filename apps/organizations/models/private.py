"""Who must not see whom: what somebody declared, the bars that follow, the deputy, and sealed records."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.kit.search import FoldedSearchField
from apps.organizations.choices import Relationship
from apps.organizations.models.people import Person


@keeps_history(exclude=["kind", "name", "search"])
class Declaration(ScopedModel):
    """Somebody said that one person must not see another here. Bars follow from it, now and later.

    Either both are known, or one of them is known by `name` alone: then whoever has that name, now or later, is meant.
    Nothing tells whether that is anybody. The kind of relationship is private to who declared it and the deputy; kind
    and name are not kept in the history.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    barred = ScopedForeignKey(
        Person, null=True, blank=True, related_name="declared_barred", verbose_name=_("staff member")
    )
    subject = ScopedForeignKey(
        Person, null=True, blank=True, related_name="declared_closed", verbose_name=_("person they must not see")
    )
    name = models.CharField(_("name"), max_length=150, help_text=_("As whoever declared it knows the other person."))
    search = FoldedSearchField(sources=["name"])
    kind = models.CharField(_("what they are to each other"), max_length=30, choices=Relationship.choices, blank=True)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False)

    class Meta:
        verbose_name = _("private rule")
        verbose_name_plural = _("private rules")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(barred__isnull=False) | Q(subject__isnull=False), name="organizations_declared_of_somebody"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="organizations_declared_with_a_name"),
        ]

    def __str__(self) -> str:
        return gettext("a private rule")


@keeps_history()
class Bar(ScopedModel):
    """Dual-role protection: rows that identify `subject` are hidden from `barred`, whatever else `barred` may do.

    Follows from a declaration and ends with it. The same pair may be declared by several people: it stands while one of
    them stands.
    """

    declaration = ScopedForeignKey(Declaration, null=True, related_name="bars", editable=False)
    barred = ScopedForeignKey(Person, related_name="barred_from", verbose_name=_("staff member"))
    subject = ScopedForeignKey(Person, related_name="protected_from", verbose_name=_("person they must not see"))
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "barred", "subject", "declaration"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="organizations_one_bar_a_pair",
            ),
            models.CheckConstraint(condition=~Q(barred=F("subject")), name="organizations_bar_two_persons"),
        ]


@keeps_history()
class Deputy(ScopedModel):
    """Who looks after private rules: sees each kind and may end one, but for those about themself."""

    person = ScopedForeignKey(Person, related_name="deputy_since", verbose_name=_("deputy"))
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    named_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("deputy for private rules")
        verbose_name_plural = _("deputies for private rules")
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(ended_at__isnull=True), name="organizations_one_deputy"
            )
        ]

    def __str__(self) -> str:
        return str(self.person)


@keeps_history()
class Seal(ScopedModel):
    """The record of somebody who works here now and was helped here before, closed to all but one custodian.

    Only the person themself makes it, names the custodian and ends it. On their own pages nothing changes for them.
    """

    subject = ScopedForeignKey(Person, related_name="seals", verbose_name=_("whose record"))
    custodian = ScopedForeignKey(Person, related_name="keeps_sealed", verbose_name=_("custodian"))
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("sealed record")
        verbose_name_plural = _("sealed records")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "subject"], condition=Q(ended_at__isnull=True), name="organizations_one_seal"
            ),
            models.CheckConstraint(condition=~Q(custodian=F("subject")), name="organizations_seal_two_persons"),
        ]
