from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "apps.messaging"
    label = "messaging"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from apps.accounts.registry import register_deliver
        from apps.messaging import access  # noqa: F401  importing it registers the policies
        from apps.messaging.services import deliver

        register_deliver(deliver)
