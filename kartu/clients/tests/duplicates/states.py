"""What two cards hold, to be compared before and after."""

from typing import Any

from kartu.clients.duplicates.moving import about_models, pointers
from kartu.clients.models import Client
from kartu.search.models import Doc
from kartu.security import audit
from kartu.security.rows import GuardedModel


def state_of(*clients: Client) -> dict[tuple[str, int], dict[str, Any]]:
    """Every column but the version of the clients and of all that hangs on them; derived ones and the index too."""
    ids = [client.pk for client in clients]
    rows: list[GuardedModel] = list(Client.objects.as_system("a test").filter(pk__in=ids))
    for field in pointers():
        rows += field.model.objects.as_system("a test").filter(**{f"{field.attname}__in": ids})
    for model in about_models():
        rows += model.objects.as_system("a test").filter(about_type="clients.client", about_id__in=ids)
    state = {(row._meta.label_lower, row.pk): values_of(row) for row in rows}
    docs = Doc.objects.filter(root_id__in=ids).values("kind", "object_id", "root_id", "text", "owner_id")
    return state | {("doc " + doc["kind"], doc["object_id"]): doc for doc in docs}


def values_of(row: GuardedModel) -> dict[str, Any]:
    columns = [field for field in row._meta.concrete_fields if field.name != "version"]
    return {field.attname: audit.plain(field.value_from_object(row)) for field in columns}
