from datetime import timedelta

from django.utils import timezone

from kartu.core.actors import System
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
