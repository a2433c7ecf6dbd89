"""The demo's certifications and materials."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from apps.access.actor import Actor
from apps.certifications.models import (
    CatalogueCredential,
    Certification,
    Course,
    CredentialLevel,
    EvidenceEntry,
    StaffAttestation,
)
from apps.certifications.rules import LevelKind
from apps.certifications.selectors import day_there
from apps.certifications.services import add_course, add_module, attest, enter_evidence, record_certification
from apps.clients.models import ClientRecord
from apps.kit.text import TranslatedText
from apps.materials.models import Material, MaterialText
from apps.materials.services import hand_out
from apps.organizations.models import Organization, Person, PolicyDocument
from apps.organizations.services import write_policy
from peerplatform.demo.cast import House
from peerplatform.demo.texts import MATERIALS

SYSTEM = Actor.for_system("the demo is loaded")

# For each peer specialist in turn: status, and days until the last day (None: no dates yet).
STANDS = (("certified", 47), ("certified", 400), ("certified", -12), ("in_training", None))


def certifications(house: House, made: Organization, peers: list[Person]) -> None:
    """One specialist whose certification ends soon, one who is fine, one whose has ended, one in training."""
    listed = CatalogueCredential.objects.filter(jurisdiction=house.state, retired_at__isnull=True)
    provisional = CredentialLevel.objects.filter(code="", kind=LevelKind.PROVISIONAL)
    credential = listed.exclude(pk__in=provisional.values("credential_id")).order_by("pk").first()
    if credential is None:
        return
    today = day_there(made)
    for number, (person, (status, days)) in enumerate(zip(peers, STANDS, strict=False)):
        ends = None if days is None else today + timedelta(days=days)
        if not Certification.objects.filter(person=person, credential=credential, archived_at=None).exists():
            record_certification(
                actor=SYSTEM,
                person=person,
                credential=credential,
                status=status,
                number=f"{house.state}-{2041 + number * 37}" if ends else "",
                issued_on=date(ends.year - 2, ends.month, 1) if ends else None,
                expires_on=ends,
            )
    for person in peers[:2]:
        if not StaffAttestation.objects.filter(person=person).exists():
            attest(actor=SYSTEM, person=person, kind="lived_experience", paper="own_form")
    course = Course.objects.filter(organization=made, name=COURSE, archived_at=None).first()
    if course is None:
        course = add_course(actor=SYSTEM, organization_id=made.pk, name=COURSE, hours=Decimal(40), counts_as="training")
        for position, (name, hours, topic, competencies) in enumerate(MODULES, 1):
            add_module(
                course=course, actor=SYSTEM, position=position, name=name, hours=Decimal(hours), topic=topic,
                is_live=True, competencies=competencies,
            )  # fmt: skip
    if peers and not peers[0].evidence_entries.exists():
        enter_evidence(actor=SYSTEM, person=peers[0], course=course, ended_on=today - timedelta(days=500))
        EvidenceEntry.objects.create(
            organization=made, person=peers[0], kind="continuing_education", title="Boundaries in peer work",
            topic="ethics", amount=Decimal(3), live_amount=Decimal(3), ended_on=today - timedelta(days=20),
        )  # fmt: skip


# The demo's own curriculum: module, hours, topic, competencies.
COURSE = "Peer specialist core training"
MODULES = (
    ("Listening and walking beside", 12, "", ["relationships", "support"]),
    ("Telling your story so that it helps", 10, "", ["lived_experience", "personal"]),
    ("Ethics and boundaries", 8, "ethics", ["growth"]),
    ("In a crisis, and after", 10, "", ["crisis", "linking"]),
)


POLICIES: tuple[tuple[str, dict[str, str], dict[str, str]], ...] = (
    (
        "rights",
        {"en": "Your rights with us", "es": "Sus derechos con nosotros", "ar": "حقوقك لدينا"},
        {
            "en": "- You come because you want to. You may stop at any time.\n"
            "- You see what is written about you, and may ask who read it.\n"
            "- You may say what goes wrong. Nobody may treat you worse for it. We answer in writing.",
            "es": "- Usted viene porque quiere. Puede dejar de venir cuando quiera.\n"
            "- Usted puede ver lo que se escribe sobre usted y preguntar quién lo leyó.\n"
            "- Usted puede decir qué salió mal. Nadie puede tratarle peor por eso. Respondemos por escrito.",
            "ar": "- تأتي لأنك تريد ذلك، ويمكنك التوقف في أي وقت.\n"
            "- يمكنك رؤية ما يُكتب عنك، وأن تسأل من قرأه.\n"
            "- يمكنك أن تقول ما الذي ساء. لا يجوز لأحد أن يعاملك بشكل أسوأ بسبب ذلك. ونجيبك كتابةً.",
        },
    ),
    (
        "safety",
        {"en": "When somebody is not safe"},
        {
            "en": "1. Stay with the person, or stay on the line.\n2. In danger now: call 911. Else offer 988 together.\n"
            "3. Tell your supervisor the same hour. Write down what you did, not a diagnosis."
        },
    ),
    (
        "scope",
        {"en": "What a peer specialist does, and does not"},
        {
            "en": "We share our own experience, listen, go along and connect. We do not diagnose, prescribe, give therapy "
            "or lend money. When it is more than that, we hand over warmly and stay in touch."
        },
    ),
)


def policies(made: Organization) -> None:
    """What staff are asked to read, and the rights of clients, published once."""
    for kind, title, body in POLICIES:
        if not PolicyDocument.objects.filter(organization=made, kind=kind, archived_at__isnull=True).exists():
            write_policy(
                document=PolicyDocument(organization=made),
                actor=SYSTEM,
                kind=kind,
                title=TranslatedText(title),
                body=TranslatedText(body),
                publish=True,
            )


def materials(made: Organization, author: Person, readers: list[ClientRecord]) -> None:
    """Things to read in several languages; the first client was handed two of them."""
    for name, open_to_all, texts in MATERIALS:
        material, _made = Material.objects.get_or_create(
            organization=made, name=name, archived_at=None, defaults={"for_everybody": open_to_all}
        )
        for language, (title, body) in texts.items():
            MaterialText.objects.get_or_create(
                organization=made,
                material=material,
                language=language,
                defaults={
                    "title": title,
                    "body": body,
                    "state": "published",
                    "reviewed_by_id": author.user_id,
                    "reviewed_at": timezone.now(),
                },
            )
        if not open_to_all and readers and not material.shares.exists():
            note = {"es": "Para usted, con cariño."}.get(readers[0].person.language, "For you.")
            hand_out(material=material, client=readers[0], actor=SYSTEM, note=note)
