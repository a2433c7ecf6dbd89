from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "apps.supervision"
    label = "supervision"
    verbose_name = _("Supervision")

    def ready(self) -> None:
        from apps.certifications.registry import EvidenceSource, register_evidence_source, register_supervised
        from apps.organizations.choices import Feature
        from apps.organizations.registry import register_feature, register_holding, register_stays
        from apps.signing.registry import register_kind
        from apps.supervision import access, evidence, leaving, selectors  # noqa: F401  importing access registers the policies
        from apps.supervision.models import KIND

        register_kind(KIND, schema_version=1, contents=selectors.contents, words=_("supervision note"))
        for holding in (leaving.SUPERVISES, leaving.READS, leaving.SUPERVISED):
            register_holding(holding)
        register_stays(leaving.stays)
        register_evidence_source(EvidenceSource("supervision", evidence.signed_hours))
        register_supervised(evidence.supervised)
        register_feature(Feature.SUPERVISION, "supervision:*", "admin:supervision_*")
