"""Puts the platform's own admin site in the place of Django's."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class PeerAdminConfig(AdminConfig):
    default_site = "apps.access.admin.PeerAdminSite"

    def ready(self) -> None:
        super().ready()
        # Not part of `apps.access.admin`: the site is found through that module, and may not be used while it loads.
        import_module("apps.access.admin.pages")
