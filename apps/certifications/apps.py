from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificationsConfig(AppConfig):
    name = "apps.certifications"
    label = "certifications"
    verbose_name = _("Certifications")

    def ready(self) -> None:
        from apps.certifications import access  # noqa: F401  importing it registers the policies
        from apps.certifications.models import EvidenceDocument
        from apps.certifications.sheet import CertificationSheet
        from apps.organizations.choices import Feature
        from apps.organizations.registry import register_feature, register_file_holder, register_sheet

        register_file_holder(EvidenceDocument, "file")
        register_sheet(CertificationSheet())
        register_feature(Feature.CERTIFICATIONS, "certifications:*", "admin:certifications_*")
