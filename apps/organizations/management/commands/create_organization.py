"""Begin with a new organization: its host, its roles, and an invitation for whoever will run it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from apps.access.actor import Actor
from apps.access.work import SystemCommand
from apps.organizations.services import found_organization


class Command(SystemCommand):
    help = (
        "Make an organization, reached under --host, and invite its first administrator by mail. Prints the link, "
        "which works once, for seven days. Exit status 1, and nothing made, where something is wrong."
    )
    reason = "an organization is made before it has a scope of its own"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("name", help="as it stands over the door")
        parser.add_argument("--host", required=True, help="the host name under which people reach it, without a port")
        parser.add_argument("--short-name", required=True, help="neutral sender of messages, at most 30 letters")
        parser.add_argument("--zone", required=True, help="where it is, such as America/New_York")
        parser.add_argument("--admin-name", required=True, help="who will run it")
        parser.add_argument("--admin-email", required=True, help="where the invitation goes")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            _organization, link = found_organization(
                actor=Actor.for_system("an operator begins with a new organization"),
                domain=options["host"],
                name=options["name"],
                short_name=options["short_name"],
                zone=options["zone"],
                administrator=options["admin_name"],
                email=options["admin_email"],
            )
        except ValidationError as error:
            told = error.message_dict.items() if hasattr(error, "error_dict") else [("", error.messages)]
            raise CommandError("\n".join(f"{name}: {' '.join(words)}".lstrip(": ") for name, words in told)) from error
        self.stdout.write(link)
