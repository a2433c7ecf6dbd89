"""What `check --deploy` asks beyond Django's own checks."""

from typing import Any

from django.core.checks import Error, Tags, register
from django.db import DatabaseError, transaction

DEMO_DOMAINS = r"@(platform|harbor|aurora)\.example$"


@register(Tags.security, deploy=True)
def no_demo_sign_ins(**_: Any) -> list[Error]:
    """Everybody knows the demo's password: where one of its sign-ins exists, nothing may be deployed."""
    from apps.accounts.models import User

    try:
        with transaction.atomic():
            found = User.objects.filter(email__regex=DEMO_DOMAINS, is_active=True).count()
    except DatabaseError as error:
        return [Error(f"The database could not be asked for demo sign-ins: {error}", id="peerplatform.E001")]
    if not found:
        return []
    hint = "Start from an empty database, or switch these sign-ins off."
    return [Error(f"{found} sign-ins of the demo exist, with a password that is public.", hint, id="peerplatform.E002")]
