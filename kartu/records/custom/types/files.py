"""A field that holds a file about the record."""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.actors import Actor
from kartu.core.components.basics import glyph
from kartu.core.expressions.schema import Type
from kartu.core.text import sort_key
from kartu.records.custom import kinds
from kartu.records.custom.targets import remembered
from kartu.records.custom.types.base import LONGEST_KEY, FieldType
from kartu.records.lists.kinds import Kind
from kartu.records.rights import FILES_ATTACH, FILES_DOWNLOAD, FILES_VIEW

if TYPE_CHECKING:
    from kartu.records.custom.definitions import FieldShape
    from kartu.records.models import File

FILE = "records.file"
WHY = "files that fields of the firm's own hold; whoever sees the record and the field sees them"


class HeldFile(FieldType):
    """Kept is the number of the file, whose own `field` says that whoever does not see the field reaches it nowhere."""

    code, label = "file", gettext_lazy("File")
    icon = "paperclip"
    column, edit = "text", "file"
    is_found = edits_in_place = False
    is_handed_in = True
    right, change_right = FILES_VIEW, FILES_ATTACH

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        if value in (None, ""):
            return None
        if isinstance(value, bool) or not str(value).isdecimal() or len(str(value)) > 18:
            raise no_file()
        return int(value)

    def checked(self, value: Any, shape: "FieldShape") -> Any:
        return self.kept(value, shape)

    def check_reach(self, kept: Any, shape: "FieldShape", by: Actor, record: Any = None) -> None:
        """What stands there already may stay; else it is a file about `record` that stands nowhere else."""
        if kept is None or (record is not None and shape.kept_in(record.custom) == kept):
            return
        if record is None:
            raise no_file()
        free = Q(field=None, section=None) | Q(field=shape.id)
        about = {"about_type": record._meta.label_lower, "about_id": record.pk}
        rows = apps.get_model(FILE).objects.visible_to(by, FILES_ATTACH)
        file = rows.filter(free, pk=kept, **about).first()
        if file is None:
            raise no_file()
        if file.replaces_id or rows.filter(replaces=file).exists():
            raise ValidationError(_("This file has versions: attach the one that is meant by itself"), code="versions")

    def rows(self, shape: "FieldShape") -> QuerySet:
        return apps.get_model(FILE).objects.as_system(WHY)

    def points_at(self, shape: "FieldShape") -> str:
        return FILE

    def prepare(self, values: list[Any], shape: "FieldShape") -> None:
        told(value for value in values if isinstance(value, int))

    def said(self, value: Any, shape: "FieldShape") -> str:
        file = told([value]).get(value)
        return file.name if file else ""

    def html(self, value: Any, shape: "FieldShape", by: Actor) -> str:
        file = told([value]).get(value)
        return linked(file, by) if file else ""

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return [sort_key(self.said(value, shape))[:LONGEST_KEY]]

    def found_by(self, value: Any, shape: "FieldShape") -> list[dict[str, Any]]:
        """By its name, and by its number for whatever happens to the file."""
        return [{"text": key, "number": value} for key in self.projected(value, shape)]

    def kind(self, shape: "FieldShape") -> Kind:
        return kinds.FileName()

    def expressed(self, shape: "FieldShape") -> Type | None:
        return None


def no_file() -> ValidationError:
    return ValidationError(_("There is no such file about this record"), code="file")


def linked(file: "File", by: Actor) -> SafeString:
    """The name of `file`, for those who may download it as a link; beside it a look where there is one."""
    if file.trashed_at or not by.may(FILES_DOWNLOAD):
        return format_html("{}", file.name)
    name = format_html('<a class="ink" href="{}">{}</a>', file.url, file.name)
    if not file.has_look:
        return name
    label = _("Look at %(name)s") % {"name": file.name}
    return format_html(
        '{} <a class="t3" href="{}" data-drawer aria-label="{}" title="{}">{}</a>',
        *(name, file.look_url, label, label, glyph("eye")),
    )


def told(ids: Any) -> "dict[int, File]":
    """The files `ids`; asked for once in a request."""
    return remembered(FILE, ids, apps.get_model(FILE).objects.as_system(WHY).in_bulk)
