"""Keeping text in the database that a stolen table alone does not give away."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.encoding import force_str

__all__ = ["keys"]


def keys(purpose: str) -> MultiFernet:
    """The keys for one purpose, made from the installation's secrets, the newest first."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"{purpose}:{force_str(secret)}".encode()).digest()))
            for secret in secrets
        ]
    )
