"""Passkeys come and go, and are used."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.access import denied
from kartu.core.actors import Actor
from kartu.core.outbox import publish
from kartu.firm.acts import act, must, stored, tell, telling
from kartu.firm.events import PasskeyCopied
from kartu.firm.models import Passkey, User
from kartu.firm.passkeys import Made, Proof, Refused
from kartu.firm.recovery import way_added, way_ended

# Enough for every device of a person, and not for filling the table.
MOST = 20


@act(why="everybody keeps his own passkeys; who he is was asked before the device was")
def add_passkey(*, made: Made, name: str, by: User) -> list[str]:
    """Keep what the device of `by` has made. With the first second way come recovery codes, to be shown once.

    Raises ValidationError for one too many, or one that is known.
    """
    if Passkey.objects.filter(person=by).count() >= MOST:
        raise ValidationError(_("You have %(count)s passkeys. Remove one that you do not use.") % {"count": MOST})
    passkey = Passkey(person=by, name=name, **vars(made))
    try:
        with transaction.atomic(), telling(passkey, by=by):
            passkey.save()
    except IntegrityError:
        raise ValidationError(_("This passkey is known already.")) from None
    return way_added("passkey", by)


@act(why="everybody keeps his own passkeys")
def remove_passkey(*, passkey: Passkey, by: User) -> None:
    must(passkey.person_id == by.pk, f"passkey {passkey.pk}")
    tell("purge", passkey, by=by, values={"before": stored(passkey)})
    passkey.delete()
    if not Passkey.objects.filter(person=by).exists():
        way_ended("passkey", by)


@act(why="the passkey was the proof")
def use_passkey(*, proof: Proof, by: Actor) -> bool:
    """Note the use. False, and the owners hear of it: the passkey has counted less than before, so there is a copy of
    it about. A device that counts nothing (0) cannot tell."""
    counted = Q(sign_count__lt=proof.sign_count) if proof.sign_count else Q(sign_count=0)
    rows = Passkey.objects.filter(counted, pk=proof.passkey.pk)
    if rows.update(sign_count=proof.sign_count, last_used_at=timezone.now()):
        return True
    publish(PasskeyCopied(proof.passkey.pk))
    return False


@act(why="whoever fails to sign in is nobody yet")
def note_refusal(*, refused: Refused, by: Actor) -> None:
    """A passkey that was no proof, in the log under its person, if it is known whose it would have been."""
    passkey = refused.passkey
    values = {"reason": refused.reason, **({"passkey": passkey.name} if passkey else {})}
    tell("sign_in_failed", passkey.person if passkey else None, by=by, values=values)


@act(why="everybody keeps his own passkeys")
def note_not_added(*, refused: Refused, by: Actor) -> None:
    denied.send(sender=None, by=by, right="", target=f"a new passkey: {refused.reason}")
