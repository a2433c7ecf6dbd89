"""Grants of one row to one person, the log of sensitive reads, and the record of every scheduled run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from apps.access.constraints import AppendOnly
from apps.access.scoped import ScopedManager, ScopedModel, _named

__all__ = ["AccessLog", "GroupGrant", "JobRun", "UserGrant"]


class _GrantRow(ScopedModel):
    """What both kinds of grant share: an organization that fills itself from the object it opens."""

    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        abstract = True

    def check_scope(self) -> None:
        if self.organization_id is None:
            content = self.content_object  # type: ignore[attr-defined]  # declared by each concrete grant
            self.organization_id = getattr(content, content.scope_field)
        super().check_scope()


class UserGrant(UserObjectPermissionBase, _GrantRow):
    """A guardian direct-foreign-key grant of one row to one user: by whom, why, until when.

    A concrete grant adds `content_object = ScopedForeignKey(Model, on_delete=CASCADE)`.
    """

    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True


class GroupGrant(GroupObjectPermissionBase, _GrantRow):
    """A guardian direct-foreign-key grant of one row to one auth group."""

    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = True


class AccessLog(ScopedModel):
    """One sensitive read of one row by one person. Appended only.

    Kept six years (45 CFR 164.316(b)(2)), or as long as the organization keeps its records; then the owner's login
    deletes it (`erase_due`), which no running process could.
    """

    at = models.DateTimeField(_("when"), auto_now_add=True)
    user_id = models.BigIntegerField(_("who"), null=True)
    action = models.CharField(_("action"), max_length=40)
    model = models.CharField(_("kind of record"), max_length=80)
    row_id = models.BigIntegerField(_("record"))
    context = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "model", "row_id", "at"], name="access_log_row"),
            models.Index(fields=["organization", "user_id", "at"], name="access_log_user"),
            BrinIndex(fields=["at"], name="access_log_time"),  # costs a write next to nothing; finds what is old
        ]
        verbose_name = _("read of a record")
        verbose_name_plural = _("reads of records")

    @classmethod
    def walls(cls) -> Iterable[Any]:
        yield from super().walls()
        yield AppendOnly(name=_named(cls._meta.db_table, "append_only"))


class JobRun(models.Model):
    """One run of a scheduled job: what it expected to do, what it did, and every error. Belongs to no organization."""

    job = models.CharField(max_length=100)
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    expected = models.IntegerField(null=True)
    did = models.IntegerField(null=True)
    errors = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["job", "-started_at"], name="job_run_latest")]
        verbose_name = _("run of a job")
        verbose_name_plural = _("runs of jobs")
