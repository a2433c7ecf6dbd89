"""Literal lists of the materials app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TextState(models.TextChoices):
    """Where one language of a material stands. Only what is published reaches clients."""

    DRAFT = "draft", _("draft")
    REVIEWED = "reviewed", _("checked by a qualified person")
    PUBLISHED = "published", _("published")
