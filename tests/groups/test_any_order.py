"""Joining, leaving, offers and their ends, and changes of the places in any order: what must hold always holds."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from apps.access.scope import open_scope
from apps.groups import services
from apps.groups.models import Enrolment, SupportGroup, WaitlistEntry
from tests.factories.clients import make_apart
from tests.factories.groups import make_group
from tests.factories.organizations import SYSTEM, actor_for, make_organization, make_person, make_user

PEOPLE = 6
picks = st.integers(0, PEOPLE - 1)


class Places(RuleBasedStateMachine):
    """One group, six people of whom the first two are kept apart, and everybody who may do something about a place."""

    def __init__(self):
        super().__init__()
        self.organization = make_organization()
        self.group = make_group(self.organization, capacity=2)
        self.people = [make_person(self.organization, user=make_user()) for _n in range(PEOPLE)]
        make_apart(self.people[0], self.people[1])

    def _now(self):
        return SupportGroup.objects.get(pk=self.group.pk)

    def _entry(self, pick, *states):
        return WaitlistEntry.objects.filter(
            group=self.group, person=self.people[pick], state__in=states or ("asked", "waiting", "offered")
        ).first()

    @rule(pick=picks)
    def joins(self, pick):
        with open_scope(self.organization.pk):
            person = self.people[pick]
            services.join(group=self._now(), person=person, actor=actor_for(person))

    @rule(pick=picks)
    def leaves(self, pick):
        with open_scope(self.organization.pk):
            place = Enrolment.objects.filter(group=self.group, person=self.people[pick], ended_at=None).first()
            if place is not None:
                services.leave(enrolment=place, actor=actor_for(self.people[pick]))

    @rule(pick=picks)
    def takes_the_offer(self, pick):
        with open_scope(self.organization.pk):
            entry = self._entry(pick, "offered")
            if entry is not None:
                services.accept_offer(entry=entry, actor=actor_for(self.people[pick]))

    @rule(pick=picks)
    def steps_back(self, pick):
        with open_scope(self.organization.pk):
            entry = self._entry(pick)
            if entry is not None:
                services.step_back(entry=entry, actor=actor_for(self.people[pick]))

    @rule(pick=picks)
    def an_offer_ends(self, pick):
        with open_scope(self.organization.pk):
            entry = self._entry(pick, "offered")
            if entry is not None:
                past = timezone.now() - timedelta(days=2)
                WaitlistEntry.objects.filter(pk=entry.pk).update(offered_at=past, offer_until=past + timedelta(hours=1))

    @rule()
    def the_minute_comes(self):
        with open_scope(self.organization.pk):
            services.make_offers(actor=SYSTEM)
            assert services.make_offers(actor=SYSTEM) == 0

    @rule(capacity=st.sampled_from([1, 2, 3, 5, None]))
    def the_places_change(self, capacity):
        with open_scope(self.organization.pk):
            try:
                services.change_group(group=self._now(), actor=SYSTEM, capacity=capacity)
            except ValidationError:
                held = Enrolment.objects.filter(group=self.group, ended_at=None).count()
                held += WaitlistEntry.objects.filter(group=self.group, state="offered").count()
                assert held > capacity

    @rule(pick=picks)
    def the_office_puts_somebody_first(self, pick):
        with open_scope(self.organization.pk):
            entry = self._entry(pick, "waiting")
            if entry is not None:
                services.move_up(entry=entry, actor=SYSTEM, reason="because")

    @rule(pick=picks)
    def the_office_lets_somebody_wait(self, pick):
        with open_scope(self.organization.pk):
            if not Enrolment.objects.filter(group=self.group, person=self.people[pick], ended_at=None).exists():
                services.put_on_waitlist(group=self._now(), person=self.people[pick], actor=SYSTEM)

    @invariant()
    def no_place_is_held_twice_and_none_beyond_the_capacity(self):
        with open_scope(self.organization.pk):
            capacity = self._now().capacity
            inside = list(Enrolment.objects.filter(group=self.group, ended_at=None).values_list("place", flat=True))
            offers = list(
                WaitlistEntry.objects.filter(group=self.group, state="offered").values_list("place", flat=True)
            )
        if capacity is not None:
            held = [*inside, *offers]
            assert len(held) <= capacity
            assert len(set(held)) == len(held)
            assert all(place is not None and 1 <= place <= capacity for place in held)

    @invariant()
    def one_person_has_one_place_or_one_line(self):
        with open_scope(self.organization.pk):
            people = list(Enrolment.objects.filter(group=self.group, ended_at=None).values_list("person", flat=True))
            people += WaitlistEntry.objects.filter(group=self.group, ended_at=None).values_list("person", flat=True)
        assert len(set(people)) == len(people)

    @invariant()
    def the_two_who_are_kept_apart_are_never_both_in_it(self):
        with open_scope(self.organization.pk):
            pair = Enrolment.objects.filter(group=self.group, person__in=self.people[:2], ended_at=None)
            offers = WaitlistEntry.objects.filter(group=self.group, person__in=self.people[:2], state="offered")
            assert pair.count() + offers.count() <= 1

    @invariant()
    def nobody_who_may_come_in_waits_beside_a_free_place_once_the_minute_came(self):
        with open_scope(self.organization.pk):
            services.make_offers(actor=SYSTEM)
            group = self._now()
            waiting = WaitlistEntry.objects.filter(group=group, state="waiting")
            waiting = waiting.exclude(person__in=self.people[:2])  # held back, perhaps
            held = Enrolment.objects.filter(group=group, ended_at=None).count()
            held += WaitlistEntry.objects.filter(group=group, state="offered").count()
            assert not waiting.exists() or (group.capacity is not None and held >= group.capacity)


@pytest.mark.django_db
@pytest.mark.timeout(240)
def test_in_any_order_no_place_is_held_twice_and_nobody_is_lost():
    run_state_machine_as_test(
        Places,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
