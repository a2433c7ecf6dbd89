from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "apps.portal"
    label = "portal"
    verbose_name = _("First screens")

    def ready(self) -> None:
        from apps.access import registry
        from apps.portal import dashboard

        registry.register_dashboard(dashboard.show)
