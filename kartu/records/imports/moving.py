"""From one state of an import to the next."""

from typing import Any

from django.db import transaction

from kartu.records.imports.importers import Importer, importers
from kartu.records.models import Import


class Stopped(Exception):
    """The import is no longer ours to go on with: a person stopped it, or another worker has it."""


def importer_of(source: Import) -> Importer:
    return importers[source.importer]


def move(source: Import, before: str, after: str, **changes: Any) -> None:
    """From one state to the next; raises Stopped when somebody else has moved it meanwhile."""
    with transaction.atomic():
        if not Import.objects.filter(pk=source.pk, state=before).update(state=after, **changes):
            raise Stopped
    source.state = after
    for name, value in changes.items():
        setattr(source, name, value)
