"""What messaging needs to hear from higher apps, declared here and registered there in `AppConfig.ready`.

A purpose says what a message is for and how to look up, at the moment of sending, what it says and whether it still
holds. Facts about recipients (a record that says not to write) and relations (whose ways to be reached a specialist may
see) come the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from apps.access.actor import Actor
from apps.messaging.choices import Reason

__all__ = [
    "Facts",
    "FactsSource",
    "Purpose",
    "Withdraw",
    "purpose_called",
    "recipient_refusals",
    "register_purpose",
    "register_recipient_facts",
    "register_related_persons",
    "register_topic",
    "related_persons",
    "topic_words",
]


@dataclass(frozen=True)
class Facts:
    """What one message says: the context of its template. Plain values, instants with their zone, no rows."""

    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Withdraw:
    """This message must not be sent any more; `reason` is a `choices.Reason`."""

    reason: str = Reason.NO_LONGER_TRUE


FactsSource = Callable[[int, list[Any]], Mapping[int, Facts | Withdraw]]


@dataclass(frozen=True)
class Purpose:
    """One thing the platform writes to people about.

    `facts(organization_id, messages)` gets every claimed message of this purpose in one organization, inside that
    organization's scope and one transaction, and answers {message.pk: Facts | Withdraw}; a message left out is
    withdrawn as no longer true. It reads the present state (set-based: a constant number of queries) and never what was
    so when the message was planned. `template` names the files: `email/<template>.html`, `.txt` and `.subject.txt`,
    `sms/<template>.txt`; with the step, as in `email/<template>.<step>.html`, where such a file exists.
    """

    name: str
    topic: str
    template: str
    facts: FactsSource
    words: str | Promise = ""


RecipientFacts = Callable[[int, Iterable[int]], Mapping[int, str]]
RelatedPersons = Callable[[Actor], QuerySet[Any]]

_purposes: dict[str, Purpose] = {}
_topics: dict[str, str | Promise] = {}
_recipient_facts: list[RecipientFacts] = []
_related: list[RelatedPersons] = []


def register_purpose(purpose: Purpose) -> Purpose:
    """Make this purpose known; registering one name twice keeps the last."""
    _purposes[purpose.name] = purpose
    return purpose


def purpose_called(name: str) -> Purpose | None:
    """The purpose of this name, or None where no app registered it (its messages then wait)."""
    return _purposes.get(name)


def register_topic(topic: str, words: str | Promise) -> None:
    """Say in plain words what a topic is about ("your appointments"): a person can stop one topic alone."""
    _topics[topic] = words


def topic_words(topic: str) -> str:
    """A topic in plain words."""
    return str(_topics.get(topic, topic))


def register_recipient_facts(source: RecipientFacts) -> None:
    """Register `source(organization_id, person_ids) -> {person_id: Reason}`: persons nothing may be sent to now."""
    if source not in _recipient_facts:
        _recipient_facts.append(source)


def recipient_refusals(organization_id: int, person_ids: Iterable[int]) -> dict[int, str]:
    """Of these persons, those whom a higher app says not to write to, and why."""
    ids = list(person_ids)
    refused: dict[int, str] = {}
    for source in _recipient_facts:
        refused.update(source(organization_id, ids))
    return refused


def register_related_persons(source: RelatedPersons) -> None:
    """Register `source(actor) -> queryset of Person ids`: people whose messages and contact ways the actor may see.

    For relations that live above this app (the care team of a client); the queryset has one column.
    """
    if source not in _related:
        _related.append(source)


def related_persons(actor: Actor) -> list[QuerySet[Any]]:
    """Querysets of the ids of the persons whom the actor may see through a registered relation."""
    return [source(actor) for source in _related]
