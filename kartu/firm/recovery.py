"""Recovery codes: they come with the first second step of a person, and go with the last."""

import secrets

from kartu.core.actors import Actor
from kartu.firm.acts import tell
from kartu.firm.models import RecoveryCode, User
from kartu.firm.models.invitation import digest
from kartu.firm.second import second_ways, ways_of
from kartu.firm.signals import sign_in_changed

CODES = 10
CODE_LENGTH = 24
ALPHABET = (
    "abcdefghjkmnpqrstuvwxyz23456789"  # without what looks alike; 118 bits in a code, for which a plain hash will do
)


def way_added(way: str, by: User) -> list[str]:
    """Tell, inside an act, that `by` has set up `way`. The first recovery codes; none for whoever has some already."""
    tell("second_on", by, by=by, values={"way": way})
    return [] if RecoveryCode.objects.filter(person=by).exists() else make_codes(by)


def way_ended(way: str, by: User) -> None:
    """Tell, inside an act, that `by` has taken off `way`. With the last way the recovery codes go."""
    tell("second_off", by, by=by, values={"way": way})
    if not ways_of(by):
        RecoveryCode.objects.filter(person=by).delete()
        sign_in_changed.send(sender=None, what="second_off", person=by, by=by)


def forget_second(person: User, by: Actor) -> None:
    """Inside an act of somebody else: from now on the password alone lets `person` in, who is told of it."""
    for way in second_ways:
        way.rows().filter(person=person).delete()
    RecoveryCode.objects.filter(person=person).delete()
    tell("second_reset", person, by=by, values={})
    sign_in_changed.send(sender=None, what="second_reset", person=person, by=by)


def make_codes(person: User) -> list[str]:
    """New recovery codes in the place of the old ones: the only moment at which anybody knows them."""
    RecoveryCode.objects.filter(person=person).delete()
    codes = ["".join(secrets.choice(ALPHABET) for _letter in range(CODE_LENGTH)) for _number in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(person=person, digest=digest(code)) for code in codes)
    return ["-".join(code[at : at + 4] for at in range(0, CODE_LENGTH, 4)) for code in codes]


def codes_left(person: User) -> int:
    return RecoveryCode.objects.filter(person=person, used_at=None).count()
