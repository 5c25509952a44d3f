"""Duties that come back in the demo firm: the weekly report, the act on the last working day, birthdays, contracts."""

import random
from datetime import time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from kartu.clients.models import Client
from kartu.core.demo import DemoPart, demo_parts
from kartu.firm.middleware import zone_of
from kartu.firm.models import Firm, Role, User
from kartu.planner.actions import start_series
from kartu.planner.models import Task
from kartu.planner.recurrence import parse

# Who, kind, rule, hour (None: any time), minutes.
DUTIES: dict[str, tuple[str, str, str, int | None, int]] = {
    "report": ("head", "task", "FREQ=WEEKLY;BYDAY=FR;X-HOLIDAY=PREVIOUS", 16, 45),
    "act": ("accountant", "task", "FREQ=MONTHLY;X-WORKDAY=-1", 10, 90),
    "till": ("storekeeper", "task", "FREQ=DAILY;X-HOLIDAY=SKIP", 18, 15),
    "count": ("storekeeper", "task", "FREQ=MONTHLY;BYDAY=1MO;X-HOLIDAY=NEXT", 9, 120),
    "meeting": ("head", "meeting", "FREQ=WEEKLY;BYDAY=MO;X-HOLIDAY=NEXT", 9, 30),
    "call": ("seller", "call", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", 11, 20),
    "birthday": ("seller", "call", "FREQ=YEARLY;X-FIELD=birthday;X-BEFORE=0;X-HOLIDAY=PREVIOUS", 10, 10),
    "after": ("seller", "call", "FREQ=WEEKLY;INTERVAL=3;X-AFTER=DONE", 15, 15),
    "tax": ("accountant", "task", "FREQ=MONTHLY;BYMONTHDAY=25;X-HOLIDAY=NEXT", None, 60),
}
WORDS: dict[str, dict[str, str]] = {
    "ru": {
        "report": "Отчёт за неделю", "act": "Акты за месяц", "till": "Снять кассу", "count": "Пересчитать склад",
        "meeting": "Планёрка", "call": "Позвонить: нужны ли ещё поставки", "birthday": "Поздравить с днём рождения",
        "after": "Узнать, как дела", "tax": "Заплатить налоги",
    },
    "id": {
        "report": "Laporan mingguan", "act": "Berita acara bulan ini", "till": "Hitung kas", "count": "Hitung stok",
        "meeting": "Rapat mingguan", "call": "Telepon: perlu kiriman lagi?",
        "birthday": "Ucapkan selamat ulang tahun",
        "after": "Tanyakan kabar", "tax": "Bayar pajak",
    },
    "en": {
        "report": "Report of the week", "act": "Acts of the month", "till": "Count the till",
        "count": "Count the stock", "meeting": "Weekly meeting", "call": "Call: do they need another delivery",
        "birthday": "Congratulate on the birthday",
        "after": "Ask how things are", "tax": "Pay the taxes",
    },
}  # fmt: skip
ABOUT_A_CLIENT = ("call", "birthday", "after")
AGO = timedelta(days=20)


@transaction.atomic
def fill(language: str, rng: random.Random) -> None:
    people = list(User.objects.active().select_related("role", "team").order_by("pk"))
    today = timezone.now().astimezone(zone_of(Firm.current().time_zone)).date()
    for key, (role, kind, rule, hour, minutes) in DUTIES.items():
        person = of_role(people, role)
        client = client_of(person, key) if key in ABOUT_A_CLIENT else None
        if key in ABOUT_A_CLIENT and client is None:
            continue
        more: dict[str, Any] = {"begins": True} if kind == Task.Kind.MEETING else {}
        start_series(
            title=WORDS[language][key], kind=kind, rule=parse(rule), starts_on=today - AGO,
            at=None if hour is None else time(hour), estimate_minutes=minutes, client=client, by=person, **more,
        )  # fmt: skip


def of_role(people: list[User], code: str) -> User:
    """Somebody of the role, or whoever stands in for it in a small firm."""
    wanted = {"head": Role.HEAD}.get(code, code)
    return next((each for each in people if each.role.code == wanted), people[0])


def client_of(person: User, key: str) -> Client | None:
    rows = Client.objects.visible_to(person).filter(responsible=person).order_by("pk")
    if key == "birthday":
        rows = rows.filter(birthday__isnull=False)
    return rows[: len(key)][len(key) - 1 :].first() if rows.count() >= len(key) else rows.first()


demo_parts.add(DemoPart("series", order=151, fill=fill))
