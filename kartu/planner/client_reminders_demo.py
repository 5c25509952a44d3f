"""Reminders to clients in the demo firm: the next appointments have one. Nothing goes out: it has no mail server."""

import random
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from kartu.core.demo import DemoPart, demo_parts
from kartu.planner.actions import remind_client
from kartu.planner.models import Task
from kartu.planner.reminding_clients import EMAIL, SMS, channels_by_way

WHY = "appointments of the demo firm of which clients are reminded"
KINDS = (Task.Kind.MEETING, Task.Kind.VISIT)
MOST = 6
HOUR, DAY = 60, 24 * 60


@transaction.atomic
def fill(language: str, rng: random.Random) -> None:
    rows = Task.objects.as_system(WHY).filter(state=Task.State.OPEN, kind__in=KINDS, client__isnull=False)
    rows = rows.filter(trashed_at=None, is_private=False, start_at__gt=timezone.now() + timedelta(hours=3))
    done = 0
    for task in rows.select_related("client", "person").order_by("start_at", "pk")[: 10 * MOST]:
        way = (EMAIL, SMS)[done % 2]
        channel = next(iter(channels_by_way(task)[way]), None)
        before = DAY if task.start_at > timezone.now() + timedelta(hours=25) else 2 * HOUR
        if channel is not None:
            remind_client(task=task, channel=channel, before=before, by=task.person)
            done += 1
        if done == MOST:
            return


demo_parts.add(DemoPart("client_reminders", order=190, fill=fill))
