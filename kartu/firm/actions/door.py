"""Through the door and out again. Every try leaves its line in the log."""

from django.contrib import auth
from django.http import HttpRequest

from kartu.core.actors import Actor
from kartu.firm.acts import act, must, tell
from kartu.firm.models import User

BACKEND = "kartu.firm.auth.Backend"


@act(why="the password, or the link, was the proof")
def enter(*, request: HttpRequest, by: User) -> None:
    """Give the browser a session of its own; one that somebody may have planted before is left behind."""
    auth.login(request, by, backend=BACKEND)
    tell("sign_in", by, by=by, values={}, request=request)


@act(why="the people of a demo firm are made up: whoever looks at it may be any of them")
def walk_in(*, request: HttpRequest, person: User, by: Actor) -> None:
    """Let the browser be `person`, one of the made-up people, without a password. Refused in any other firm."""
    must(User.objects.of_the_demo().filter(pk=person.pk).exists(), f"being {person.pk} without a password")
    if request.user.is_authenticated:
        tell("sign_out", request.user, by=request.user, values={}, request=request)
    enter(request=request, by=person)


@act(why="whoever fails to sign in is nobody yet")
def note_failure(*, email: str, by: Actor) -> None:
    account = User.objects.filter(email__iexact=email).first()
    tell("sign_in_failed", account, by=by, values={} if account else {"email": email})


@act(why="everybody may leave")
def leave(*, request: HttpRequest, by: User) -> None:
    tell("sign_out", by, by=by, values={}, request=request)
    auth.logout(request)
