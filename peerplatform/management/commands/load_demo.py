"""Load the demo: two organizations with the life of a few weeks in them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from apps.access.scope import open_scope
from apps.certifications.models import CatalogueCredential
from peerplatform.demo import houses, meetings, notes, papers, plans, visits, ways, working_lives
from peerplatform.demo.cast import HOUSES, House


class Command(BaseCommand):
    help = "Load the demo. Loading it again adds only what is missing; --scale N multiplies clients and their history."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--scale", type=int, default=1, help="how many times the clients, for benchmarks")

    def handle(self, *args: Any, scale: int = 1, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo loads only on the embedded database or with DEMO=1.")
        if scale < 1:
            raise CommandError("--scale is at least 1.")
        if not CatalogueCredential.objects.exists():
            call_command("load_requirements", stdout=self.stdout)
        with transaction.atomic():
            houses.operator()
        with tqdm(total=len(HOUSES) * len(STEPS), desc="demo", disable=options["verbosity"] == 0) as bar:
            for house in HOUSES:
                with transaction.atomic():
                    self._load(house, scale, bar)

    def _load(self, house: House, scale: int, bar: Any) -> None:
        made = houses.organization(house)
        with open_scope(made.pk, demo=True):
            told: dict[str, Any] = {}
            for words, step in STEPS:
                bar.set_postfix_str(f"{house.short_name}: {words}")
                step(house, made, told, scale)
                bar.update()


def _people(house: House, made: Any, told: dict[str, Any], scale: int) -> None:
    told["team"] = houses.staff(house, made)
    told["peers"] = [told["team"][m.mailbox] for m in house.staff if m.role == "peer_specialist"]
    working_lives.working_lives(made, told["team"])
    told["clients"] = houses.clients(house, made, told["team"], scale)
    ways.contact_points(house, made, told["clients"])
    ways.staff_points(made, [told["team"]["owner"], *told["peers"]])


def _papers(house: House, made: Any, told: dict[str, Any], scale: int) -> None:
    papers.certifications(house, made, told["peers"])
    papers.materials(made, told["team"]["owner"], told["clients"])
    papers.policies(made)


def _groups(house: House, made: Any, told: dict[str, Any], scale: int) -> None:
    meetings.groups(house, made, told["peers"], told["clients"])
    meetings.attendance()


def _visits(house: House, made: Any, told: dict[str, Any], scale: int) -> None:
    visits.visits(house, made, told["peers"], told["clients"])


def _notes(house: House, made: Any, told: dict[str, Any], scale: int) -> None:
    notes.supervision(house, made, told["team"]["supervisor"], told["peers"])
    plans.rules(house, made, told["peers"])
    plans.ratings(made, told["team"]["supervisor"], told["peers"][0])


STEPS = (
    ("people", _people),
    ("papers", _papers),
    ("groups", _groups),
    ("visits", _visits),
    ("supervision", _notes),
)
