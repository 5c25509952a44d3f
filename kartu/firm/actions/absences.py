"""Who is away and when. A deputy's place begins, changes and ends with the absence that it goes with."""

from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.core.outbox import publish
from kartu.firm.absences import when
from kartu.firm.actions.beyond import end_given, move_given, name_deputy
from kartu.firm.acts import act, must, telling
from kartu.firm.events import AbsenceEnded, AbsenceSet
from kartu.firm.lifting import reaches
from kartu.firm.models import Absence, TemporaryRight, User
from kartu.firm.rights import ABSENCES, PEOPLE

__all__ = ["cancel_absence", "end_absences_of", "note_ends", "restore_absence", "set_absence"]

LONGEST = timedelta(days=5 * 366)


@act(ABSENCES)
def set_absence(*, absence: Absence, deputies: Iterable[User] = (), by: Actor) -> Absence:
    """Save a new or changed absence; `deputies` are all who are to stand in. Nobody is away twice at once."""
    must_reach_person(absence.person, by)
    kept = locked(absence)
    must(kept.person_id == absence.person_id, "the absence of somebody else")
    if not kept.is_live:
        raise ValidationError(_("This absence was called off meanwhile."))
    check(absence)
    if not absence.pk:
        absence.created_by_id = by.pk
    absence.is_over = absence.is_over and absence.is_past
    with telling(absence, by=by):
        absence.save()
    set_deputies(absence, {deputy.pk: deputy for deputy in deputies}, by)
    publish(AbsenceSet(absence.pk, by.pk))
    return absence


def must_reach_person(person: User, by: Actor) -> None:
    must(reaches(person, ABSENCES, by), "the absence of somebody else")


def locked(absence: Absence) -> Absence:
    """The absence as it is kept, in the hands of whoever changes it, with its person, of whom no other absence is
    written meanwhile; a new one is itself."""
    User.objects.select_for_update().get(pk=absence.person_id)
    rows = Absence.objects.select_for_update(of=("self",)).select_related("person")
    return rows.get(pk=absence.pk) if absence.pk else absence


def check(absence: Absence) -> None:
    """Raise ValidationError, by field, where the absence cannot be as it is."""
    if not absence.person.is_active:
        raise ValidationError({"person": _("This access is closed.")})
    if absence.until_at <= absence.from_at:
        raise ValidationError({"until_at": _("The end must come after the beginning.")})
    if absence.until_at - absence.from_at > LONGEST:
        raise ValidationError({"until_at": _("At most five years.")})
    others = Absence.objects.between(absence.from_at, absence.until_at).filter(person_id=absence.person_id)
    if other := others.exclude(pk=absence.pk).order_by("from_at").first():
        told = _("%(name)s is away then already: %(when)s.") % {"name": absence.person, "when": when(other)}
        raise ValidationError({"from_at": told})


def set_deputies(absence: Absence, wanted: dict[int, User], by: Actor) -> None:
    """Let just those of `wanted` stand in, as long as the absence is."""
    now = timezone.now()
    for given in open_places(absence):
        is_begun, ends = given.from_at <= now, absence.until_at
        if given.person_id not in wanted or not absence.is_live or ends <= now or is_begun and absence.from_at > now:
            end_given(given=given, by=by)
            continue
        del wanted[given.person_id]
        begins = given.from_at if is_begun else max(absence.from_at, now)
        if (begins, ends) != (given.from_at, given.until_at):
            move_given(given=given, from_at=begins, until_at=ends, by=by)
    if not absence.is_live or (absence.until_at <= now and not wanted):
        return
    begins = max(absence.from_at, now)
    for deputy in wanted.values():
        try:
            name_deputy(
                absent=absence.person, deputy=deputy, from_at=begins, until_at=absence.until_at, absence=absence, by=by
            )
        except ValidationError as refused:
            raise ValidationError({"deputies": refused.messages}) from None


def open_places(absence: Absence) -> QuerySet[TemporaryRight]:
    return TemporaryRight.open().filter(absence=absence).order_by("pk")


@act(ABSENCES)
def cancel_absence(*, absence: Absence, by: Actor) -> Absence:
    """The person is there after all; whoever stood in does so no more."""
    absence = locked(absence)
    must_reach_person(absence.person, by)
    if absence.is_live:
        with telling(absence, by=by):
            absence.cancelled_at = timezone.now()
            absence.save(update_fields=["cancelled_at"])
        set_deputies(absence, {}, by)
        publish(AbsenceEnded(absence.pk, by.pk))
    return absence


@act(ABSENCES)
def restore_absence(*, absence: Absence, deputies: Iterable[User] = (), by: Actor) -> Absence:
    """Take back that an absence was called off."""
    absence = locked(absence)
    must_reach_person(absence.person, by)
    if absence.is_live:
        return absence
    check(absence)
    with telling(absence, by=by):
        absence.cancelled_at = None
        absence.save(update_fields=["cancelled_at"])
    if not absence.is_past:
        set_deputies(absence, {deputy.pk: deputy for deputy in deputies}, by)
    publish(AbsenceSet(absence.pk, by.pk))
    return absence


def open_absences(people: Iterable[int]) -> QuerySet[Absence]:
    """Those that are, or are yet to come."""
    return Absence.objects.live().filter(person_id__in=people, until_at__gt=timezone.now())


@act(why="goes with the access of a person, whose closing has asked who may")
def end_absences_of(*, person: User, by: Actor) -> None:
    """Whoever is here no more is not away either: what is to come is called off, what is ends now."""
    must(by.is_system or by.may(PEOPLE), "the absences of somebody else")
    now = timezone.now()
    for absence in open_absences([person.pk]).select_for_update(of=("self",)).select_related("person"):
        with telling(absence, by=by):
            if absence.from_at < now:
                absence.until_at, absence.is_over = now, True
            else:
                absence.cancelled_at = now
            absence.save()
        for given in open_places(absence):
            end_given(given=given, by=by)
        publish(AbsenceEnded(absence.pk, by.pk))


@act(why="the program itself looks at the clock")
def note_ends(*, by: Actor) -> int:
    """Tell of the absences that are over since the last look; returns how many."""
    must(by.is_system, "the end of an absence")
    rows = Absence.objects.live().filter(is_over=False, until_at__lte=timezone.now())
    ended = list(rows.select_for_update().order_by("pk"))
    for absence in ended:
        absence.is_over = True
        absence.save(update_fields=["is_over"])
        publish(AbsenceEnded(absence.pk, None))
    return len(ended)
