"""The user: how one human signs in, on whatever host, and nothing about who they are to any organization."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

__all__ = ["REMEMBER_DAYS", "Device", "SignInCard", "User", "UserManager"]

REMEMBER_DAYS = 30


class UserManager(BaseUserManager["User"]):
    """Makes users with or without an e-mail address."""

    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> User:
        """Make a user. Without a password they sign in with a code or a card."""
        user = self.model(email=email.strip().lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who can sign in: by e-mail, by phone, or with a printed card and neither.

    Nobody is a superuser and nobody is "staff": what a user may do is decided by `apps.access` for one organization, so
    Django's own questions are all answered no.
    """

    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)
    phone = PhoneNumberField(_("mobile phone"), unique=True, null=True, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(
        _("runs the platform"), default=False, help_text=_("Sees the list of organizations and no records.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    session_round = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    groups = models.ManyToManyField(Group, blank=True, related_name="user_set", related_query_name="user")

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    is_staff = False
    is_superuser = False

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email__isnull=True) | models.Q(email=models.functions.Lower("email")),
                name="accounts_user_email_lower",
            )
        ]

    def __str__(self) -> str:
        return self.email or str(self.phone or "") or f"#{self.pk}"

    def get_session_auth_hash(self) -> str:
        """What every session of this user must carry. Raising `session_round` ends them all, on every host."""
        return self._of_this_round(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under the keys that were in use before."""
        for former in super().get_session_auth_fallback_hash():
            yield self._of_this_round(former)

    def _of_this_round(self, session_hash: str) -> str:
        if not self.session_round:
            return session_hash
        return hashlib.sha256(f"{session_hash}:{self.session_round}".encode()).hexdigest()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Always no: permissions are asked of `apps.access.policy`, with a row."""
        return False

    def has_perms(self, perms: Any, obj: Any = None) -> bool:
        """Always no, see `has_perm`."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Always no, see `has_perm`."""
        return False


class SignInCard(models.Model):
    """A printed one-time card: a code that signs one user in once. Only its hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="cards")
    domain = models.CharField(max_length=253, default="")  # the one host where it works: that of who printed it
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    code_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sign-in card")
        verbose_name_plural = _("sign-in cards")

    # No 0, O, 1, I, L: people read these from paper.
    ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
    LENGTH = 12

    @classmethod
    def new_code(cls) -> str:
        """A fresh code of 12 letters and digits, about 59 bits."""
        return "".join(secrets.choice(cls.ALPHABET) for _n in range(cls.LENGTH))

    @staticmethod
    def hash_of(code: str) -> str:
        """The hash under which a code is kept; spaces, dashes and case don't matter."""
        plain = "".join(ch for ch in code.upper() if ch.isalnum())
        return hashlib.sha256(f"peer-platform-card:{plain}".encode()).hexdigest()


class Device(models.Model):
    """A browser on which a user has signed in before, on one host: told from others by a cookie that names nobody.

    Only the cookie's hash is kept. Where the user asked for it, the second step is not asked here for at most 30 days.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    domain = models.CharField(max_length=253)
    token_hash = models.CharField(max_length=64)
    user_agent = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now)
    remembered_at = models.DateTimeField(null=True)
    remembered_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [
            models.UniqueConstraint(fields=["user", "domain", "token_hash"], name="accounts_one_device_a_browser"),
            models.CheckConstraint(
                condition=models.Q(remembered_at__isnull=True, remembered_until__isnull=True)
                | models.Q(
                    remembered_at__isnull=False,
                    remembered_until__isnull=False,
                    remembered_until__lte=models.F("remembered_at") + timedelta(days=REMEMBER_DAYS),
                ),
                name="accounts_device_remembered_30_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}, {self.domain}"

    @staticmethod
    def hash_of(token: str) -> str:
        """The hash under which a cookie is kept."""
        return hashlib.sha256(f"peer-platform-device:{token}".encode()).hexdigest()
