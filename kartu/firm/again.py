"""Proving oneself once more before what an open screen must not be enough for: who signed in, or proved himself, more
than five minutes ago is asked again."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from kartu.core.registry import Registry
from kartu.firm import throttle
from kartu.firm.actions.second import take_code
from kartu.firm.acts import tell
from kartu.firm.door import TooSoon, Wrong, shown_passkey
from kartu.firm.models import Passkey, TotpSecret, User
from kartu.firm.passkeys import Unsuitable

SESSION_KEY = "proved_at"
FRESH = 5 * 60  # seconds
FIELD = "again_"


@dataclass(frozen=True)
class Proof:
    """A way to prove oneself again. Its `template` has a control called "again_<key>"; `check(request, person, given)`
    says whether what came from it is right, for those of whom `has(person)` holds."""

    key: str
    template: str
    has: Callable[[User], bool]
    check: Callable[[HttpRequest, User, str], bool]
    order: int = 0


proofs: Registry[Proof] = Registry(
    "firm.proofs", "Ways to prove oneself again before an act that an open screen must not be enough for: a Proof."
)


def note(request: HttpRequest) -> None:
    """The person has proved himself just now."""
    request.session[SESSION_KEY] = time.time()


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved himself a moment ago. In the demo firm nobody has anything to prove himself by."""
    if 0 <= time.time() - request.session.get(SESSION_KEY, 0) <= FRESH:
        return True
    return bool(request.session.session_key) and request.user.firm_is_demo and not proofs_of(request.user)


def proofs_of(person: User) -> list[Proof]:
    return [proof for proof in proofs if proof.has(person)]


def prove(request: HttpRequest, key: str, given: str) -> None:
    """Let `given` prove the person by the way `key`. Raises Wrong, or TooSoon before it is even looked at.

    Each session is counted for itself: whoever guesses at a screen that he found open makes nobody wait but himself.
    """
    person = request.user
    places = [throttle.Place(throttle.digest("again", request.session.session_key or ""), throttle.FREE_AT_ONE_ACCOUNT)]
    if wait := throttle.take_turn(places):
        raise TooSoon(wait)
    if not next((proof.check(request, person, given) for proof in proofs_of(person) if proof.key == key), False):
        tell("sign_in_failed", person, by=person, values={"proof": key})
        raise Wrong
    throttle.forgive(places)
    note(request)
    tell("confirmed", person, by=person, values={"proof": key})


def is_password(request: HttpRequest, person: User, given: str) -> bool:
    return person.check_password(given)


def has_passkey(person: User) -> bool:
    return Passkey.objects.filter(person=person).exists()


def is_passkey(request: HttpRequest, person: User, given: str) -> bool:
    try:
        shown_passkey(request, given, person)
    except (Wrong, Unsuitable):
        return False
    return True


def has_codes(person: User) -> bool:
    return TotpSecret.objects.filter(person=person).exists()


def is_code(request: HttpRequest, person: User, given: str) -> bool:
    return bool(take_code(person=person, code=given, by=person))
