"""Every write to users, and the proof that somebody is who they say.

For whoever signs records (supervision):

- `reauthentication_form(request, data=None)`: the fields to put inside the signing form, rendered by
  `{% include "account/confirm.html" with confirm=form %}`; it has none while an earlier confirmation still counts.
- `confirm_identity(request, request.POST) -> method` before the signature is written, or
  `check_reauthentication(request, password=…, code=…) -> method` with values of one's own. Both raise ValidationError
  by field ("password" or "code"), and return "password", "passkey" or "code" to be kept with the signature. Somebody
  without a password gets a fresh code sent at the first attempt, and the error at the field asks for it.
- `send_fresh_code(request)` sends one on demand.

A confirmation counts until ten quiet minutes have passed since the last signature, and an hour at most. Signing in is
not a confirmation.
"""

from apps.accounts.passwords import joining_user
from apps.accounts.services import limits
from apps.accounts.services.cards import issue_card, use_card
from apps.accounts.services.devices import (
    empty_sign_ins,
    end_cards_on,
    end_every_session,
    end_session,
    end_sessions_on,
    forget_devices,
    forget_second_factor,
    is_remembered,
    keep_device,
    known_device,
    note_device,
    open_sessions,
    quiet_too_long,
    remember_device,
)
from apps.accounts.services.even import answer_evenly, wait_for_it
from apps.accounts.services.identity import (
    LONGEST_SECONDS,
    QUIET_SECONDS,
    begin_passkey,
    check_reauthentication,
    confirm_form,
    confirm_identity,
    confirmed_method,
    forget_fresh_code,
    note_passkey,
    reauthentication_form,
    recent_method,
    record_second_factor,
    send_fresh_code,
    show_passkey,
    showed_second_factor,
    sign_in_with_card,
    way_to_confirm,
)
from apps.accounts.services.users import (
    change_address,
    notify,
    set_language,
    set_password,
    set_totp,
    start_address_change,
)

__all__ = [
    "answer_evenly",
    "wait_for_it",
    "LONGEST_SECONDS",
    "QUIET_SECONDS",
    "begin_passkey",
    "change_address",
    "check_reauthentication",
    "confirm_form",
    "confirm_identity",
    "confirmed_method",
    "empty_sign_ins",
    "end_cards_on",
    "end_every_session",
    "end_session",
    "end_sessions_on",
    "forget_devices",
    "forget_second_factor",
    "forget_fresh_code",
    "is_remembered",
    "issue_card",
    "joining_user",
    "keep_device",
    "known_device",
    "limits",
    "note_device",
    "note_passkey",
    "notify",
    "open_sessions",
    "quiet_too_long",
    "reauthentication_form",
    "recent_method",
    "record_second_factor",
    "remember_device",
    "send_fresh_code",
    "set_language",
    "set_password",
    "set_totp",
    "show_passkey",
    "showed_second_factor",
    "sign_in_with_card",
    "start_address_change",
    "use_card",
    "way_to_confirm",
]
