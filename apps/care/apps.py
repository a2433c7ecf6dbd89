from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CareConfig(AppConfig):
    name = "apps.care"
    label = "care"
    verbose_name = _("Visits and follow-up")

    def ready(self) -> None:
        from apps.care import access, evidence, leaving, registry  # noqa: F401  importing them registers policies and parts
        from apps.certifications.registry import EvidenceSource, register_evidence_source
        from apps.organizations.registry import register_holding

        register_evidence_source(EvidenceSource("care", evidence.hours_of_contact))
        register_holding(leaving.VISITS)
        register_holding(leaving.FOLLOW_UPS)
        registry.join_lower_rooms()
