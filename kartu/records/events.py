"""What can happen in this app."""

from dataclasses import dataclass

from kartu.core.outbox import Event


@dataclass(frozen=True)
class WorkFinished(Event):
    """Work on a list that a person has asked for is finished in the background; `url` shows what came of it."""

    person_id: int
    what: str
    title: str
    url: str


@dataclass(frozen=True)
class ExportAsked(Event):
    """An export is so large that a second person has to agree."""

    request_id: int
    by_id: int


@dataclass(frozen=True)
class ExportRefused(Event):
    """A second person does not want the rows to leave."""

    request_id: int
    by_id: int


@dataclass(frozen=True)
class WorkHandedOver(Event):
    """What somebody who goes looked after has gone over to `to_id`; the departure says what and how much."""

    departure_id: int
    to_id: int
    by_id: int
