"""What the firm's own sections add to a client: rows of its own, and values as lists look at them."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kartu.clients.models.client import Client
from kartu.clients.rights import CLIENT_ROWS
from kartu.core.actors import Actor
from kartu.records.custom import projecting
from kartu.records.custom.definitions import seen_ids
from kartu.records.models import Customised, ProjectedValue, Section
from kartu.search.index import index
from kartu.security.row_rules import PartRows


def value_indexes(of: str) -> list[models.Index]:
    """What leads from a record to its values, and by the value of one field, in its order, to the records."""
    # All of it: where it must look at the row too, SQLite rather reads all values of the field.
    whole = models.Index(fields=["record", "field", "text", "number", "day", "moment"], name=f"{of}_record")
    return [whole, *(value_index(of, column) for column in ("text", "number", "day", "moment"))]


def value_index(of: str, column: str) -> models.Index:
    fields = ["field", column, "record"]
    return models.Index(fields=fields, name=f"{of}_{column}", condition=Q(**{f"{column}__isnull": False}))


class ClientValue(ProjectedValue):
    """A value of one of the firm's own fields of a client."""

    taken_along = False  # what Client.custom holds, for lists

    row_rule = PartRows("record", CLIENT_ROWS)

    record = models.ForeignKey(Client, models.CASCADE, related_name="custom_values", db_index=False)

    class Meta:
        indexes = value_indexes("client_value")

    def __str__(self) -> str:
        return f"{self.field_id} of {self.record_id}"


class TableRows(PartRows):
    """A row of a table is there for whoever sees the client and that table."""

    def condition(self, actor: Actor, right: str, prefix: str = "") -> Q | None:
        condition = super().condition(actor, right, prefix)
        if condition is None or actor.is_system:
            return condition
        return condition & Q(**{f"{prefix}section_id__in": seen_ids(actor, Section.Kind.TABLE)})


TABLE_ROWS = TableRows("client", CLIENT_ROWS)


class ClientRow(Customised):
    """A row of a table section: a machine, a contract, a pet of the client."""

    row_rule = TABLE_ROWS
    is_in_sections = True
    shaped_as = Client._meta.label_lower

    client = models.ForeignKey(Client, models.CASCADE, related_name="custom_rows")
    section = models.ForeignKey("records.Section", models.CASCADE, related_name="+")
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("row of a section")
        verbose_name_plural = _("rows of sections")
        ordering = ["id"]

    @property
    def shaped_by(self) -> tuple[str, int | None]:
        return self.shaped_as, self.section_id

    def __str__(self) -> str:
        return next((value for value in self.custom.values() if isinstance(value, str)), "")[:80]

    def save(self, **kwargs: Any) -> None:
        super().save(**kwargs)
        index([self])

    @classmethod
    def project_many(cls, records: "list[ClientRow]") -> None:
        projecting.renew(ClientRowValue, records)


class ClientRowValue(ProjectedValue):
    """A value in a row of a table section."""

    taken_along = False  # what ClientRow.custom holds, for lists

    row_rule = PartRows("record", TABLE_ROWS)

    record = models.ForeignKey(ClientRow, models.CASCADE, related_name="custom_values", db_index=False)

    class Meta:
        indexes = value_indexes("client_row_value")

    def __str__(self) -> str:
        return f"{self.field_id} of row {self.record_id}"
