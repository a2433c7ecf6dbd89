"""The database's own checks, asked before a row is written, so that a form can say what is wrong."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import FieldError
from django.db import DatabaseError, models, router, transaction
from django.db.models.functions import Coalesce
from django.db.models.sql import Query
from django.db.models.sql.constants import SINGLE

__all__ = ["checks_that_hold"]


def checks_that_hold(row: models.Model, exclude: Collection[str] | None = None) -> frozenset[str]:
    """The names of those of a row's check constraints that it keeps, asked in one query.

    Those with a field in `exclude` are not asked, and so not among them. None are where the database could not say.
    """
    meta: Any = row._meta
    checks = [each for each in meta.constraints if isinstance(each, models.CheckConstraint)]
    if not checks:
        return frozenset()
    query = Query(None)  # type: ignore[arg-type]  # a query of no model, as Django asks one check
    for name, value in row._get_field_expression_map(meta=meta, exclude=exclude).items():  # type: ignore[attr-defined]  # left out of the stubs
        query.add_annotation(value if hasattr(value, "resolve_expression") else models.Value(value), name, select=False)
    asked: list[str] = []
    for check in checks:
        try:
            holds = Coalesce(check.condition, True, output_field=models.BooleanField())
            query.add_annotation(holds, f"check_{len(asked)}")
        except FieldError:  # a field of it is excluded
            continue
        asked.append(check.name)
    if not asked:
        return frozenset()
    using = router.db_for_write(type(row), instance=row)
    try:
        with transaction.atomic(using=using):
            answers = query.get_compiler(using=using).execute_sql(SINGLE)
    except DatabaseError:  # a value that its column can't hold, say
        return frozenset()
    return frozenset(name for name, holds in zip(asked, answers, strict=True) if holds)
