from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "apps.portal"
    label = "portal"
    verbose_name = _("First screens")

    def ready(self) -> None:
        from django.db.models import F
        from django.db.models.functions import Coalesce, Now

        from apps.access import registry
        from apps.clients.registry import Erasable, register_erasable
        from apps.portal import access, dashboard  # noqa: F401  importing access registers the policies
        from apps.portal.models import CalendarLink

        registry.register_dashboard(dashboard.show)
        register_erasable(Erasable(CalendarLink, closes={"ended_at": Coalesce(F("ended_at"), Now())}))
