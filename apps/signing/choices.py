"""Literal lists of the signing app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Meaning(models.TextChoices):
    """What a signature says (the pattern of 21 CFR 11.50: every signature states its meaning)."""

    AUTHOR = "author", _("Author")
    REVIEWED = "reviewed", _("Reviewed")
    CO_SIGNED = "co_signed", _("Co-signed")
    ATTESTED = "attested", _("Attested")


class Method(models.TextChoices):
    """How the signer showed once more that it is them."""

    PASSWORD = "password", _("Password")
    PASSKEY = "passkey", _("Passkey")
    CODE = "code", _("One-time code")
