from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "apps.outreach"
    label = "outreach"
    verbose_name = _("What is sent when")

    def ready(self) -> None:
        from apps.organizations.choices import Feature
        from apps.organizations.registry import register_feature
        from apps.outreach import access, appointments, certifications, days, sessions, signatures, supervision  # noqa: F401  importing access registers the policies

        appointments.register()
        certifications.register()
        days.register()
        sessions.register()
        signatures.register()
        supervision.register()
        register_feature(Feature.OUTREACH, "admin:outreach_*")
