"""An organization's documents: what its staff keep to and what its clients may ask for, version by version."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.access.constraints import AppendOnly
from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.kit.text import TranslatedTextField
from apps.organizations.choices import PolicyKind
from apps.organizations.models.people import Person
from apps.organizations.models.programmes import Programme


@keeps_history()
class PolicyDocument(ScopedModel):
    """One document, like the safety protocol. What it says stands in its versions; the last published one holds."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=PolicyKind.choices)
    programme = ScopedForeignKey(
        Programme,
        null=True,
        blank=True,
        related_name="policies",
        verbose_name=_("programme"),
        help_text=_("Empty: for the whole organization."),
    )
    title = TranslatedTextField(_("title"), max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(_("retired"), null=True, editable=False)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["kind", "id"]

    def __str__(self) -> str:
        return str(self.title)


@keeps_history()
class PolicyVersion(ScopedModel):
    """What a document says from one day on. Once published it never changes: somebody may have said they read it."""

    document = ScopedForeignKey(PolicyDocument, related_name="versions", verbose_name=_("policy"))
    number = models.PositiveIntegerField(_("version"))
    body = TranslatedTextField(_("text"), multiline=True)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )

    class Meta:
        verbose_name = _("version of a policy")
        verbose_name_plural = _("versions of policies")
        ordering = ["document", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "document", "number"], name="organizations_policy_number"),
            models.UniqueConstraint(
                fields=["organization", "document"],
                condition=Q(published_at__isnull=True),
                name="organizations_one_draft_a_policy",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.published_at IS NOT NULL AND (OLD.body, OLD.number, OLD.document_id, OLD.published_at)"
                    " IS DISTINCT FROM (NEW.body, NEW.number, NEW.document_id, NEW.published_at)"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.document}, {self.number}"


class PolicyAcknowledgement(ScopedModel):
    """That one staff member read one version, and when. Appended only."""

    version = ScopedForeignKey(PolicyVersion, related_name="acknowledgements", verbose_name=_("version"))
    person = ScopedForeignKey(Person, related_name="acknowledgements", verbose_name=_("person"))
    at = models.DateTimeField(_("when"), auto_now_add=True)
    language = models.CharField(_("read in"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "version", "person"], name="organizations_acknowledged_once"
            )
        ]

    @classmethod
    def walls(cls) -> Iterable[Any]:
        yield from super().walls()
        yield AppendOnly(name="organizations_policyacknowledgement_append_only")
