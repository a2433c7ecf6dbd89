"""One-use keys, so that a form sent twice creates one thing.

A form that creates something is rendered with a random key (`OnceMixin`). The view calls `use_once` inside
the transaction that creates; the unique key in the database lets one POST through. The other one, a double
click or a retry, waits for the first to commit and is then sent to the first one's result:

    try:
        used = use_once(form.cleaned_data["once"], user_id=request.user.pk)
    except AlreadyUsed as already:
        return redirect(already.result or "groups:list")
    group = create_group(...)
    used.leads_to(group.get_absolute_url())

When the first is rolled back, its key is free again.
"""

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.kit.models import UsedKey

__all__ = ["AlreadyUsed", "OnceForm", "OnceMixin", "Use", "forget_used_keys", "new_key", "use_once"]


class AlreadyUsed(Exception):  # noqa: N818  a second click is an answer, not an error
    """The key was used before; `result` is the address of what came of it, "" if that is another user's."""

    def __init__(self, result: str = "") -> None:
        super().__init__("This one-use key was used before.")
        self.result = result


class Use:
    """A key that this transaction has just used up."""

    def __init__(self, pk: int) -> None:
        self._pk = pk

    def leads_to(self, result: str) -> None:
        """Keep the address where a second POST with the same key is sent."""
        UsedKey.objects.filter(pk=self._pk).update(result=result)


def new_key() -> uuid.UUID:
    """A key to render a form with. Nothing is stored until it is used."""
    return uuid.uuid4()


def use_once(key: uuid.UUID, *, user_id: int | None = None) -> Use:
    """Use a key up, or raise AlreadyUsed with the first result.

    Belongs inside the transaction that creates (outside one it raises RuntimeError). Waits while another
    transaction is using the same key. A key that another user had used is refused without that user's result.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("use_once belongs inside the transaction that creates, or a failure burns the key.")
    with connection.cursor() as cursor:
        # ON CONFLICT and not a caught IntegrityError: the caller's transaction stays usable, without a
        # savepoint.
        cursor.execute(
            "INSERT INTO kit_usedkey (key, used_at, user_id, result) VALUES (%s, %s, %s, '')"
            " ON CONFLICT (key) DO NOTHING RETURNING id",
            [key, timezone.now(), user_id],
        )
        inserted = cursor.fetchone()
    if inserted:
        return Use(inserted[0])
    first = UsedKey.objects.filter(key=key).first()
    raise AlreadyUsed(first.result if first is not None and first.user_id == user_id else "")


def forget_used_keys(*, older_than: timedelta) -> int:
    """Delete the keys used longer ago than that, and say how many. A form as old would be accepted again."""
    with transaction.atomic():
        deleted, _by_model = UsedKey.objects.filter(used_at__lt=timezone.now() - older_than).delete()
    return deleted


class OnceMixin:
    """Gives a form a hidden field `once` with a fresh key; `cleaned_data["once"]` is the key to use.

    Put it before the form class. A form sent back with errors keeps its key. One that arrives without a
    readable key is refused with a message, and carries a fresh key, so that sending it again works.
    """

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"] = forms.UUIDField(widget=forms.HiddenInput, initial=new_key, required=False)
        self._renewed = False
        form: Any = self
        if form.is_bound:
            name = form.add_prefix("once")
            if not _is_key(form.data.get(name)):
                form.data = form.data.copy()
                form.data[name] = str(new_key())
                self._renewed = True

    def clean(self) -> Any:
        form: Any = self
        cleaned = super().clean()  # type: ignore[misc]  # the form class that this is mixed into has it
        if self._renewed:
            form.add_error(None, _("This form was incomplete when it reached us. Please send it again."))
        return cleaned


class OnceForm(OnceMixin, forms.Form):
    """Nothing but the key: for a button that creates something."""


def _is_key(value: Any) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True
