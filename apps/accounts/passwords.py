"""Passwords that somebody would guess: the common ones, dressed up or not, and those made of the person's own data."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.accounts import registry

__all__ = ["DressedUpValidator", "OwnDataValidator", "joining_user"]

# what people write in the place of a letter
_DRESS = str.maketrans("@4301!5$7+", "aaeoiisstt")
_SHORTEST = 3  # letters of a word that counts: "Li" is in every second password by chance
_LEFT = 5  # letters that must be left once one's own words are taken out


class DressedUpValidator:
    """Refuses a common password with digits, signs or capitals around and in it ("Sunshine2026!", "P@ssw0rd1234")."""

    def validate(self, password: str, user: Any = None) -> None:
        if any(core in _common() for core in (_letters(password), _letters(password.translate(_DRESS)))):
            raise ValidationError(
                _("Many people use this password, with other numbers or signs. Three words of your own are safer."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        return _("Not a common password, and not one with numbers added.")


class OwnDataValidator:
    """Refuses a password made of the person's name, address, phone or organization.

    Such words may be in it; taken out, letters enough for a word must be left. The words come from the sign-in itself,
    from what the host's organization knows (`registry.register_own_words`), and from `user.own_words`, where somebody
    who has no sign-in yet chooses the first password.
    """

    def validate(self, password: str, user: Any = None) -> None:
        if user is None:
            return
        words = own_words(user)
        digits = "".join(ch for ch in password if ch.isdigit())
        phone = re.sub(r"\D", "", str(getattr(user, "phone", "") or ""))[-7:]
        without = [_without(text, words) for text in (_folded(password), _folded(password).translate(_DRESS))]
        made_of_words = any(taken and left < _LEFT for taken, left in without)
        made_of_phone = len(phone) == 7 and phone in digits and without[0][1] < _LEFT
        if made_of_words or made_of_phone:
            raise ValidationError(
                _(
                    "This is made of your own name, address, phone or organization, which others know. "
                    "Add words that have nothing to do with you."
                ),
                code="password_own_data",
            )

    def get_help_text(self) -> str:
        return _("Not made of your name, address, phone or organization.")


def joining_user(*words: str, email: str = "") -> Any:
    """Somebody who has no sign-in yet, for `validate_password`: the words are what they and their organization are
    called."""
    from apps.accounts.models import User  # models are loaded later than settings name this module

    user = User(email=email or None)
    user.own_words = words  # type: ignore[attr-defined]  # read by `own_words` alone
    return user


def own_words(user: Any) -> set[str]:
    """The folded words that others know of this person, longest parts of addresses included."""
    texts = [str(getattr(user, "email", "") or ""), *getattr(user, "own_words", ())]
    if getattr(user, "pk", None):
        texts += registry.own_words_of(user)
    found = {word for text in texts for word in re.findall(r"[^\W\d_]+", _folded(text))}
    found |= {_letters(text.partition("@")[0]) for text in texts}
    found = {word for word in found if len(word) >= _SHORTEST} - {"com", "org", "net", "the", "and"}
    return found | {_folded(text) for text in texts if "@" in text}


def _without(text: str, words: set[str]) -> tuple[bool, int]:
    """Whether any of the words is in the text, and how many letters are left when all are taken out."""
    left = text
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, " ")
    return left != text, sum(ch.isalpha() for ch in left)


def _folded(text: str) -> str:
    """Small letters without their marks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(ch for ch in plain if not unicodedata.combining(ch))


def _letters(text: str) -> str:
    return "".join(ch for ch in _folded(text) if ch.isalpha())


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """The letters of the common passwords, where they are enough to be a word."""
    cores = (_letters(password) for password in CommonPasswordValidator().passwords)
    return frozenset(core for core in cores if len(core) >= 4)
