"""What conditions of a person may speak of: the columns of the list of clients that he knows, and related totals."""

from dataclasses import replace
from functools import partial

from kartu.clients.segments.totals import totals
from kartu.core.expressions import Asked, Checked, Schema, as_condition
from kartu.records.conditions.fields import Fields, field_of
from kartu.records.lists.asking import Asking
from kartu.records.lists.kinds import Masked
from kartu.records.lists.spec import Column, lists

# The column by which the list asks for segments: a condition on it would lead into itself.
SEGMENT = "segment"


def fields_for(asking: Asking) -> Fields:
    return asking.remembered("segments.fields", lambda: _fields(asking))


def _fields(asking: Asking) -> Fields:
    spec = lists["clients"]
    known = spec.columns_for(asking.person).items()
    # What is read behind a mask is no name for conditions: these could ask for its letters.
    columns = {
        key: column
        for key, column in known
        if column.can_filter and key != SEGMENT and not isinstance(column.kind, Masked)
    }
    fields = [field_of(column, asking, spec) for column in columns.values()]
    for total in totals:
        if not total.right or asking.person.may(total.right):
            columns[total.key] = Column(total.key, total.label, total.kind, field="pk")
            expression = partial(total.expression, asked=asked_by(asking))
            fields.append(replace(total.field(), expression=expression))

    def test(condition: Checked) -> None:
        as_condition(condition, asked_by(asking))  # what cannot be asked of the database is said now

    return Fields(columns, Schema.of(*fields), ("last_touch", "90"), test)


def asked_by(asking: Asking) -> Asked:
    return Asked(asking.today, asking.zone, asking.person.pk)
