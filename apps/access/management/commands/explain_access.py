"""Say which rule lets somebody see one record and who else reaches it; or what somebody reaches at all."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.db.models import Q

from apps.access import registry
from apps.access.actor import Actor
from apps.access.policy import explain, may, policy_of
from apps.access.reach import KindReached, what_is_reached, who_reaches
from apps.access.scope import open_scope
from apps.access.work import SystemCommand


class Command(SystemCommand):
    help = (
        "Which rule lets USER do what to OBJECT, and who else sees it. Exit status 0 when USER may view it, 1 when not."
        " Without OBJECT: what USER reaches in each organization, and why."
    )
    reason = "the record is found before its organization is known"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("user", metavar="USER", help="e-mail address or phone number of a sign-in")
        parser.add_argument(
            "object",
            metavar="OBJECT",
            nargs="?",
            default="",
            help="app.model:id or app.model:public_id, like organizations.location:12",
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        user = get_user_model().objects.filter(Q(email=options["user"].lower()) | Q(phone=options["user"])).first()
        if user is None:
            raise CommandError("Nobody signs in with that address or number.", returncode=2)
        if not options["object"]:
            self._tell_all(user, options["json"])
            return
        row = self._row(options["object"])
        policy = policy_of(type(row))
        with open_scope(row.organization_id, command="explain_access"):
            actor = Actor(user.pk, row.organization_id)
            answer: dict[str, Any] = {
                "user": str(user),
                "object": f"{type(row)._meta.label_lower}:{row.pk}",
                "organization": row.organization_id,
                "actions": {
                    action: {"may": may(actor, action, row), "rules": dict(explain(actor, row, action))}
                    for action in (policy.rules if policy else ["view"])
                },
            }
            reach = who_reaches(row, actor=Actor.for_system("the operator asks", row.organization_id))
            answer["also"] = [
                {"name": one.name, "may": not one.barred, "rules": ["a private rule"] if one.barred else one.rules}
                for one in reach.people
            ]
        allowed = answer["actions"].get("view", {}).get("may", False)
        self.stdout.write(json.dumps(answer) if options["json"] else _told(answer))
        if not allowed:
            raise CommandError(f"{user} may not view it.", returncode=1)

    def _tell_all(self, user: Any, as_json: bool) -> None:
        houses = registry.organizations_of(user.pk)
        answer: dict[str, Any] = {"user": str(user), "organizations": []}
        for house, name in houses.items():
            with open_scope(house, command="explain_access"):
                kinds = what_is_reached(
                    user.pk,
                    organization_id=house,
                    reader=Actor.for_system("the operator asks", house),
                    as_staff=False,
                )
            answer["organizations"].append({"id": house, "name": name, "reaches": [_kind(one) for one in kinds]})
        self.stdout.write(json.dumps(answer) if as_json else _told_all(answer))

    def _row(self, name: str) -> Any:
        label, _colon, key = name.partition(":")
        try:
            model = apps.get_model(label)
        except (LookupError, ValueError) as error:
            raise CommandError(f"There is no kind of record called {label!r}.", returncode=2) from error
        try:
            found = Q(pk=int(key)) if key.isdigit() else Q(public_id=uuid.UUID(key))
            row = model._default_manager.filter(found).first()
        except (ValueError, LookupError) as error:
            raise CommandError(f"{key!r} is neither an id nor a public id.", returncode=2) from error
        if row is None:
            raise CommandError("There is no such record.", returncode=2)
        if not hasattr(row, "organization_id"):
            raise CommandError("That record belongs to no organization.", returncode=2)
        return row


def _kind(one: KindReached) -> dict[str, Any]:
    return {
        "kind": one.model._meta.label_lower,
        "name": one.kind,
        "sees": one.count,
        "hidden by a private rule": one.hidden,
        "why": [{"rule": why.words, "how": why.how, "count": why.count} for why in one.reasons],
        "may": dict(one.deeds),
    }


def _told_all(answer: dict[str, Any]) -> str:
    lines = [answer["user"]]
    for house in answer["organizations"]:
        lines.append(f"in {house['name']}:" + ("" if house["reaches"] else " nothing"))
        for one in house["reaches"]:
            lines.append(f"  {one['name']}: {one['sees']}")
            lines += [f"    {why['rule']}: {why['count']}" for why in one["why"]]
            if hidden := one["hidden by a private rule"]:
                lines.append(f"    a private rule: -{hidden}")
            lines += [
                f"    may {what}" + (f": {many}" if many is not None else "") for what, many in one["may"].items()
            ]
    return "\n".join(lines if answer["organizations"] else [*lines, "known in no organization"])


def _told(answer: dict[str, Any]) -> str:
    lines = [f"{answer['user']} and {answer['object']}"]
    for action, told in answer["actions"].items():
        lines.append(f"{action}: {'yes' if told['may'] else 'no'}")
        lines += [f"  {'holds     ' if holds else 'does not  '} {words}" for words, holds in told["rules"].items()]
    lines.append("who else sees it:")
    lines += [f"  {one['name']}: {'; '.join(one['rules'])}" for one in answer["also"]] or ["  nobody"]
    return "\n".join(lines)
