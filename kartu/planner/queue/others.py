"""What waits for a person in the apps below: files to be imported, exports to be agreed to, questions to be answered,
the work of those who have gone. What several may decide stands with each of them until one has."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.actors import Actor
from kartu.firm.models import User
from kartu.firm.rights import PEOPLE
from kartu.planner.queue.items import Act, Item, Way
from kartu.planner.queue.sources import MOST, QueueSource, queue_sources
from kartu.records.models import Departure, ExportRequest, Import
from kartu.records.rights import APPROVE_EXPORTS
from kartu.security.alerts.rules import alert_rules
from kartu.security.models import Alert
from kartu.security.prepared import asked, place
from kartu.security.rights import ALERTS

ASKING = ("ask", "freeze")


def imports(by: Actor, people: tuple[int, ...], until: datetime | None) -> Iterator[Item]:
    """Files that were read or checked, and go no further without a word."""
    states = {
        Import.State.READY: _("Check the columns: %(file)s"),
        Import.State.CHECKED: _("Look through and start: %(file)s"),
    }
    rows = Import.objects.filter(by_id=place(0), state__in=states).order_by("created_at", "pk")
    columns = ("pk", "name", "state", "by_id", "created_at")
    for pk, name, state, who, at in asked("queue.imports", lambda: rows.values_list(*columns)[:MOST], people):
        title = states[state] % {"file": name}
        yield Item("imports", "records.import", pk, who, title, "upload", at=at, begins_at=at)


def requests(by: Actor, people: tuple[int, ...], until: datetime | None) -> Iterator[Item]:
    rows = ExportRequest.objects.filter(state=ExportRequest.State.WAITING).select_related("person").order_by("pk")
    deciders = those_who_may(APPROVE_EXPORTS, people)
    for row in rows[:MOST]:
        title = _("Agree to an export, or refuse it: %(who)s, %(rows)s rows") % {"who": row.person, "rows": row.rows}
        for person in deciders:
            if person != row.person_id:
                yield Item(
                    "exports", "records.exportrequest", row.pk, person, title[:200], "file-export",
                    at=row.asked_at, late_at=row.opens_at, priority=3, tells=row.purpose,
                )  # fmt: skip


def reasons(by: Actor, people: tuple[int, ...], until: datetime | None) -> Iterator[Item]:
    """What a person is asked about himself."""
    rows = Alert.objects.filter(person_id=place(0), reason="", policy__in=ASKING).order_by("pk")
    columns = ("pk", "rule", "person_id", "raised_at")
    for pk, rule, who, at in asked("queue.reasons", lambda: rows.values_list(*columns)[:MOST], people):
        title = _("Say what it was for: %(what)s") % {"what": label_of(rule)}
        yield Item("reasons", "security.alert", pk, who, title[:200], "message-2", at=at, priority=3)


def alerts(by: Actor, people: tuple[int, ...], until: datetime | None) -> Iterator[Item]:
    """What nobody has looked at yet."""
    rows = Alert.objects.filter(state=Alert.State.OPEN).select_related("person").order_by("pk")
    watchers = those_who_may(ALERTS, people)
    for row in rows[:MOST]:
        title = _("Look into it: %(who)s, %(what)s") % {"who": row.who, "what": label_of(row.rule)}
        for person in watchers:
            if person != row.person_id:
                yield Item(
                    "alerts", "security.openalert", row.pk, person, title[:200], "alert-triangle",
                    at=row.raised_at, priority=3,
                )  # fmt: skip


def departures(by: Actor, people: tuple[int, ...], until: datetime | None) -> Iterator[Item]:
    """What those who have gone looked after, and nobody does yet."""
    rows = Departure.objects.filter(state=Departure.State.WAITING).select_related("person").order_by("pk")
    givers = those_who_may(PEOPLE, people)
    for row in rows[:MOST]:
        title = _("Give out the work of %(who)s") % {"who": row.person}
        for person in givers:
            yield Item("departures", "firm.user", row.person_id, person, title, "user-share", at=row.at, priority=3)


def those_who_may(right: str, people: tuple[int, ...]) -> list[int]:
    rows = User.objects.active().filter(pk__in=people).select_related("role").order_by("pk")
    return [person.pk for person in rows if person.in_his_own_place().may(right)]


def label_of(rule: str) -> str:
    known = alert_rules.get(rule)
    return str(known.label if known else rule)


def leads_to(page: str, *, with_number: bool = True) -> Callable[[Actor, list[Item]], None]:
    """Each is opened at `page`, where it is done."""

    def dress(by: Actor, shown: Iterable[Item]) -> None:
        for item in shown:
            item.url = reverse(page, args=[item.pk] if with_number else [])

    return dress


def open_it(by: Actor, item: Item) -> list[Act]:
    return [Act(_("Open"), item.url, "chevron-right", "d", Way.PAGE)]


for key, label, items, page, order, right in (
    ("reasons", gettext_lazy("Questions to you"), reasons, leads_to("security:alert_reason"), 20, ""),
    ("imports", gettext_lazy("Imports"), imports, leads_to("records:import"), 60, ""),
    (
        *("exports", gettext_lazy("Large exports"), requests),
        *(leads_to("records:export_requests", with_number=False), 70, APPROVE_EXPORTS),
    ),
    ("departures", gettext_lazy("Work to give out"), departures, leads_to("records:leaving"), 75, PEOPLE),
    ("alerts", gettext_lazy("Alerts"), alerts, leads_to("security:alert"), 80, ALERTS),
):
    queue_sources.add(QueueSource(key, label, items, page, open_it, order=order, right=right))
