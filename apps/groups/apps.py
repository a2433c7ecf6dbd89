from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.kit.calling import called


class GroupsConfig(AppConfig):
    name = "apps.groups"
    label = "groups"
    verbose_name = called("group", _("Groups"), many=True)

    def ready(self) -> None:
        from django.db.models import Q

        from apps.certifications.registry import EvidenceSource, register_evidence_source
        from apps.clients.registry import Erasable, register_erasable
        from apps.groups import access, evidence, leaving  # noqa: F401  importing it registers the policies
        from apps.groups.models import (
            Attendance,
            Enrolment,
            GuardianConsent,
            Rsvp,
            SessionLeader,
            WaitlistEntry,
        )
        from apps.organizations.choices import Feature
        from apps.organizations.registry import register_feature, register_holding, register_stays

        register_evidence_source(EvidenceSource("groups", evidence.hours_led))
        register_holding(leaving.GROUPS)
        register_stays(leaving.sessions_in_another_s_place)
        # who was in a group and who came stays, without a name: the numbers hold
        still_in = Q(ended_at__isnull=True, group__archived_at__isnull=True)
        register_erasable(Erasable(Enrolment, blanks={"alias": ""}, moments=("enrolled_at", "ended_at"), open=still_in))
        register_erasable(Erasable(Attendance, blanks={"alias": "", "correction": ""}, moments=("session__ends_at",)))
        register_erasable(Erasable(SessionLeader, blanks={"note": ""}, moments=("session__ends_at",)))
        waits = Q(ended_at__isnull=True, group__archived_at__isnull=True)
        register_erasable(Erasable(WaitlistEntry, {"reason": ""}, moments=("entered_at", "ended_at"), open=waits))
        register_erasable(Erasable(Rsvp, moments=("session__ends_at",)))
        register_erasable(Erasable(GuardianConsent, moments=("agreed_on", "ended_at")))
        register_feature(Feature.PUBLIC_SCHEDULE, "groups:*", visitors_only=True)
