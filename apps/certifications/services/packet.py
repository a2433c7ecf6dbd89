"""The certification packet, made and kept as a document of its record."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, require
from apps.certifications import selectors
from apps.certifications.choices import DocumentKind
from apps.certifications.models import Certification, EvidenceDocument
from apps.certifications.packet import packet_pdf
from apps.organizations.models import Organization
from apps.organizations.services.files import store_file


@transaction.atomic
def make_packet(*, certification: Certification, actor: Actor) -> EvidenceDocument:
    """Make the packet of a record as of today and keep it among the record's documents: it opens for whom they open.

    The holder and whoever keeps the records may. Raises PermissionDenied, or ValidationError where the catalogue has no
    requirements for the credential.
    """
    require(actor, "follow", certification)
    require(actor, "attach", certification)
    day = selectors.today_of(certification.organization_id)
    progress = selectors.goal_of(certification, day)
    if progress is None:
        raise ValidationError(_("The requirements of this credential are not loaded yet."))
    house = Organization.objects.get(pk=certification.organization_id)
    facts = selectors.evidence_of([certification.person_id], day)[certification.person_id]
    content = packet_pdf(record=certification, progress=progress, facts=facts, organization=str(house), day=day)
    row = EvidenceDocument(
        organization_id=certification.organization_id,
        person_id=certification.person_id,
        certification=certification,
        kind=DocumentKind.APPLICATION,
        file=store_file(
            content=content,
            name=f"packet-{day.isoformat()}.pdf",
            actor=actor,
            organization_id=certification.organization_id,
        ),
        added_by_id=actor.user_id,
    )
    row.full_clean()
    row.save()
    ensure_still_visible(actor, row)
    return row
