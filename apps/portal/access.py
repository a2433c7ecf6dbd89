"""Who may see and change calendar links: nobody but whose they are."""

from __future__ import annotations

from django.db.models import Q

from apps.access.policy import Policy, Relation, register
from apps.portal.models import CalendarLink

themselves = Relation("it is their own record", lambda actor: Q(person__user_id=actor.user_id), off_duty=True)
register(Policy(CalendarLink, {"view": [themselves], "change": [themselves]}, identifies=["person"]))
