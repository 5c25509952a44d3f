"""Rows of tables that were there before lists looked at their values and the search found them."""

from typing import Any

from kartu.clients.models import ClientRow, ClientRowValue
from kartu.search.index import index

CHUNK = 500
WHY = "rows that lists do not know yet, after a migration"


def project_those_without(*, using: str, apps: Any = None, **kwargs: Any) -> None:
    """Project and index all rows where none is projected: the migration that brings the table of values leaves them so.

    A receiver of `post_migrate`, when models and tables agree again.
    """
    is_there = apps is not None and ClientRowValue._meta.model_name in apps.all_models["clients"]
    if using != "default" or not is_there:
        return
    rows = ClientRow.objects.as_system(WHY).exclude(custom={})
    if ClientRowValue.objects.as_system(WHY).exists() or not rows.exists():
        return
    after = 0
    while some := list(rows.filter(pk__gt=after).order_by("pk")[:CHUNK]):
        after = some[-1].pk
        ClientRow.project_many(some)
        index(some)
