"""The files of a record as they stand now: of each its newest version."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from kartu.core.actors import Actor
from kartu.records.custom.definitions import file_fields, is_seen, seen_ids, sees_all
from kartu.records.models import File, Section


def files_about(model: str, pk: int, *, by: Actor, section: int | None = None) -> QuerySet[File]:
    """What `by` sees on the record `pk` of `model` ("clients.client"), or of it in one section, the newest first."""
    files = File.objects.visible_to(by).filter(about_type=model, about_id=pk)
    if section is not None:
        files = files.filter(section_id=section)
    replaced = files.filter(replaces__isnull=False).values("replaces_id")
    return files.exclude(pk__in=replaced).select_related("created_by").order_by("-id")


def versions_of(file: File, *, by: Actor) -> list[File]:
    """The older versions of `file`, the newest first."""
    rows = File.objects.visible_to(by).filter(about_type=file.about_type, about_id=file.about_id)
    known = {row.pk: row for row in rows.select_related("created_by")}
    found: list[File] = []
    at: File | None = file
    while at is not None and (at := known.pop(at.replaces_id, None)):
        found.append(at)
    return found


def without_unseen(lines: QuerySet, by: Actor) -> QuerySet:
    """Lines of the log, but for those of files in sections and fields that `by` does not see.

    Of a file that is removed for good nobody knows where it was: its lines are told to those who see all of these.
    """
    fields = file_fields()
    if by.is_system or (sees_all(by, Section.Kind.FILES) and all(is_seen(shape, by) for shape in fields)):
        return lines
    in_section = Q(section=None) | Q(section_id__in=seen_ids(by, Section.Kind.FILES))
    seen = in_section & (Q(field=None) | Q(field_id__in=[shape.id for shape in fields if is_seen(shape, by)]))
    files = File.objects.as_system("whether a line of the log is of a file that its reader may know of")
    is_told = Exists(files.filter(seen, pk=OuterRef("object_id")))
    return lines.filter(~Q(object_type=File._meta.label_lower) | is_told)
