"""A question to a list: chips, words, sort, place. It is read from an address, and written back as one."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.conditions import MAX_CHIPS, Chip
from kartu.records.lists.kinds import text_of
from kartu.records.lists.spec import Column, ListSpec

# f: a chip, q: words, s: sort, v: view; `after` and `before` a row, whose neighbours are wanted.
QUESTION = ("f", "q", "s")
PLACE = ("after", "before")
PARAMETERS = {"f", "q", "s", "v", "after", "before"}
MAX_CURSOR = 2000
# In the address of a row's page: the query of the list that it was opened from.
OF = "of"


@dataclass(frozen=True)
class Question:
    """What is asked of `spec` by whoever knows `columns`."""

    spec: ListSpec
    columns: Mapping[str, Column]
    chips: tuple[Chip, ...] = ()
    text: str = ""
    sort: str = ""
    down: bool = False
    view: str = ""
    # Where the page begins or ends; None: at the top of the list.
    cursor: list | None = None
    backwards: bool = False

    @classmethod
    def of(cls, spec: ListSpec, data: QueryDict, asking: Asking) -> "Question":
        """The question of an address. BadQuestion for anything in it that the list does not know."""
        columns = spec.columns_for(asking.person)
        check_parameters(data)
        chips = tuple(Chip.parse(text, columns) for text in data.getlist("f") if text)
        if len(chips) > MAX_CHIPS:
            raise BadQuestion("Too many filters")
        for chip in chips:
            chip.check_for(asking)
        question = cls(spec, columns, chips, text_of(data.get("q", "")).strip(), view=text_of(data.get("v", "")))
        question = question.sorted_by(data.get("s") or spec.sort or next(iter(columns)))
        if data.get("after") or data.get("before"):
            backwards = not data.get("after")
            cursor = read_cursor(data["before" if backwards else "after"])
            question = replace(question, cursor=cursor, backwards=backwards)
        return question

    def sorted_by(self, text: str) -> "Question":
        """The same, from its top, sorted by "last_touch", or "-last_touch" for the newest first."""
        key, down = text.removeprefix("-"), text.startswith("-")
        if key not in self.columns or not self.columns[key].can_sort:
            raise BadQuestion("The list is not sorted by that")
        return replace(self, sort=key, down=down, cursor=None)

    @property
    def sort_column(self) -> Column:
        return self.columns[self.sort]

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for less than all rows."""
        return bool(self.chips or self.text)

    def without(self, chip: Chip) -> "Question":
        return replace(self, chips=tuple(other for other in self.chips if other is not chip), cursor=None)

    def changed(self, **parts: Any) -> "Question":
        """The same with other chips, text, sort, from its top."""
        return replace(self, cursor=None, backwards=False, **parts)

    def at(self, cursor: list, *, backwards: bool = False) -> "Question":
        return replace(self, cursor=cursor, backwards=backwards)

    def parts(self) -> dict[str, list[str] | str]:
        """What is kept of it: in a saved view, a job, the log. `of` reads it back."""
        sort = f"-{self.sort}" if self.down else self.sort
        return {"f": [str(chip) for chip in self.chips], "q": self.text, "s": sort}

    def query(self) -> str:
        """The query of its address."""
        parts = self.parts()
        pairs = [("v", self.view)] if self.view else []
        pairs += [("f", chip) for chip in parts["f"]]
        # A view of which all chips are gone must not come back with them.
        pairs += [("f", "")] if self.view and not parts["f"] else []
        pairs += [("q", self.text)] if self.text else []
        pairs += [("s", parts["s"])]
        if self.cursor is not None:
            pairs.append(("before" if self.backwards else "after", write_cursor(self.cursor)))
        return urlencode(pairs)

    def url(self) -> str:
        return f"{self.spec.url}?{self.query()}"

    def sentence(self, asking: Asking) -> str:
        """All that is asked, in words: for a printed head, the log, "nothing found"."""
        said = [chip.sentence(asking) for chip in self.chips]
        return ", ".join([f"“{self.text}”", *said] if self.text else said)


def memory_of(question: Question) -> str:
    """The part of the address of a row's page that remembers the list."""
    return urlencode({OF: question.changed().query()})


def check_parameters(data: QueryDict) -> None:
    """Refuse what no list has, and a second value where there is one."""
    unknown = set(data) - PARAMETERS
    if unknown:
        raise BadQuestion("The address has a part that no list knows")
    if any(len(data.getlist(name)) > 1 for name in PARAMETERS - {"f"}):
        raise BadQuestion("The address says the same thing twice")


def as_query(parts: Mapping[str, list[str] | str], **more: str) -> QueryDict:
    """Kept parts of a question, as an address has them."""
    data = QueryDict(mutable=True)
    for name in QUESTION:
        value = parts.get(name, "")
        data.setlist(name, value if isinstance(value, list) else [value])
    for name, value in more.items():
        data[name] = value
    return data


def write_cursor(cursor: list) -> str:
    text = json.dumps(cursor, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str) -> list:
    """The place that an address names: [segment, value, ..., id]. Whether the sort has such a place is seen later."""
    if len(text) > MAX_CURSOR:
        raise BadQuestion("This is no place in a list")
    try:
        cursor = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        raise BadQuestion("This is no place in a list") from None
    if not isinstance(cursor, list) or not all(isinstance(part, str | int) for part in cursor):
        raise BadQuestion("This is no place in a list")
    return cursor
