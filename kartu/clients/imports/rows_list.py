"""The list of the rows of one table, exported, that comes back: "Client", and columns called as the table's fields."""

from kartu.clients.imports.fields import tables_for
from kartu.clients.row_lists import list_of
from kartu.clients.row_lists import tables_for as listed_for
from kartu.core.actors import Actor
from kartu.core.text import fold
from kartu.records.custom.definitions import SectionShape
from kartu.records.exporting import unguarded
from kartu.records.imports.guess import Column
from kartu.records.imports.mapping import Choice
from kartu.records.imports.texts import said_everywhere

CLIENT = "client"


def settle_rows_list(choices: list[Choice], columns: list[Column], by: Actor) -> None:
    """Map the columns of such a list to the fields of its table, whatever their names mean elsewhere."""
    read = [(section, keys_in(section, columns, by)) for section in listed_for(by)]
    found = [(section, keys) for section, keys in read if keys and _is_meant(section, keys, choices)]
    # Two tables may have fields of the same names: the list with all columns of one is that one's.
    whole = [(section, keys) for section, keys in found if {shape.key for shape in section.fields} <= set(keys)]
    found = whole if len(found) > 1 else found
    if len(found) != 1:
        return
    takes = {CLIENT: "name"} | {shape.key: shape.key for section in tables_for(by) for shape in section.fields}
    for choice, key in zip(choices, found[0][1], strict=True):
        choice.target, choice.set, choice.certainty = takes.get(key, ""), "", 1.0


def keys_in(section: SectionShape, columns: list[Column], by: Actor) -> list[str]:
    """The column of the list of rows that each is; none where one of them is no column of it, or the client lacks."""
    spec = list_of(section)
    heads = {fold(column.head): column.key for column in spec.own.columns_for(by)}
    # A field may be called as a column that every list of rows has: that one stands in front.
    first = {fold(head): column.key for column in spec.columns for head in said_everywhere(column.label)}
    keys: list[str] = []
    for column in columns:
        head = fold(unguarded(column.header))
        key = first.get(head, "")
        keys.append(key if key and key not in keys else heads.get(head, ""))
    return keys if all(keys) and CLIENT in keys and len(set(keys)) == len(keys) else []


def _is_meant(section: SectionShape, keys: list[str], choices: list[Choice]) -> bool:
    """Whether the table is meant, and not a client's own phone and city: all of it is there, or a name only it has."""
    fields = {shape.key for shape in section.fields}
    return fields <= set(keys) or any(choice.target in fields for choice in choices)
