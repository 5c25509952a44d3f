"""The second step of signing in: set up, proved, taken off, reset by an owner."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.core.sealing import Unreadable, seal, unseal
from kartu.firm import totp
from kartu.firm.acts import act, is_owner, must, tell, telling
from kartu.firm.models import Firm, RecoveryCode, TotpSecret, User
from kartu.firm.models.invitation import digest
from kartu.firm.recovery import forget_second, make_codes, way_added, way_ended
from kartu.firm.rights import PEOPLE
from kartu.firm.second import ways_of

PURPOSE = "totp"


@act(why="everybody keeps his own second step")
def set_up_app(*, secret: str, code: str, by: User) -> list[str]:
    """Ask `by` for a code of the app that holds `secret` from now on; `code` proves that it does.

    Returns the recovery codes that were made with it, to be shown once: none for whoever has some already.
    """
    step = totp.step_of(code, secret)
    if step is None:
        raise ValidationError({"code": _("This is not the code that the app shows. Is the clock of the phone right?")})
    kept = {"sealed": seal(secret, PURPOSE), "last_step": step, "made_at": timezone.now()}
    TotpSecret.objects.update_or_create(person=by, defaults=kept)
    return way_added("totp", by)


@act(why="everybody keeps his own recovery codes")
def renew_codes(*, by: User) -> list[str]:
    must(bool(ways_of(by)), "recovery codes without a second step")
    tell("second_codes", by, by=by, values={})
    return make_codes(by)


@act(why="everybody keeps his own second step")
def take_off_app(*, by: User) -> None:
    if TotpSecret.objects.filter(person=by).delete()[0]:
        way_ended("totp", by)


@act(PEOPLE)
def reset(*, person: User, by: Actor) -> None:
    """Let a colleague who has lost the phone sign in by the password alone. Only an owner may: with a new password he
    could be that colleague, who is told of it therefore."""
    must(is_owner(by) and by.pk != person.pk, "taking off the second step of somebody")
    forget_second(person, by)


@act(why="the code is the proof")
def take_code(*, person: User, code: str, by: Actor) -> str:
    """Use up `code`: "totp" for one of the app, "recovery" on paper, "" for a wrong one or one that was used."""
    typed = "".join(letter for letter in code.lower() if letter.isalnum())
    if _takes_step(person, typed):
        return "totp"
    codes = RecoveryCode.objects.filter(person=person, digest=digest(typed), used_at=None)
    return "recovery" if codes.update(used_at=timezone.now()) else ""


def _takes_step(person: User, code: str) -> bool:
    """Whether `code` is one of the app of now. The half minute is taken in one statement: of two who give the same
    code at once one is too late."""
    kept = TotpSecret.objects.filter(person=person).first()
    try:
        step = totp.step_of(code, unseal(kept.sealed, PURPOSE)) if kept else None
    except Unreadable:  # the data came from another computer; the codes on paper hold there, too
        return False
    if step is None:
        return False
    return bool(TotpSecret.objects.filter(pk=kept.pk, last_step__lt=step).update(last_step=step))


@act(PEOPLE)
def require_of_all(*, is_on: bool, by: Actor) -> None:
    """Whether everybody needs a second step, or only those who could give the firm away."""
    must(is_owner(by), "of whom a second step is required")
    firm = Firm.objects.get()
    with telling(firm, by=by, verb="setting"):
        firm.second_for_all = is_on
        firm.save(update_fields=["second_for_all"])
