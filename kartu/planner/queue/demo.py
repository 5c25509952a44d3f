"""A lively today in the demo firm: late things, things of this hour, a colleague's on leave, something to accept."""

import random
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from kartu.clients.models import Client
from kartu.core.demo import DemoPart, demo_parts
from kartu.firm.middleware import zone_of
from kartu.firm.models import Firm, Role, User
from kartu.planner.actions import finish_task, set_task
from kartu.planner.models import Task

# Kind, words (%s: a client), days from today and hour (None: no date), priority.
Line = tuple[str, str, tuple[int, int] | None, int]
LINES: dict[str, list[Line]] = {
    "ru": [
        ("call", "Уточнить количество и срок оплаты", (-3, 15), 3),
        ("letter", "Отправить акт на подпись", (-1, 12), 2),
        ("task", "Напомнить об оплате счёта", (-5, 10), 2),
        ("call", "Перезвонить: спрашивали про скидку", (0, 9), 4),
        ("meeting", "Встреча: новая линия", (0, 11), 3),
        ("letter", "Ответить на письмо со спецификацией", (0, 14), 2),
        ("task", "Подготовить коммерческое предложение", (0, 18), 2),
        ("visit", "Заехать и снять размеры", (1, 10), 2),
        ("call", "Спросить, дошёл ли груз", (2, 15), 2),
        ("task", "Собрать отзывы о новой услуге", None, 1),
        ("task", "Навести порядок в прайсе", None, 2),
    ],
    "id": [
        ("call", "Tanyakan jumlah dan tempo pembayaran", (-3, 15), 3),
        ("letter", "Kirim berita acara untuk ditandatangani", (-1, 12), 2),
        ("task", "Ingatkan pembayaran faktur", (-5, 10), 2),
        ("call", "Telepon balik: menanyakan diskon", (0, 9), 4),
        ("meeting", "Rapat: jalur produksi baru", (0, 11), 3),
        ("letter", "Balas surat tentang spesifikasi", (0, 14), 2),
        ("task", "Siapkan penawaran harga", (0, 18), 2),
        ("visit", "Datang dan ukur di lokasi", (1, 10), 2),
        ("call", "Tanyakan apakah barang sudah sampai", (2, 15), 2),
        ("task", "Kumpulkan tanggapan tentang layanan baru", None, 1),
        ("task", "Rapikan daftar harga", None, 2),
    ],
    "en": [
        ("call", "Ask about the quantity and the terms", (-3, 15), 3),
        ("letter", "Send the act to be signed", (-1, 12), 2),
        ("task", "Remind of the unpaid invoice", (-5, 10), 2),
        ("call", "Call back: they asked about a discount", (0, 9), 4),
        ("meeting", "Meeting: the new line", (0, 11), 3),
        ("letter", "Answer the letter with the specification", (0, 14), 2),
        ("task", "Prepare the offer", (0, 18), 2),
        ("visit", "Go there and take the measures", (1, 10), 2),
        ("call", "Ask whether the goods have arrived", (2, 15), 2),
        ("task", "Gather what they say of the new service", None, 1),
        ("task", "Put the price list in order", None, 2),
    ],
}
TO_ACCEPT = {
    "ru": ("Сверить остатки по трём клиентам", "Сверил, расхождений нет"),
    "id": ("Cocokkan saldo tiga klien", "Sudah dicocokkan, tidak ada selisih"),
    "en": ("Check the balances of three clients", "Checked, they agree"),
}


@transaction.atomic
def fill(language: str, rng: random.Random) -> None:
    people = list(User.objects.active().select_related("role", "team").order_by("pk"))
    workers = [person for person in people if person.team_id or person.is_owner]
    for person in workers:
        clients = list(Client.objects.visible_to(person).filter(responsible=person).order_by("pk")[:20])
        for kind, title, when, priority in LINES[language]:
            if rng.random() < 0.8:
                client = rng.choice(clients) if clients else None
                set_task(
                    title=title, kind=kind, client=client, priority=priority, by=person, reminders=(),
                    **times(kind, when, rng),
                )  # fmt: skip
    head = next((person for person in workers if person.role.code == Role.HEAD), workers[0])
    title, result = TO_ACCEPT[language]
    for person in workers:
        if person != head and person.team_id == head.team_id:
            task = set_task(title=title, person=person, needs_acceptance=True, by=head)
            finish_task(task=Task.objects.visible_to(person).get(pk=task.pk), result=result, by=person)
            break


def times(kind: str, when: tuple[int, int] | None, rng: random.Random) -> dict[str, Any]:
    if when is None:
        return {}
    days, hour = when
    here = timezone.now().astimezone(zone_of(Firm.current().time_zone))
    at = datetime.combine(here.date() + timedelta(days=days), time(hour, rng.choice((0, 10, 15, 30))), here.tzinfo)
    if kind in (Task.Kind.MEETING, Task.Kind.VISIT):
        return {"start_at": at}
    return {"due_at": at} if kind == Task.Kind.CALL or days == 0 else {"due_on": at.date()}


demo_parts.add(DemoPart("queue", order=150, fill=fill))
