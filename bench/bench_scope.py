"""What a request's transaction and scope cost, against a bare query on the same connection."""

from django.db import connection, transaction

from apps.access.scope import open_scope
from bench.measure import Result, alternate, result

SAMPLES = 200
QUERIES = 20


def run(scale: float) -> list[Result]:
    """Twenty small queries in a scope against the same twenty in a plain transaction; warm."""

    def query() -> None:
        with connection.cursor() as cursor:
            for _ in range(QUERIES):
                cursor.execute("SELECT count(*) FROM django_site")
                cursor.fetchone()

    def scoped() -> None:
        with transaction.atomic(), open_scope(1):
            query()

    def plain() -> None:
        with transaction.atomic():
            query()

    samples = max(20, int(SAMPLES * min(scale, 1)))
    ours, limit = alternate(scoped, plain, samples=samples)
    note = f"warm, {QUERIES} queries"
    name = "a scope around small queries"
    return [result(name, ours * 1000, limit * 1000, unit="ms", op="<=", bar=1.5, samples=samples, plus=0.5, note=note)]
