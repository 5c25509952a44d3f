from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from kartu.core.actors import System
from kartu.firm.jobs import clear_the_door
from kartu.firm.models import SignInTry


def test_what_is_over_goes_at_night_and_the_rest_stays(db):
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(seconds=1))
    Session.objects.create(session_key="open", session_data="", expire_date=now + timedelta(days=1))
    SignInTry.objects.create(key="old", failures=9, next_at=now - timedelta(days=2))
    SignInTry.objects.create(key="new", failures=9, next_at=now)

    assert clear_the_door.func(by=System("a test")) == 2

    assert [row.session_key for row in Session.objects.all()] == ["open"]
    assert [row.key for row in SignInTry.objects.all()] == ["new"]
