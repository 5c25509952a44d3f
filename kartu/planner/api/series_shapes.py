"""What recurring tasks look like in the programs' interface."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from kartu.core.actors import Actor
from kartu.core.api.schemas import Day, Id, In, Moment, Named, Out, changes_of, named, words
from kartu.planner.api.shapes import Kind, Minutes, Priority
from kartu.planner.models import Series
from kartu.planner.series_page import sentence_of

Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="The local time of day: 10:00.")]
RULE = "Lines of RFC 5545 with parts of Kartu's own: RRULE:FREQ=MONTHLY;X-WORKDAY=-1;X-HOLIDAY=PREVIOUS."


class SeriesReminderIn(In):
    """One of two: minutes before it stands, or the morning of its day."""

    before: int | None = Field(None, ge=0, le=525_600)
    on_the_day: bool = False

    @model_validator(mode="after")
    def is_one_thing(self) -> "SeriesReminderIn":
        if (self.before is not None) + self.on_the_day != 1:
            raise ValueError("One of before and on_the_day")
        return self


class SeriesFields(In):
    """Without `at` it is due on the day, at any time of it. `begins`: it has its place in the day at `at`."""

    title: words(200, shortest=1)
    text: words(20_000) = ""
    kind: Kind = "task"
    priority: Priority = Field(2, description="1 low, 2 normal, 3 high, 4 urgent.")
    rule: words(40_000, shortest=1) = Field(description=RULE)
    starts_on: Day
    at: Clock | None = None
    begins: bool = False
    client_id: Id | None = None
    contact_id: Id | None = None
    segment_id: Id | None = Field(None, description="One for each client of it, now and whenever one comes in.")
    person_id: Id | None = Field(None, description="Who does it; none: the token's person.")
    to_responsible: bool = Field(False, description="Whoever is responsible for the client does it.")
    estimate_minutes: int | None = Minutes
    needs_acceptance: bool = False
    is_private: bool = False
    items: list[words(300, shortest=1)] = Field([], max_length=200)
    reminders: list[SeriesReminderIn] | None = Field(None, max_length=10)


class SeriesIn(SeriesFields):
    """What is left out is as on an empty form."""


SeriesChange = changes_of(SeriesFields, "SeriesChange")


class SlotIn(In):
    slot: words(20, shortest=1) = Field(description="As `next` tells it: 2026-12-01T10:00.")


class PauseIn(In):
    first: Day | None = None
    last: Day | None = None


class EndIn(In):
    last: Day | None = None


class DatesIn(In):
    rule: words(40_000, shortest=1) = Field(description=RULE)
    starts_on: Day
    at: Clock | None = None
    client_id: Id | None = Field(None, description="Whose date it counts from, where it does.")
    limit: int = Field(5, ge=1, le=50)


class SeriesDateOut(Out):
    slot: str = Field(description="The name of this one for ever, whatever moves it.")
    day: Day
    at: Moment | None
    moved_from: Day | None = Field(description="The day off on which it would have fallen.")
    task_id: int | None = Field(description="Its task, where that stands there already.")


class DatesOut(Out):
    sentence: str
    next: list[SeriesDateOut]


class SeriesOut(Out):
    """Of a client out of reach there is the name alone."""

    id: int
    version: int
    title: str
    text: str
    kind: str
    priority: int
    rule: str
    sentence: str = Field(description="The rule in words, in the language of the token's person.")
    starts_on: Day
    at: str | None
    zone: str
    begins: bool
    client_id: int | None
    client: Named | None
    contact_id: int | None
    segment_id: int | None
    whole_id: int | None = Field(description="Which one for each client of a segment it comes from.")
    person: Named
    author: Named | None
    team: Named | None
    to_responsible: bool
    estimate_minutes: int | None
    needs_acceptance: bool
    is_private: bool
    items: list[str]
    until: Day | None
    is_paused: bool
    is_over: bool
    created_at: Moment
    url: str


class SeriesWholeOut(SeriesOut):
    next: list[SeriesDateOut]


POINTED = ("client", "person", "author", "team")
PLAIN = [name for name in SeriesOut.model_fields if name not in {"id", "url", "at", "sentence", *POINTED}]


def told(series: Series, by: Actor) -> dict[str, Any]:
    return {
        "id": series.pk,
        **{name: getattr(series, name) for name in PLAIN},
        **{name: named(getattr(series, name)) for name in POINTED},
        "at": series.at and f"{series.at:%H:%M}",
        "sentence": sentence_of(series, by),
        "url": f"/series/{series.pk}/",
    }
