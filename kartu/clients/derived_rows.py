"""Rows of tables that were there before lists looked at their values."""

from typing import Any

from kartu.clients.models import ClientRow, ClientRowValue

CHUNK = 500
WHY = "rows that lists do not know yet, after a migration"


def project_those_without(*, using: str, apps: Any = None, **kwargs: Any) -> None:
    """Project all rows where none is projected: the first migration that brings the table of values finds them so. A
    receiver of `post_migrate`, when models and tables agree again."""
    is_there = apps is not None and ClientRowValue._meta.model_name in apps.all_models["clients"]
    if using != "default" or not is_there:
        return
    rows = ClientRow.objects.as_system(WHY).exclude(custom={})
    if ClientRowValue.objects.as_system(WHY).exists() or not rows.exists():
        return
    some: list[ClientRow] = []
    for row in rows.order_by("pk").iterator(CHUNK):
        some.append(row)
        if len(some) == CHUNK:
            ClientRow.project_many(some)
            some = []
    ClientRow.project_many(some)
