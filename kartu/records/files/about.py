"""The files of a record as they stand now: of each its newest version."""

from django.db.models import QuerySet

from kartu.core.actors import Actor
from kartu.records.models import File


def files_about(model: str, pk: int, *, by: Actor) -> QuerySet[File]:
    """What `by` sees on the record `pk` of `model` ("clients.client"), the newest first."""
    files = File.objects.visible_to(by).filter(about_type=model, about_id=pk)
    replaced = files.filter(replaces__isnull=False).values("replaces_id")
    return files.exclude(pk__in=replaced).select_related("created_by").order_by("-id")
