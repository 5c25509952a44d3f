"""A recurring task for each client of a segment: who comes in gets his own, who leaves has his ended."""

from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from kartu.clients.segments.meaning import usable
from kartu.core.actors import Actor
from kartu.core.jobs import chunk
from kartu.firm.models import User
from kartu.planner.actions.keeping import keep_in_step
from kartu.planner.making import Maker
from kartu.planner.models import Series
from kartu.planner.recurrence import to_text
from kartu.planner.rights import receivers
from kartu.records.lists.asking import Asking
from kartu.security import audit

WHY = "each client of a segment has the recurring task that is for all of them"
MOST_CLIENTS = 2000
# What a client's series takes from the whole; the days that are left out for him he keeps.
FROM_WHOLE = (
    "title", "text", "kind", "priority", "author_id", "begins", "estimate_minutes", "needs_acceptance", "items",
    "reminders", "zone", "starts_on", "at", "to_responsible",
)  # fmt: skip


def follow_segment(pk: int, *, by: Actor, now: datetime) -> None:
    """Let each client of the segment have his series, those who left it none; and all be as the whole says.

    What is as it should be is read, all of it at once, and not written.
    """
    whole = (
        Series.objects.as_system(WHY).filter(pk=pk, segment__isnull=False).select_related("author", "person").first()
    )
    if whole is None:
        return
    members = {} if whole.trashed_at else clients_in(whole)
    if members is None:
        return
    rows = Series.objects.as_system(WHY).live().filter(whole=whole)
    stays_out = set(rows.filter(stays_out=True).values_list("client_id", flat=True))
    parts = {part.client_id: part for part in rows.filter(ended_on=None).select_related("person")}
    doers = Doers(whole)
    for client_id in sorted((members.keys() - stays_out) | parts.keys()):
        part = parts.get(client_id)
        if client_id not in members:
            with chunk(), audit.acting_as(by):
                end_part(part, now)
        elif (
            part is None
            and not has_ended(whole)
            or part is not None
            and differs(part, whole, doers, members[client_id])
        ):
            with chunk(), audit.acting_as(by):
                follow_whole(part, client_id, whole, doers.of(members[client_id]), now)


def has_ended(whole: Series) -> bool:
    """Whether nothing comes after today: nobody new gets one."""
    return whole.until is not None and whole.until <= whole.today


def clients_in(whole: Series) -> dict[int, int | None] | None:
    """Client -> who is responsible, of the segment as whoever set up the series sees it; None: nobody may use it."""
    keeper = keeper_of(whole)
    asking = Asking(keeper)
    found = usable(asking).get(whole.segment_id)
    if found is None:
        return None
    return dict(found.rows(asking).order_by("pk").values_list("pk", "responsible_id")[:MOST_CLIENTS])


def keeper_of(whole: Series) -> User:
    return whole.author if whole.author and whole.author.is_active else whole.person


class Doers:
    """Who does it for a client: whoever is responsible, of those whom the keeper of the series may ask."""

    def __init__(self, whole: Series) -> None:
        self.whole = whole
        asked = receivers(keeper_of(whole)).select_related("role") if whole.to_responsible else ()
        self.people = {person.pk: person for person in asked}

    def of(self, responsible_id: int | None) -> User:
        return self.people.get(responsible_id) or self.whole.person


def wanted(part: Series | None, whole: Series, person: User) -> dict[str, Any]:
    """Column -> value that a client's series is to have."""
    own = part.left_out_at(whole.at) if part else ()
    rule = whole.as_rule
    text = to_text(replace(rule, exceptions=(*rule.exceptions, *own)))
    return {name: getattr(whole, name) for name in FROM_WHOLE} | {"person_id": person.pk, "rule": text}


def differs(part: Series, whole: Series, doers: Doers, responsible_id: int | None) -> bool:
    values = wanted(part, whole, doers.of(responsible_id))
    return any(getattr(part, name) != value for name, value in values.items())


def follow_whole(part: Series | None, client_id: int, whole: Series, person: User, now: datetime) -> None:
    if part is not None:
        part = locked(part)
        if part is None:
            return
    before = copy(part)
    row = part or Series(client_id=client_id, whole=whole)
    for name, value in wanted(part, whole, person).items():
        setattr(row, name, value)
    row.person = person
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # another process was first
        return
    if before is None:
        Maker(now).make(row)
    else:
        keep_in_step(row, before, Maker(now))


def locked(part: Series) -> Series | None:
    """As it stands now; None where it is over by now."""
    rows = Series.objects.as_system(WHY).live().filter(pk=part.pk, ended_on=None)
    return rows.select_for_update(of=("self",)).select_related("person").first()


def end_part(part: Series, now: datetime) -> None:
    """The client has left the segment, or the whole is in the trash."""
    row = locked(part)
    if row is None:
        return
    before = copy(row)
    row.ended_on = now.astimezone(row.place).date()
    row.rule = to_text(row.as_rule.ended(row.ended_on))
    row.save()
    keep_in_step(row, before, Maker(now))
