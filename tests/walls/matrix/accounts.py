"""Signing in and out. These pages are about the person who asks, whoever that is, so they open to all alike.

The cast is signed in without having just proved who they are: pages that change the sign-in lead to "Is it you?".
"""

from tests.walls.matrix import LOGIN, Line, at, everyone, who

DOOR = everyone(200, at(302, "signed_in"))  # whoever is in already goes on
OWN = who(200)
ASKS = who(302)

LINES = [
    Line("account_login", DOOR),
    Line("account_login", DOOR, host="platform"),
    Line("account_request_login_code", DOOR),
    Line("account_card", DOOR),
    Line("account_confirm_login_code", everyone(302)),  # nobody waits for a code here
    Line("account_logout", everyone(302, at(200, "signed_in"))),
    # signing out by POST would end the browser's session for the lines after it: tests/accounts/test_password.py
    Line("account_reauthenticate", OWN),
    Line("account_email", OWN),
    Line("account_change_email", ASKS),
    Line("account_change_phone", ASKS),
    Line("account_confirm_address", ASKS),
    Line("account_change_password", ASKS),
    Line("account_change_password", ASKS, method="post", data={"password": "three calm herons"}),
    Line("account_devices", ASKS),
    Line("account_end_device", ASKS, method="post", fixed={"pk": 1}),
    Line("account_end_every_device", ASKS, method="post"),
    Line("mfa_authenticate", everyone(302, at(LOGIN, "visitor"))),
    Line("mfa_confirm", ASKS),
    Line("mfa_activate_totp", ASKS),
    Line("mfa_deactivate_totp", ASKS),
    Line("mfa_deactivate_totp", ASKS, method="post"),
    Line("mfa_view_recovery_codes", ASKS),
    Line("mfa_generate_recovery_codes", ASKS),
    Line("mfa_download_recovery_codes", ASKS),
    Line("mfa_list_webauthn", ASKS),
    Line("mfa_add_webauthn", ASKS),
    Line("mfa_ask_webauthn", OWN),
    Line("mfa_remove_webauthn", ASKS, method="post", fixed={"pk": 1}),
    Line("account_quiet", everyone(200)),
    # leaving by POST would end the browser's session for the lines after it: tests/accounts/test_quiet.py
    Line("account_quiet_leave", everyone(405)),
    Line("account_kept", who(302)),
]
