from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MaterialsConfig(AppConfig):
    name = "apps.materials"
    label = "materials"
    verbose_name = _("Materials")

    def ready(self) -> None:
        from apps.clients.registry import Erasable, register_erasable
        from apps.materials import access  # noqa: F401  importing it registers the policies
        from apps.materials.models import MaterialShare
        from apps.organizations.choices import Feature
        from apps.organizations.registry import register_feature

        register_erasable(Erasable(MaterialShare, {"note": ""}, moments=("shared_at", "ended_at")))
        register_feature(Feature.MATERIALS, "materials:*", "admin:materials_*")
