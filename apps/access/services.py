"""Writes of the mechanisms: shares of one row, the log of sensitive reads, and runs of scheduled jobs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import EmptyResultSet, PermissionDenied, ValidationError
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.models import AccessLog, JobRun, UserGrant
from apps.access.policy import grants_of, may
from apps.access.scope import require_scope
from apps.access.shares import Share

__all__ = [
    "end_every_share_with",
    "end_share",
    "end_shares",
    "forget_job_runs",
    "log_export",
    "log_reads",
    "log_rows",
    "job_run",
    "share",
]


def _grants_for(row: models.Model, action: str) -> type[models.Model]:
    grants = grants_of(type(row), action)
    if grants is None:
        raise PermissionDenied(f"{type(row)._meta.label} can't be shared for {action}.")
    return grants


def _log_share(row: Any, action: str, actor: Actor, **told: Any) -> None:
    """A share and its end stand in the log beside the reads: who opened this to whom, and until when."""
    AccessLog.objects.create(
        organization_id=row.organization_id,
        user_id=actor.user_id,
        action=action,
        model=row._meta.label_lower,
        row_id=row.pk,
        context=json.loads(json.dumps({**require_scope().context, **told}, default=str)),
    )


@transaction.atomic
def share(
    *,
    row: models.Model,
    user: Any,
    actor: Actor,
    action: str = "view",
    reason: str = "",
    until: datetime | None = None,
) -> models.Model:
    """Let one user do `action` to one row until `until` (an instant; None is until it is ended).

    The one door to guardian's grants. Sharing again changes reason and end of the share that stands. Raises
    PermissionDenied where the actor may not share the row or its policy knows no grants, ValidationError where the end
    lies in the past.
    """
    grants = _grants_for(row, action)
    if not actor.system and not may(actor, "share", row):
        raise PermissionDenied
    if until is not None and until <= timezone.now():
        raise ValidationError({"until": _("Choose an end in the future.")})
    permission = Permission.objects.get(
        content_type=ContentType.objects.get_for_model(type(row)), codename=f"{action}_{row._meta.model_name}"
    )
    grant, _made = grants._default_manager.update_or_create(  # type: ignore[attr-defined]  # every model class has one
        user=user,
        permission=permission,
        content_object=row,
        defaults={"granted_by_id": actor.user_id, "reason": reason, "until": until},
    )
    _log_share(row, "share", actor, shared_with=user.pk, until=until, reason=reason)
    return grant


@transaction.atomic
def end_share(*, row: models.Model, user: Any, actor: Actor, action: str = "view") -> None:
    """End the share of a row with a user now. Ending one that does not stand changes nothing."""
    grants = _grants_for(row, action)
    if not actor.system and not may(actor, "share", row):
        raise PermissionDenied
    ended, _by_model = grants._default_manager.filter(  # type: ignore[attr-defined]  # every model class has one
        user=user, content_object=row, permission__codename=f"{action}_{row._meta.model_name}"
    ).delete()
    if ended:
        _log_share(row, "end of share", actor, shared_with=user.pk)


@transaction.atomic
def end_shares(*, shares: Sequence[Share], actor: Actor) -> int:
    """End several shares now, all of them or none. Returns how many; raises PermissionDenied as `end_share` does."""
    for one in shares:
        end_share(row=one.row, user=one.user, actor=actor)
    return len(shares)


@transaction.atomic
def end_every_share_with(*, user: Any, actor: Actor) -> int:
    """End each share with one user in the scope that is open, whatever it opened. Returns how many there were."""
    ended = 0
    for model in apps.get_models():
        if not issubclass(model, UserGrant):
            continue
        for grant in model._default_manager.filter(user=user).select_related("content_object"):
            row = grant.content_object  # type: ignore[attr-defined]  # declared by each concrete grant
            grant.delete()
            _log_share(row, "end of share", actor, shared_with=user.pk)
            ended += 1
    return ended


def log_reads(rows: models.QuerySet[Any], *, actor: Actor, action: str = "view") -> int:
    """Leave one access-log row for each of these rows, in one statement. Returns how many."""
    model = rows.model
    inner = rows.order_by().values("organization_id", "pk")
    if rows.query.is_sliced:
        inner = rows.values("organization_id", "pk")
    try:
        sql, params = inner.query.sql_with_params()
    except EmptyResultSet:  # a page without rows: nothing was read
        return 0
    scope = require_scope()
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{AccessLog._meta.db_table}" (organization_id, row_id, at, user_id, action, model, context)'  # noqa: S608  names come from the model, values are parameters
            f" SELECT q.organization_id, q.row_id, statement_timestamp(), %s, %s, %s, %s::jsonb"
            f" FROM ({sql}) AS q (organization_id, row_id)",
            [actor.user_id, action, model._meta.label_lower, json.dumps(scope.context, default=str), *params],
        )
        return int(cursor.rowcount)


def log_export(row: models.Model, *, actor: Actor, count: int, what: str) -> None:
    """Leave a line that somebody took `count` rows out as a file: `what` names them, `row` is whose they were."""
    context = {**require_scope().context, "rows": count, "what": what}
    AccessLog.objects.create(
        organization_id=row.organization_id,  # type: ignore[attr-defined]  # a scoped row
        user_id=actor.user_id,
        action="export",
        model=row._meta.label_lower,
        row_id=row.pk,
        context=context,
    )


def log_rows(rows: Iterable[models.Model], *, actor: Actor, action: str = "view") -> int:
    """Leave one access-log row for each of these rows of one kind, which are in hand: nothing is read for it again."""
    known: list[Any] = list(rows)
    if not known:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{AccessLog._meta.db_table}" (organization_id, row_id, at, user_id, action, model, context)'  # noqa: S608  names come from the model, values are parameters
            " SELECT q.organization_id, q.row_id, statement_timestamp(), %s, %s, %s, %s::jsonb"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS q (organization_id, row_id)",
            [
                actor.user_id,
                action,
                known[0]._meta.label_lower,
                json.dumps(require_scope().context, default=str),
                [row.organization_id for row in known],
                [row.pk for row in known],
            ],
        )
        return int(cursor.rowcount)


@contextmanager
def job_run(job: str) -> Iterator[JobRun]:
    """Record one run of a scheduled job around the `with` block.

    Set `expected` and `did` on what is yielded, append to `errors`. An exception is recorded and goes on.
    """
    run = JobRun.objects.create(job=job)
    try:
        yield run
    except Exception as error:
        run.errors = [*run.errors, f"{type(error).__name__}: {error}"[:500]]
        raise
    finally:
        run.ended_at = timezone.now()
        run.save()


def forget_job_runs(*, older_than: timedelta = timedelta(days=90)) -> int:
    """Delete the records of runs older than this. Returns how many."""
    return JobRun.objects.filter(started_at__lt=timezone.now() - older_than).delete()[0]
