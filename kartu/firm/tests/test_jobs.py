from contextlib import nullcontext
from datetime import timedelta
from threading import Event
from types import SimpleNamespace

from django.utils import timezone
from django.utils.translation import get_language

from kartu.core.actors import System
from kartu.core.jobs import queue, worker
from kartu.core.jobs.worker import Lane
from kartu.firm.jobs import clear_the_door
from kartu.firm.models import Device, SignInTry


def test_what_is_over_goes_at_night_and_the_rest_stays(db):
    now = timezone.now()
    Device.objects.create(key="old", data="", expires_at=now - timedelta(seconds=1))
    Device.objects.create(key="open", data="", expires_at=now + timedelta(days=1))
    SignInTry.objects.create(key="old", failures=9, next_at=now - timedelta(days=2))
    SignInTry.objects.create(key="new", failures=9, next_at=now)

    assert clear_the_door.func(by=System("a test")) == 2

    assert [row.key for row in Device.objects.all()] == ["open"]
    assert [row.key for row in SignInTry.objects.all()] == ["new"]


def test_what_the_background_writes_down_is_in_the_language_of_the_firm(firm, monkeypatch):
    firm.language = "ru"
    firm.save()
    spoken = []
    lane = Lane(SimpleNamespace(stopping=Event(), busy=lambda lane: nullcontext()), ("default",))
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)  # those of the test stay
    monkeypatch.setattr(queue, "is_wanted", lambda queues: True)
    monkeypatch.setattr(lane, "_take_one", lambda: bool(spoken.append(get_language())))

    lane._drain()

    assert spoken == ["ru"] and get_language() == "en"
