from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.kit.calling import called


class ClientsConfig(AppConfig):
    name = "apps.clients"
    label = "clients"
    verbose_name = called("client", _("Clients"), many=True)

    def ready(self) -> None:
        from apps.clients import access, leaving, selectors  # noqa: F401  importing access registers the policies
        from apps.clients.erasable_rows import ERASABLE
        from apps.clients.registry import register_erasable
        from apps.clients.sheet import ClientSheet
        from apps.messaging import registry as messaging
        from apps.organizations.choices import Feature
        from apps.organizations.registry import register_feature, register_holding, register_sheet

        for kind in ERASABLE:
            register_erasable(kind)
        register_holding(leaving.CARE_TEAMS)
        register_holding(leaving.GRIEVANCES)
        messaging.register_related_persons(selectors.persons_supported)
        register_feature(Feature.FAMILY, "family", "stop_sharing", "admin:clients_familylink_*")
        register_sheet(ClientSheet())
