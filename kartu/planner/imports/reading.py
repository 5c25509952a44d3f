"""One row read as a draft of a task, with every doubt named by its column."""

from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.imports.drafts import Draft as ClientDraft
from kartu.clients.imports.drafts import DraftWay
from kartu.clients.models import Channel
from kartu.core.actors import Actor
from kartu.core.moments import moment_told
from kartu.core.text import fold
from kartu.firm import phones
from kartu.planner.imports.drafts import Draft
from kartu.planner.imports.fields import LISTED, TARGETS, values_of
from kartu.planner.models import Outcome, Task
from kartu.planner.rights import VIEW, receivers
from kartu.records.imports.cells import Row
from kartu.records.imports.colleagues import colleagues
from kartu.records.imports.hand import Hand, Reader
from kartu.records.imports.importers import Plan, Problem
from kartu.records.imports.mapping import Choice
from kartu.records.imports.values import find_emails, parse_bool, parse_moment, parse_number

LONGEST_TITLE, LONGEST_LINE = 200, 300
State = Task.State


class TaskReader(Reader):
    """What is the same for all rows of one import of tasks. `country` says how bare phone numbers are meant."""

    longest = {"external_id": 100, "text": 20_000, "result": 20_000, "title": 5_000, "person": 254, "client": 300}
    longest |= {"author": 254, "contact": 300}

    def __init__(self, plan: Plan, country: str, by: Actor) -> None:
        super().__init__(plan, TARGETS)
        self.country, self.by = country, by
        self.people = colleagues()
        self.receivers = set(receivers(by).values_list("pk", flat=True))
        self.outcomes = {
            (kind, fold(name)): pk
            for pk, kind, name in Outcome.objects.filter(is_active=True).values_list("pk", "kind", "name")
        }
        self.fills_results = plan.answers.get("no_result", "fill") == "fill"
        self.by_client = plan.answers.get("person") == "client"


def read_row(reader: TaskReader, row: Row) -> tuple[Draft, list[Problem]]:
    """The draft of a task, and what could not be read."""
    hand, draft = Hand(reader, row), Draft()
    _read_words(hand, draft)
    _read_person(hand, draft)
    _read_author(hand, draft)
    _read_client(hand, draft)
    _read_times(hand, draft)
    _read_end(hand, draft)
    return draft, hand.problems


def _read_words(hand: Hand, draft: Draft) -> None:
    title = " ".join(hand.one("title").split())
    text = "\n\n".join(text for _choice, text in hand.all("text"))
    if len(title) > LONGEST_TITLE:  # nothing of it is lost
        text = f"{title}\n\n{text}".strip()
        title = title[:LONGEST_TITLE].rstrip()
    draft.title, draft.text, draft.external_id = title, text, hand.one("external_id")
    cells = "\n".join(text for _choice, text in hand.all("items"))
    lines = (line.strip(" -•*\t") for line in cells.replace(";", "\n").splitlines())
    draft.items = [line[:LONGEST_LINE] for line in lines if line]
    for name in ("kind", "priority"):
        value = _listed(hand, name)
        if value is not None:
            setattr(draft, name, value)


def _listed(hand: Hand, target: str) -> Any:
    """The value of a column that holds one of a few; None where the cell is empty or not understood."""
    for choice, text in hand.all(target):
        value = values_of(target).get(fold(text))
        if value is None:
            names = ", ".join(str(each.label) for each in LISTED[target])
            hand.complain(choice, _("Not understood. Write one of: %(names)s") % {"names": names}, text)
        return value
    return None


def _read_person(hand: Hand, draft: Draft) -> None:
    reader: TaskReader = hand.reader
    draft.person = None if reader.by_client or reader.by.is_system else reader.by
    for choice, text in hand.all("person"):
        found = reader.people.get(fold(text))
        if found is None:
            hand.complain(choice, _("No colleague is called so"), text)
        elif found.pk not in reader.receivers:
            hand.complain(choice, _("You may not set tasks for this colleague"), text)
        elif not found.may(VIEW):
            told = _("%(name)s may not see tasks at all. Give another role first.") % {"name": found}
            hand.complain(choice, told, text)
        draft.person = found


def _read_author(hand: Hand, draft: Draft) -> None:
    for choice, text in hand.all("author"):
        draft.author = hand.reader.people.get(fold(text))
        if draft.author is None:
            hand.complain(choice, _("No colleague is called so"), text)


