"""What a half-filled form says by now: the sentence, and the next days."""

from datetime import date
from functools import cached_property
from typing import Any

from kartu.clients.segments.meaning import usable
from kartu.core.actors import Actor
from kartu.planner.making import field_date
from kartu.planner.models import Series, Task
from kartu.planner.recurrence import Rule, RuleError, check, to_text
from kartu.planner.series_page import Coming, coming, sentence_of
from kartu.records.lists.asking import Asking


class Preview:
    """`form`: one of recurring tasks, filled in as far as it is. `row`: the one that it changes."""

    def __init__(self, form: Any, by: Actor, row: Series | None = None) -> None:
        self.form, self.by, self.row = form, by, row
        self.given: dict[str, Any] = getattr(form, "cleaned_data", {})

    @property
    def rule(self) -> Rule | None:
        return self.form.rule

    @cached_property
    def series(self) -> Series:
        """As it would be."""
        given, row = self.given, self.row or Series()
        ids = {name: getattr(given.get(name), "pk", None) for name in ("client", "contact", "segment")}
        person = given.get("person") or (row.person if row.person_id else self.by)
        return Series(
            title=given.get("title") or "", kind=given.get("kind") or Task.Kind.TASK, person=person,
            client_id=ids["client"] or row.client_id, contact_id=ids["contact"] or row.contact_id,
            segment_id=ids["segment"] or row.segment_id, zone=row.zone or person.time_zone,
            starts_on=self.form.begins_on() or row.starts_on, at=given.get("at"), rule=to_text(self.rule),
        )  # fmt: skip

    @cached_property
    def field_date(self) -> date | None:
        return field_date(self.series)

    @cached_property
    def problem(self) -> str:
        """Why it never comes, where the fields are right one by one."""
        try:
            check(self.rule, self.series.start, field_date=self.field_date)
        except RuleError as wrong:
            return wrong.message
        return ""

    @property
    def sentence(self) -> str:
        return sentence_of(self.series, self.by)

    @property
    def needs_date(self) -> bool:
        """It counts from a date that each client has of his own, or that this one has not."""
        return bool(self.rule.field) and self.field_date is None

    @cached_property
    def dates(self) -> list[Coming]:
        return [] if self.problem or self.needs_date else coming(self.series, self.by)

    @cached_property
    def clients(self) -> int | None:
        """For how many clients of the segment it would be now; None: it is for no segment."""
        found = usable(Asking(self.by)).get(self.series.segment_id)
        return found.rows(Asking(self.by)).count() if found else None
