"""People who book the same car at the same moment, each in a process of his own."""

import json
import time
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kartu.core.testing.people import person
from kartu.core.testing.proof import effect
from kartu.firm.models import Firm, User
from kartu.planner.actions import save_resource, set_task
from kartu.planner.models import Resource, Task

NAMES = ("Sari", "Kolya")
APART = 0.4  # seconds from one round to the next


def begin(rounds: int) -> None:
    """A car, and for each round a visit of each of them at the same time."""
    Firm.objects.create(pk=1, name="CV Tirta Makmur", country="ID", currency="IDR")
    owner = person("owner")
    save_resource(resource=Resource(), values={"name": "Van", "kind": "car"}, by=owner)
    first = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    for name in NAMES:
        somebody = person("seller", name=name)
        for number in range(rounds):
            start = first + timedelta(hours=2 * number)
            end = start + timedelta(hours=1)
            set_task(title=f"{number}", kind="visit", start_at=start, end_at=end, by=somebody)


def book_all(name: str, at: str) -> None:
    """Pull each of one's visits onto the car, the first at the moment `at`, and tell what the server said to it."""
    somebody, car = User.objects.get(name=name), Resource.objects.get()
    visits = list(Task.objects.visible_to(somebody).filter(person=somebody).order_by("start_at"))
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(somebody)
    connection.close()
    begins = datetime.fromisoformat(at).timestamp()
    for number, visit in enumerate(visits):
        time.sleep(max(0, begins + number * APART - time.time()))
        row = {"task": visit.pk, "version": visit.version, "row": f"r{car.pk}", "was": f"p{somebody.pk}"}
        answer = browser.post(reverse("planner:place"), {"moves": json.dumps([row])})
        said = answer.json().get("text", "") if "json" in answer["Content-Type"] else ""
        with transaction.atomic():
            effect(f"{number}:{answer.status_code}:{said}")
