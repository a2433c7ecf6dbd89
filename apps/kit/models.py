"""Kit's only table: the one-use keys. It belongs to no organization and holds no organization's data."""

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["UsedKey"]


class UsedKey(models.Model):
    """A key that a POST has used up, and where its result is (see `apps.kit.once`).

    No organization: a key is a random number that a form was rendered with, and is looked up by nothing else.
    `user_id` is no foreign key, since kit knows nobody; it says whose form it was, so that another's is
    refused.
    """

    key = models.UUIDField(_("key"), unique=True)
    used_at = models.DateTimeField(_("used at"), auto_now_add=True, db_index=True)
    user_id = models.BigIntegerField(_("user"), null=True, blank=True)
    result = models.TextField(_("result"), blank=True, default="")

    class Meta:
        verbose_name = _("used key")
        verbose_name_plural = _("used keys")

    def __str__(self) -> str:
        return str(self.key)
