"""Materials for clients: one thing to read, in each language as its own checked text."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.access.models import UserGrant
from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.clients.models import ClientRecord
from apps.kit.calling import called
from apps.kit.text import TranslatedText
from apps.materials.choices import TextState


@keeps_history()
class Material(ScopedModel):
    """Something to read that an organization gives to its clients. What it says stands in its texts."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(
        _("working title"), max_length=150, help_text=_("For those who work here. Readers see the title of each text.")
    )
    source_language = models.CharField(
        _("written in"), max_length=10, choices=settings.LANGUAGES, default="en",
        help_text=_("The language that the others are translated from."),
    )  # fmt: skip
    for_everybody = models.BooleanField(
        _("open to everybody"),
        default=False,
        help_text=_("Shown on the public pages, to people who have no account too."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["name", "id"]
        permissions = [("share_material", "Can share a material")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                condition=Q(archived_at__isnull=True),
                name="materials_name",
                violation_error_message=_("A material with this working title already exists."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def titles(self) -> TranslatedText:
        """The published titles by language (reads `texts`, so prefetch them for a list)."""
        return TranslatedText(
            {text.language: text.title for text in self.texts.all() if text.state == TextState.PUBLISHED}
        )


@keeps_history()
class MaterialText(ScopedModel):
    """A material in one language. A published one was checked by somebody, who is named."""

    material = ScopedForeignKey(Material, related_name="texts", verbose_name=_("material"))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(
        _("text"), help_text=_("A line that starts with # is a heading, one with - a point of a list. Aim at grade 6.")
    )
    state = models.CharField(_("state"), max_length=20, choices=TextState.choices, default=TextState.DRAFT)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    reviewed_at = models.DateTimeField(null=True, editable=False)
    source_version = models.PositiveIntegerField(
        default=1, editable=False, help_text=_("Which version of the source text this one translates.")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("text in one language")
        verbose_name_plural = _("texts by language")
        ordering = ["material", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "material", "language"],
                name="materials_one_text_a_language",
                violation_error_message=_("This language is there already."),
            ),
            models.CheckConstraint(
                condition=Q(state=TextState.DRAFT) | Q(reviewed_at__isnull=False), name="materials_checked_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_language_display()})"


@keeps_history()
class MaterialShare(ScopedModel):
    """A material handed to one client. Ends when it is taken back."""

    material = ScopedForeignKey(Material, related_name="shares", verbose_name=_("material"))
    client = ScopedForeignKey(ClientRecord, related_name="materials", verbose_name=called("client", _("client")))
    note = models.CharField(
        _("a word to go with it"), max_length=200, blank=True, help_text=_("The client reads it above the material.")
    )
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    shared_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("shared material")
        verbose_name_plural = _("shared materials")
        ordering = ["-shared_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "material", "client"],
                condition=Q(ended_at__isnull=True),
                name="materials_shared_once",
                violation_error_message=_("This client has it already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.material}, {self.client}"


class MaterialGrant(UserGrant):
    """A material shared with one user for a time."""

    content_object = ScopedForeignKey(Material, on_delete=models.CASCADE, related_name="user_grants")
