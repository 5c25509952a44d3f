"""The filter "in segment" of the list of clients."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, ClassVar

from django.db.models import Q

from kartu.clients.segments.meaning import Usable, usable
from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.kinds import Kind, id_of


@dataclass(frozen=True)
class InSegment(Kind):
    operations: ClassVar = ("any", "none")
    input: ClassVar = "choice"

    def clean_one(self, text: str) -> Any:
        return id_of(text)

    def check(self, values: list, asking: Asking) -> None:
        if any(value not in usable(asking) for value in values):
            raise BadQuestion("There is no such segment")

    def state(self, values: list, asking: Asking) -> Hashable:
        return tuple(self.one(value, asking).segment.text for value in values)

    def compare(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        turned = operation == "none"
        parts = [self.one(value, asking).where(asking, turned=turned) for value in values]
        return reduce(and_ if turned else or_, parts)

    def one(self, value: int, asking: Asking) -> Usable:
        self.check([value], asking)
        return usable(asking)[value]

    def said(self, value: Any, asking: Asking) -> str:
        found = usable(asking).get(value)
        return f"“{found.segment.name}”" if found else "?"

    def options(self, asking: Asking) -> list[tuple[str, str]]:
        return [(str(pk), each.segment.name) for pk, each in usable(asking).items()]
