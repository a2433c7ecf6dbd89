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
        from apps.supervision.models import ADDENDUM, CLOSURE, KIND, PRIVATE

        # version 2 added details, credentials and the shared part; each row knows the version it was signed in
        for version in (1, 2):
            register_kind(KIND, schema_version=version, contents=selectors.contents, words=_("supervision note"))
        for kind, contents, words in (
            (ADDENDUM, selectors.addendum_contents, _("addendum to a supervision note")),
            (CLOSURE, selectors.closure_contents, _("end of a next step")),
            (PRIVATE, selectors.private_contents, _("private part of a supervision note")),
        ):
            register_kind(kind, schema_version=1, contents=contents, words=words)
        for holding in (leaving.SUPERVISES, leaving.READS, leaving.SUPERVISED):
            register_holding(holding)
        register_stays(leaving.stays)
        register_evidence_source(EvidenceSource("supervision", evidence.signed_hours))
        register_supervised(evidence.supervised)
        register_feature(Feature.SUPERVISION, "supervision:*", "admin:supervision_*")
