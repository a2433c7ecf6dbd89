"""Clients, who is on their care team, and whom of their family they let in."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.access.models import UserGrant
from apps.access.scoped import ScopedForeignKey, ScopedModel, ScopedOneToOneField, keeps_history
from apps.clients.choices import ErasureReason, ErasureState, FamilyTie, GrievanceState
from apps.kit.calling import called
from apps.organizations.models import Location, Person
from apps.signing.sealing import Fixed, StateMachine

ERASURE_DAYS = 30  # how long a request waits for its second person


@keeps_history()
class ClientRecord(ScopedModel):
    """That a Person is, or was, a client of this organization. What support they get stands in the higher apps."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = ScopedOneToOneField(Person, related_name="client", verbose_name=_("person"))
    location = ScopedForeignKey(
        Location, null=True, blank=True, related_name="clients", verbose_name=_("usual location")
    )
    since = models.DateField(_("with us since"))
    born_on = models.DateField(
        _("born on"), null=True, blank=True, help_text=_("Only where a group asks for an age. Nobody has to say it.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = called("client", _("client"))
        verbose_name_plural = called("client", _("clients"), many=True)
        ordering = ["person__name", "id"]
        permissions = [("share_clientrecord", "Can share a client's record")]

    def __str__(self) -> str:
        return str(self.person)


class ClientRecordGrant(UserGrant):
    """A client's record shared with one user for a time."""

    content_object = ScopedForeignKey(ClientRecord, on_delete=models.CASCADE, related_name="user_grants")


@keeps_history()
class CareTeamMember(ScopedModel):
    """A staff member who supports a client. The first one named leads."""

    client = ScopedForeignKey(ClientRecord, related_name="care_team", verbose_name=called("client", _("client")))
    person = ScopedForeignKey(Person, related_name="on_care_teams", verbose_name=_("staff member"))
    leads = models.BooleanField(_("first contact"), default=False)
    since = models.DateField(_("since"))
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("care team member")
        verbose_name_plural = _("care team")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "client", "person"],
                condition=Q(ended_at__isnull=True),
                name="clients_once_on_a_team",
                violation_error_message=_("This person is already on the care team."),
            ),
            models.UniqueConstraint(
                fields=["organization", "client"],
                condition=Q(ended_at__isnull=True, leads=True),
                name="clients_one_first_contact",
                violation_error_message=_("Somebody else is the first contact already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)


@keeps_history()
class FamilyLink(ScopedModel):
    """A family member whom a client named, and what the client lets them see. Ends when the client says so."""

    client = ScopedForeignKey(ClientRecord, related_name="family", verbose_name=called("client", _("client")))
    person = ScopedForeignKey(Person, related_name="family_of", verbose_name=_("family member"))
    tie = models.CharField(_("what they are to the client"), max_length=20, choices=FamilyTie.choices)
    shares_appointments = models.BooleanField(_("may see when the next visit is"), default=False)
    shares_groups = models.BooleanField(_("may see which groups the client goes to"), default=False)
    named_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("family link")
        verbose_name_plural = _("family")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "client", "person"],
                condition=Q(ended_at__isnull=True),
                name="clients_family_named_once",
                violation_error_message=_("This family member is already named."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_tie_display()}"


@keeps_history()
class Grievance(ScopedModel):
    """What a client says went wrong. It has an owner and a day by which it is answered; whom it is about never sees it.

    Rights of a person receiving services: a grievance is answered in writing within a set time (the organization's own
    setting, 30 days unless it says otherwise).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = ScopedForeignKey(ClientRecord, related_name="grievances", verbose_name=called("client", _("client")))
    about_person = ScopedForeignKey(
        Person,
        null=True,
        blank=True,
        related_name="grievances_about",
        verbose_name=_("about whom"),
        help_text=_("That person never sees this grievance, whatever their role."),
    )
    words = models.TextField(_("what happened"), max_length=5000)
    wish = models.TextField(_("what would help"), max_length=2000, blank=True)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("written down by"),
    )
    owner = ScopedForeignKey(
        Person, null=True, blank=True, related_name="grievances_owned", verbose_name=_("who answers")
    )
    due_on = models.DateField(_("answer by"))
    state = models.CharField(_("stands"), max_length=12, choices=GrievanceState.choices, default=GrievanceState.OPEN)
    outcome = models.TextField(
        _("answer"), max_length=5000, blank=True, help_text=_("The client reads this on their pages.")
    )
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    class Meta:
        verbose_name = _("grievance")
        verbose_name_plural = _("grievances")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(about_person__isnull=True) | Q(owner__isnull=True) | ~Q(about_person=F("owner")),
                name="clients_grievance_not_judged_by_oneself",
                violation_error_message=_("Nobody answers a grievance about themselves."),
            ),
            models.CheckConstraint(
                condition=~Q(state=GrievanceState.ANSWERED) | ~Q(outcome=""),
                name="clients_grievance_answered_in_words",
                violation_error_message=_("Write what the answer is."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[GrievanceState.OPEN, GrievanceState.IN_WORK], ended_at__isnull=True)
                | Q(state__in=[GrievanceState.ANSWERED, GrievanceState.WITHDRAWN], ended_at__isnull=False),
                name="clients_grievance_ended",
            ),
        ]
        indexes = [models.Index(fields=["organization", "state", "due_on"], name="clients_grievance_due")]

    def __str__(self) -> str:
        return f"{self.client}, {self.received_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes an answer."""
        return self.ended_at is None


@keeps_history()
class Erasure(ScopedModel):
    """The erasure of one client's record: asked by one, approved by another, carried out once, and kept for ever.

    It names nobody: the reason is one of a list, and `counts` says of each kind how many rows were blanked and how many
    earlier states of them: [{"kind": "messaging.contactpoint", "rows": 2, "history": 5}].
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = ScopedForeignKey(ClientRecord, related_name="erasures", verbose_name=called("client", _("client")))
    reason = models.CharField(_("why"), max_length=20, choices=ErasureReason.choices)
    state = models.CharField(_("stands"), max_length=10, choices=ErasureState.choices, default=ErasureState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(pgettext_lazy("on which day", "asked"), default=timezone.now)
    expires_at = models.DateTimeField(_("waits until"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    done_at = models.DateTimeField(_("erased"), null=True, blank=True)
    counts = models.JSONField(_("what was erased"), default=list, blank=True, editable=False)

    class Meta:
        verbose_name = _("erasure of a record")
        verbose_name_plural = _("erasures of records")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "client"],
                condition=~Q(state=ErasureState.ENDED),
                name="clients_one_erasure_a_record",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("asked_by")), name="clients_erasure_two_people"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False, approved_at__lte=F("expires_at")),
                name="clients_erasure_approved_in_time",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("asked_at") + timedelta(days=ERASURE_DAYS)),
                name="clients_erasure_waits_30_days",
            ),
            models.CheckConstraint(
                condition=Q(state=ErasureState.ASKED, approved_at=None, ended_at=None, done_at=None)
                | Q(state=ErasureState.APPROVED, approved_at__isnull=False, ended_at=None, done_at=None)
                | Q(state=ErasureState.DONE, approved_at__isnull=False, ended_at=None, done_at__isnull=False)
                | Q(state=ErasureState.ENDED, ended_at__isnull=False, done_at=None),
                name="clients_erasure_state",
            ),
            StateMachine(
                name="clients_erasure_life",
                field="state",
                starts=ErasureState.ASKED,
                moves={
                    ErasureState.ASKED: [ErasureState.APPROVED, ErasureState.ENDED],
                    ErasureState.APPROVED: [ErasureState.DONE, ErasureState.ENDED],
                    ErasureState.DONE: [],
                    ErasureState.ENDED: [],
                },
            ),
            Fixed(
                name="clients_erasure_stays",
                columns=["client_id", "reason", "asked_by_id", "asked_at", "expires_at", "public_id"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d}, {self.get_state_display()}"

    @property
    def waits(self) -> bool:
        """Whether a second person may still approve it."""
        return self.state == ErasureState.ASKED and self.expires_at > timezone.now()


@keeps_history()
class KeepApart(ScopedModel):
    """Two people who must not meet in a group. Coordinators alone see it; neither of the two ever learns of it.

    A pair is written once, the lower key first. Where it `is_strict`, the second one does not come into a group in
    which the other is, waits or leads: the office talks to them. Else they come in, and coordinators see both named.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person_a = ScopedForeignKey(Person, related_name="apart_first", verbose_name=_("one"))
    person_b = ScopedForeignKey(Person, related_name="apart_second", verbose_name=_("the other"))
    why = models.CharField(
        _("why"), max_length=500, blank=True, help_text=_("Only coordinators read this. It can stay empty.")
    )
    is_strict = models.BooleanField(
        _("never in one group"),
        default=True,
        help_text=_("Untick it where they may be in one group and coordinators only want to know."),
    )
    since = models.DateField(_("since"))
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    class Meta:
        verbose_name = _("pair kept apart")
        verbose_name_plural = _("pairs kept apart")
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(person_a__lt=F("person_b")), name="clients_apart_lower_first"),
            models.UniqueConstraint(
                fields=["organization", "person_a", "person_b"],
                condition=Q(ended_at__isnull=True),
                name="clients_apart_once",
                violation_error_message=_("These two are kept apart already."),
            ),
        ]
        indexes = [
            models.Index(fields=["person_b"], condition=Q(ended_at__isnull=True), name="clients_apart_other"),
        ]

    def __str__(self) -> str:
        return f"{self.person_a}, {self.person_b}"
