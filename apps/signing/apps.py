from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SigningConfig(AppConfig):
    name = "apps.signing"
    label = "signing"
    verbose_name = _("Signatures")

    def ready(self) -> None:
        from apps.signing import access  # noqa: F401  importing it registers the policies
