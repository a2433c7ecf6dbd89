"""Addresses of sign-in. allauth's own are not included: what is not named here does not exist."""

from django.urls import path

from apps.accounts import views

urlpatterns = [
    path("accounts/login/", views.sign_in, name="account_login"),
    path("accounts/login/code/", views.sign_in_code, name="account_request_login_code"),
    path("accounts/login/code/confirm/", views.confirm_code, name="account_confirm_login_code"),
    path("accounts/card/", views.sign_in_card, name="account_card"),
    path("accounts/logout/", views.sign_out, name="account_logout"),
    path("accounts/confirm/", views.reauthenticate, name="account_reauthenticate"),
    path("accounts/sign-in/", views.own_sign_in, name="account_email"),
    path("accounts/sign-in/email/", views.change_address, {"channel": "email"}, name="account_change_email"),
    path("accounts/sign-in/phone/", views.change_address, {"channel": "sms"}, name="account_change_phone"),
    path("accounts/sign-in/check/", views.confirm_address, name="account_confirm_address"),
    path("accounts/sign-in/password/", views.change_password, name="account_change_password"),
    path("accounts/sign-in/devices/", views.devices, name="account_devices"),
    path("accounts/sign-in/devices/<int:pk>/end/", views.end_device, name="account_end_device"),
    path("accounts/sign-in/devices/end-all/", views.end_every_device, name="account_end_every_device"),
    path("accounts/2fa/", views.second_factor, name="mfa_authenticate"),
    path("accounts/2fa/confirm/", views.confirm_second_factor, name="mfa_confirm"),
    path("accounts/2fa/app/", views.activate_totp, name="mfa_activate_totp"),
    path("accounts/2fa/app/remove/", views.deactivate_totp, name="mfa_deactivate_totp"),
    path("accounts/2fa/spare-codes/", views.recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/2fa/spare-codes/new/", views.make_recovery_codes, name="mfa_generate_recovery_codes"),
    path("accounts/2fa/spare-codes/download/", views.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("accounts/2fa/passkeys/", views.list_passkeys, name="mfa_list_webauthn"),
    path("accounts/2fa/passkeys/add/", views.add_passkey, name="mfa_add_webauthn"),
    path("accounts/2fa/passkeys/ask/", views.ask_passkey, name="mfa_ask_webauthn"),
    path("accounts/2fa/passkeys/<int:pk>/remove/", views.remove_passkey, name="mfa_remove_webauthn"),
    path("accounts/quiet/", views.quiet, name="account_quiet"),
    path("accounts/quiet/leave/", views.leave, name="account_quiet_leave"),
    path("accounts/kept/", views.kept, name="account_kept"),
    path("i18n/setlang/", views.switch_language, name="set_language"),
]
