"""What is done with files on records, and with changes."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core import about
from kartu.core.actors import Actor
from kartu.records import changes as changes_module
from kartu.records.custom.definitions import section_for
from kartu.records.custom.held_files import takes_files
from kartu.records.files import sniff, store
from kartu.records.files.keeping import bytes_kept
from kartu.records.files.names import display_name
from kartu.records.models import ChangeSet, Departure, File, Section
from kartu.records.rights import FILES_ATTACH, UNDO, UNDO_OTHERS
from kartu.security.actions import Refused, action

# A name that promises a document must not hold a program.
DOCUMENT_ENDINGS = {".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".pdf", ".txt", ".csv", ".png", ".jpg", ".jpeg"}


def attach_file(
    *,
    target: Any,
    name: str,
    chunks: Iterable[bytes],
    section: int | None = None,
    replaces: File | None = None,
    note: str = "",
    by: Actor,
) -> File:
    """Keep `chunks` as a file called `name` on `target`, a record of any kind that `by` may change.

    `section`: the id of a section of files on its card. A newer version (`replaces`) lies where the older one does.
    Raises ValidationError for an empty or too big file, or a program dressed up as a document. The bytes are written
    before the transaction begins; if that fails they are taken away again.
    """
    with bytes_kept(chunks) as stored:
        return put_file(target=target, name=name, stored=stored, section=section, replaces=replaces, note=note, by=by)


@action(FILES_ATTACH)
def put_file(
    *,
    target: Any,
    name: str,
    stored: store.Stored,
    section: int | None = None,
    field: int | None = None,
    replaces: File | None = None,
    note: str = "",
    by: Actor,
) -> File:
    """Put bytes that are on the disk already on `target`; the rest as in `attach_file`.

    `field`: the id of a field of the firm's own that takes the file, in the same transaction.
    """
    model = target._meta.label_lower
    if about.find(model, target.pk, by=by, to_change=True) is None:
        raise Refused(f"{FILES_ATTACH} of {model} {target.pk}")
    if replaces is not None:
        if (replaces.about_type, replaces.about_id) != (model, target.pk):
            raise Refused(f"{FILES_ATTACH} of {model} {target.pk} over file {replaces.pk}")
        if replaces.field_id:
            raise ValidationError(_("This file stands in a field of the card: put the newer one there"), code="field")
        section = replaces.section_id
    if section is not None and section_for(model, section, by, Section.Kind.FILES) is None:
        raise Refused(f"{FILES_ATTACH} in section {section}")
    if field is not None and not takes_files(model, field, by):
        raise Refused(f"{FILES_ATTACH} in field {field}")
    if not stored.size:
        raise ValidationError(_("This file is empty"), code="empty")
    shown, kind = display_name(name), sniff.kind_of(stored.path)
    if kind == sniff.PROGRAM and PurePath(shown).suffix.lower() in DOCUMENT_ENDINGS:
        raise ValidationError(_("This is a program that calls itself a document. It was not kept."), code="program")
    file = File(
        about_type=model,
        about_id=target.pk,
        section_id=section,
        field_id=field,
        name=shown,
        stored=stored.name,
        size=stored.size,
        sha256=stored.sha256,
        kind=kind,
        note=note,
        replaces=replaces,
        created_by_id=by.pk,
    )
    file.save()
    return file


@action(FILES_ATTACH)
def rename_file(*, file: File, name: str, note: str, by: Actor) -> File:
    file.name, file.note = display_name(name), note
    file.save()
    return file


@action(FILES_ATTACH)
def trash_file(*, file: File, by: Actor) -> File:
    file.trashed_at = timezone.now()
    file.save()
    return file


@action(FILES_ATTACH)
def restore_file(*, file: File, by: Actor) -> File:
    file.trashed_at = None
    file.save()
    return file


@action(UNDO)
def undo_changes(*, changes: ChangeSet, by: Actor) -> changes_module.Undoing:
    """Take back a change set: one's own, or with the right to it somebody else's. Raises ValidationError if it is
    undone already."""
    if changes.by_id != by.pk and not by.may(UNDO_OTHERS):
        raise Refused(f"{UNDO_OTHERS} of {changes.pk}")
    locked = ChangeSet.objects.select_for_update().get(pk=changes.pk)
    if locked.is_of_import:
        # Of a hundred thousand rows: in the background and in chunks, see records.imports.
        raise ValidationError(_("Take an import back on its own page, under Imports"), code="import")
    if Departure.objects.filter(change_set=locked).exists():
        raise ValidationError(_("Take this back on the page of the person who went"), code="departure")
    if locked.is_undone:
        raise ValidationError(_("This has been taken back already"), code="undone")
    return changes_module.undo(locked, by=by)
