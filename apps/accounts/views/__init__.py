"""Pages of signing in and of one's own sign-in."""

from apps.accounts.views.confirming import confirmed, confirmed_twice, reauthenticate
from apps.accounts.views.devices import devices, end_device, end_every_device
from apps.accounts.views.doors import (
    confirm_code,
    sign_in,
    sign_in_card,
    sign_in_code,
    sign_out,
    switch_language,
    too_many,
)
from apps.accounts.views.own import change_address, change_password, confirm_address, own_sign_in
from apps.accounts.views.quiet import kept, leave, quiet
from apps.accounts.views.second_factor import (
    activate_totp,
    add_passkey,
    ask_passkey,
    confirm_second_factor,
    deactivate_totp,
    download_recovery_codes,
    list_passkeys,
    make_recovery_codes,
    recovery_codes,
    remove_passkey,
    second_factor,
)

__all__ = [
    "activate_totp",
    "add_passkey",
    "ask_passkey",
    "change_address",
    "change_password",
    "confirm_address",
    "confirm_code",
    "confirm_second_factor",
    "confirmed",
    "confirmed_twice",
    "deactivate_totp",
    "devices",
    "download_recovery_codes",
    "end_device",
    "end_every_device",
    "kept",
    "leave",
    "list_passkeys",
    "make_recovery_codes",
    "own_sign_in",
    "quiet",
    "reauthenticate",
    "recovery_codes",
    "remove_passkey",
    "second_factor",
    "sign_in",
    "sign_in_card",
    "sign_in_code",
    "sign_out",
    "switch_language",
    "too_many",
]
