"""Through the door and out again. Every try leaves its line in the log."""

from django.contrib import auth
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.core.toasts import flash
from kartu.firm import required, second, throttle
from kartu.firm.acts import act, must, tell
from kartu.firm.arrival import is_new_here, tell_of_new_device
from kartu.firm.models import User

BACKEND = "kartu.firm.auth.Backend"


@act(why="the password, or the link, was the proof")
def enter(*, request: HttpRequest, by: User) -> bool:
    """Let the browser in as `by`, unless a second step is due, which begins then. Whether it is in."""
    if second.ways_of(by):
        second.begin(request, by)
        return False
    let_in(request=request, by=by)
    return True


@act(why="all that is asked of this person has been proved")
def let_in(*, request: HttpRequest, by: User, proof: str = "") -> None:
    """Give the browser a session of its own; one that somebody may have planted before is left behind.

    `proof`: besides, or instead of, the password ("totp", "recovery", "passkey").
    """
    second.end(request)
    is_new = is_new_here(request, by)
    auth.login(request, by, backend=BACKEND)
    throttle.know_address(request, by.email)
    values = tell_of_new_device(request, by) if is_new else {}
    tell("sign_in", by, by=by, values=values | ({"proof": proof} if proof else {}), request=request)
    if not proof:
        _speak_of_second_step(request, by)


def _speak_of_second_step(request: HttpRequest, person: User) -> None:
    """Whoever must set up a second step is led there by his next request; of the others it is asked once, by a remark
    that goes away."""
    if not person.second_hinted and not required.is_required_of(person) and required.has_data():
        User.objects.filter(pk=person.pk).update(second_hinted=True)
        flash(request, _("A second step makes your sign-in safer: Your profile, Signing in"))


@act(why="the people of a demo firm are made up: whoever looks at it may be any of them")
def walk_in(*, request: HttpRequest, person: User, by: Actor) -> bool:
    """As `enter`, for `person`, one of the made-up people, without a password. Refused in any other firm."""
    must(User.objects.of_the_demo().filter(pk=person.pk).exists(), f"being {person.pk} without a password")
    if request.user.is_authenticated:
        tell("sign_out", request.user, by=request.user, values={}, request=request)
    return enter(request=request, by=person)


@act(why="whoever fails to sign in is nobody yet")
def note_failure(*, email: str, by: Actor) -> None:
    account = User.objects.filter(email__iexact=email).first()
    tell("sign_in_failed", account, by=by, values={} if account else {"email": email})


@act(why="whoever gives a wrong code is nobody yet")
def note_wrong_code(*, person: User, by: Actor) -> None:
    tell("sign_in_failed", person, by=by, values={"proof": "code"})


@act(why="everybody may leave")
def leave(*, request: HttpRequest, by: User) -> None:
    tell("sign_out", by, by=by, values={}, request=request)
    auth.logout(request)
