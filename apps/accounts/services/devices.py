"""Devices and sessions: which browsers a user has signed in on, what is open now, and ending it.

A device is told by a random cookie of this host. It makes a new one noticed once, lets a known one through while a
stranger tries passwords elsewhere, and carries "do not ask for the second step here" for at most 30 days.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.formats import date_format

from apps.accounts.agents import device_words
from apps.accounts.models import REMEMBER_DAYS, Device, SignInCard, User
from apps.accounts.services.users import notify

DEVICE_KEY = "device"
SHARED_KEY = "shared_device"
COOKIE_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class OpenSession:
    """One place where a user is signed in, as their own page lists it."""

    pk: int
    words: str
    domain: str
    since: datetime
    last_used_at: datetime
    remembered_until: datetime | None
    is_this: bool


def domain_of(request: HttpRequest) -> str:
    """The host of a request, without its port."""
    return request.get_host().rsplit(":", 1)[0].lower()


def note_device(request: HttpRequest, user: User, *, first_ever: bool) -> Device:
    """Note on which device somebody has just signed in, and tell them once where it is a new one.

    The address that has just received the code they signed in with is not told: it knows. Nor is somebody told of the
    very first sign-in of all (`first_ever`). `keep_device` sets the cookie on the answer.
    """
    token = request.COOKIES.get(settings.DEVICE_COOKIE_NAME) or secrets.token_urlsafe(32)
    now = timezone.now()
    device, is_new = Device.objects.get_or_create(
        user=user,
        domain=domain_of(request),
        token_hash=Device.hash_of(token),
        defaults={"user_agent": _agent(request)},
    )
    if not is_new:
        device.user_agent, device.last_used_at = _agent(request), now
        device.save(update_fields=["user_agent", "last_used_at"])
    request.session[DEVICE_KEY] = device.pk
    request.new_device_token = token  # type: ignore[attr-defined]  # for `keep_device`, on the answer
    if is_new and not first_ever:
        _tell_of(device, request)
    return device


def keep_device(request: HttpRequest, response: HttpResponse) -> None:
    """Set the device's cookie after a sign-in; on a shared device it ends with the browser."""
    token = getattr(request, "new_device_token", None)
    if token is None:
        return
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        token,
        max_age=None if request.session.get(SHARED_KEY) else COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    _list_session(request)


def known_device(request: HttpRequest, user: User | None) -> Device | None:
    """The device of this browser, where this user has signed in on it before."""
    token = request.COOKIES.get(settings.DEVICE_COOKIE_NAME)
    if not token or user is None:
        return None
    return Device.objects.filter(user=user, domain=domain_of(request), token_hash=Device.hash_of(token)).first()


@transaction.atomic
def remember_device(request: HttpRequest, user: User) -> Device | None:
    """Do not ask this user for the second step on this device for 30 days. A shared device is never remembered."""
    if request.session.get(SHARED_KEY):
        return None
    now = timezone.now()
    device = Device.objects.filter(user=user, pk=request.session.get(DEVICE_KEY) or 0).first()
    if device is not None:
        device.remembered_at, device.remembered_until = now, now + timedelta(days=REMEMBER_DAYS)
        device.save(update_fields=["remembered_at", "remembered_until"])
    return device


def is_remembered(request: HttpRequest, user: User) -> bool:
    """Whether this user's second step is not asked on this device now."""
    device = known_device(request, user)
    return bool(device and device.remembered_until and device.remembered_until > timezone.now())


@transaction.atomic
def forget_devices(*, user_ids: list[int]) -> int:
    """Ask these users for the second step on every device again. Returns how many devices were remembered."""
    if not user_ids:
        return 0
    return Device.objects.filter(user_id__in=user_ids, remembered_until__isnull=False).update(
        remembered_at=None, remembered_until=None
    )


@transaction.atomic
def end_every_session(*, user: User) -> None:
    """Sign the user out everywhere, on every host and at once, and forget where the second step is not asked.

    Holds for sessions that no list knows, too: none of them carries the new round's hash.
    """
    User.objects.filter(pk=user.pk).update(session_round=F("session_round") + 1)
    user.refresh_from_db(fields=["session_round"])
    forget_devices(user_ids=[user.pk])
    for session in UserSession.objects.filter(user=user):
        session.end()


@transaction.atomic
def end_sessions_on(*, user: User, domains: Collection[str]) -> int:
    """Sign the user out on these hosts at once; elsewhere they stay signed in. Returns how many sessions ended.

    Looks at every session that has not run out, not only at listed ones, so that none is forgotten; one that does not
    say its host ends too. It is for rare occasions: a thousand sessions take some hundredths of a second.
    """
    ours = []
    for row in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        told = row.get_decoded()
        if str(told.get(SESSION_KEY, "")) == str(user.pk) and told.get("signed_in_on") in (None, *domains):
            ours.append(row.pk)
    UserSession.objects.filter(session_key__in=ours).delete()
    ended, _by_model = Session.objects.filter(pk__in=ours).delete()
    return ended


