from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import pgettext_lazy


class AccessConfig(AppConfig):
    name = "apps.access"
    label = "access"
    verbose_name = pgettext_lazy("who may see what", "Access")

    def ready(self) -> None:
        from apps.access import access  # noqa: F401  importing it registers the policies
        from apps.access.scope import stamp_connection

        connection_created.connect(stamp_connection, dispatch_uid="apps.access.scope")