def _read_client(hand: Hand, draft: Draft) -> None:
    client = ClientDraft(name=hand.one("client"))
    for choice, text in hand.all("client_id"):
        number = parse_number(text)
        if number is None or number != int(number) or not 0 < number < 1 << 62:
            hand.complain(choice, _("This is no number of a client here"), text)
        else:
            client.number = int(number)
    for choice, text in hand.all("client_phone"):
        try:
            numbers = phones.parse(text, hand.reader.country)
        except ValidationError as wrong:
            hand.complain(choice, wrong.messages[0], text)
            continue
        client.ways += [DraftWay(Channel.Kind.PHONE, each.e164, each.raw) for each in numbers]
    for choice, text in hand.all("client_email"):
        emails = find_emails(text)
        if not emails:
            hand.complain(choice, _("This is no e-mail address"), text)
        client.ways += [DraftWay(Channel.Kind.EMAIL, each.casefold(), each) for each in emails]
    said = [each for name in ("client", "client_phone", "client_email", "client_id") for each in hand.all(name)]
    if client.name or client.ways or client.number is not None:
        draft.client, draft.client_said = client, (said[0][1], said[0][0].at)
    for choice, text in hand.all("contact"):
        draft.contact_said = (" ".join(text.split()), choice.at)


def _read_times(hand: Hand, draft: Draft) -> None:
    due, is_day = _moment(hand, "due")
    if is_day and due:
        draft.due_on = due.date()
    else:
        draft.due_at = due
    start, is_day = _moment(hand, "start")
    end, ends_with_day = _moment(hand, "end")
    if start and is_day:  # a day without an hour is no place in the day
        draft.due_on = draft.due_on or (None if draft.due_at else start.date())
    else:
        draft.start_at = start
        draft.end_at = end if start and end and not ends_with_day else None
    draft.created_at, _is_day = _moment(hand, "created_at")


def _moment(hand: Hand, target: str) -> tuple[datetime | None, bool]:
    """The moment in a column, in the zone of the person or in that which stands with it; whether it is a mere day."""
    for choice, text in hand.all(target):
        cell = hand.cell(choice)
        if (said := moment_told(text)) is not None:
            return said, False
        moment = parse_moment(cell if not isinstance(cell, str) else text, hand.reader.order_of(choice))
        if moment is None:
            hand.complain(choice, _("There is no such day"), text)
            return None, False
        has_hour = moment.time() != time() or (isinstance(cell, str) and ":" in text)
        return timezone.make_aware(moment), not has_hour and isinstance(cell, str | date | int | float)
    return None, False


def _read_end(hand: Hand, draft: Draft) -> None:
    draft.result = hand.one("result")
    draft.closed_at, _is_day = _moment(hand, "closed_at")
    draft.state = _state(hand) or (State.DONE if draft.closed_at else State.OPEN)
    for choice, text in hand.all("spent_minutes"):
        number = parse_number(text)
        if number is None or not 0 <= number <= 100_000:
            hand.complain(choice, _("This is no number of minutes"), text)
        else:
            draft.spent_minutes = int(number)
    if draft.closed_at and draft.closed_at > timezone.now():
        _complain_of(hand, "closed_at", _("This day is not to be believed"))
    if not draft.is_over:
        draft.closed_at = None
        draft.state = State.OPEN  # to be accepted it is only here
        return
    outcomes = hand.reader.outcomes
    known = outcomes.get((draft.kind, fold(draft.result))) or outcomes.get(("", fold(draft.result)))
    if known:
        draft.outcome_id, draft.result = known, ""
    elif draft.state == State.DONE and not draft.result:
        if hand.reader.fills_results:
            draft.result = _("Done before it came in")
        else:
            _complain_of(hand, "state", _("It is done, and the row has no result"))


def _state(hand: Hand) -> str | None:
    """A column may be called "Done" and say yes or no."""
    for _choice, text in hand.all("state"):
        is_done = parse_bool(text)
        if is_done is not None and fold(text) not in values_of("state"):
            return State.DONE if is_done else State.OPEN
    return _listed(hand, "state")


def _complain_of(hand: Hand, target: str, told: str) -> None:
    found: list[tuple[Choice, str]] = hand.all(target)
    if found:
        hand.complain(found[0][0], told, found[0][1])
    else:
        hand.problems.append(Problem(told))