@transaction.atomic
def end_cards_on(*, user: User, domains: Collection[str]) -> int:
    """Make the user's unused printed cards for these hosts useless. Returns how many there were."""
    unused = SignInCard.objects.filter(user=user, domain__in=domains, used_at__isnull=True, ended_at__isnull=True)
    return unused.update(ended_at=timezone.now())


@transaction.atomic
def forget_second_factor(*, user: User) -> None:
    """Forget the user's second factor, spare codes included, and end what was opened with it."""
    Authenticator.objects.filter(user=user).delete()
    end_every_session(user=user)


@transaction.atomic
def end_session(*, user: User, pk: int) -> bool:
    """Sign the user out in one place, and ask for the second step there again. False for a place that is not theirs."""
    session = UserSession.objects.filter(user=user, pk=pk).first()
    if session is None:
        return False
    Device.objects.filter(user=user, pk=session.data.get("device")).update(remembered_at=None, remembered_until=None)
    session.end()
    return True


def open_sessions(request: HttpRequest, user: User) -> list[OpenSession]:
    """Where the user is signed in now, this place first. Ones that have ended meanwhile are left out, and cleared."""
    if not UserSession.objects.filter(session_key=request.session.session_key).exists():
        _list_session(request)  # it was made before there was a list, or got a new key with a new password
    standing = UserSession.objects.purge_and_list(user)
    devices = Device.objects.in_bulk([s.data["device"] for s in standing if s.data.get("device")])
    found = []
    for session in standing:
        if quiet_too_long(session._session_store(session.session_key)):
            continue
        device = devices.get(session.data.get("device", 0))
        until = device.remembered_until if device else None
        found.append(
            OpenSession(
                pk=session.pk,
                words=device_words(session.user_agent),
                domain=session.data.get("domain", ""),
                since=session.created_at,
                last_used_at=session.last_seen_at,
                remembered_until=until if until and until > timezone.now() else None,
                is_this=session.session_key == request.session.session_key,
            )
        )
    return sorted(found, key=lambda one: (not one.is_this, -one.last_used_at.timestamp()))


def quiet_too_long(session: Any) -> bool:
    """Whether a session has been quiet for longer than its organization allows (`idle`, in seconds; 0 is no limit)."""
    limit = session.get("idle") or 0
    return bool(limit) and timezone.now().timestamp() - session.get("seen_at", 0) >= limit


def _list_session(request: HttpRequest) -> None:
    """Put this request's session on the list of its user's open ones, with its host and device."""
    if not request.user.is_authenticated:
        return
    UserSession.objects.create_from_request(request)
    UserSession.objects.filter(session_key=request.session.session_key).update(
        data={"domain": domain_of(request), "device": request.session.get(DEVICE_KEY)}
    )


def _tell_of(device: Device, request: HttpRequest) -> None:
    user = device.user
    organization = getattr(request, "organization", None)
    zone = str(organization.zone) if organization else settings.TIME_ZONE
    with translation.override(user.language or translation.get_language()), timezone.override(zone):
        at = date_format(timezone.localtime(device.created_at), "DATETIME_FORMAT")
        words = device_words(device.user_agent)
    code_went_to = {
        str(record.get(way))
        for record in get_authentication_records(request, user)
        if record.get("method") == "code"
        for way in ("email", "phone")
    }
    notify(
        user=user,
        event="new_device",
        organization_id=organization.pk if organization else None,
        details={"device": words, "at": at},
        but=code_went_to,
    )


def _agent(request: HttpRequest) -> str:
    return str(request.META.get("HTTP_USER_AGENT", ""))[:200]


def empty_sign_ins(user_ids: Collection[int], *, using: str) -> None:
    """Take from these sign-ins everything by which one signs in or could be told: they lead nowhere from now on.

    Their numbers stay, for the records that say who did what. `using` is the connection of whoever may.
    """
    users = User.objects.using(using).filter(pk__in=user_ids)
    keys = UserSession.objects.using(using).filter(user__in=user_ids)
    Session.objects.using(using).filter(session_key__in=list(keys.values_list("session_key", flat=True))).delete()
    for rows in (UserSession, Authenticator, EmailAddress, Device, SignInCard):
        rows.objects.using(using).filter(user__in=user_ids).delete()  # type: ignore[attr-defined]  # every model has one
    User.groups.through._default_manager.using(using).filter(user__in=user_ids).delete()
    users.update(
        email=None,
        phone=None,
        password=make_password(None),
        language="",
        is_active=False,
        last_login=None,
        session_round=F("session_round") + 1,
    )
