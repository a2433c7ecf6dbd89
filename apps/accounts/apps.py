from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    label = "accounts"
    verbose_name = _("Sign-ins")

    def ready(self) -> None:
        from apps.accounts.middleware import on_sign_in

        user_logged_in.connect(on_sign_in, dispatch_uid="accounts.on_sign_in")
        post_migrate.connect(ensure_platform_sites, dispatch_uid="accounts.ensure_platform_sites")


def ensure_platform_sites(app_config: Any, using: str, apps: Any = installed, **kwargs: Any) -> None:
    """Every host has a row in Django's sites table: after `migrate`, the platform's own ones too."""
    from django.conf import settings

    if app_config.label != "sites":
        return
    site_model = apps.get_model("sites", "Site")
    site_model.objects.using(using).filter(domain="example.com").delete()
    for domain in settings.PLATFORM_HOSTS:
        site_model.objects.using(using).get_or_create(domain=domain, defaults={"name": "Peer Platform"})
