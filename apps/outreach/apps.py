from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "apps.outreach"
    label = "outreach"
    verbose_name = _("What is sent when")

    def ready(self) -> None:
        from apps.organizations.choices import Feature
        from apps.organizations.registry import register_feature
        from apps.outreach import (  # noqa: F401  importing access registers the policies
            access,
            appointments,
            certifications,
            days,
            meetings,
            offers,
            sessions,
            signatures,
            supervision,
        )

        appointments.register()
        certifications.register()
        days.register()
        meetings.register()
        offers.register()
        sessions.register()
        signatures.register()
        supervision.register()
        register_feature(Feature.OUTREACH, "admin:outreach_*")
