"""What a person has beyond his role for a time: given, ended early, and told to the log when it begins and ends.

That it holds, and holds no more, is nobody's act: the rules look at the clock.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.actors import CHANGING, READING, Actor, Ends, ends_of, verb_of
from kartu.core.outbox import publish
from kartu.core.rights import rights
from kartu.firm.acts import act, is_owner, must, stored, tell, telling
from kartu.firm.events import GivenForATime
from kartu.firm.lifting import must_be_owner_for, must_have, reaches
from kartu.firm.models import Absence, Role, Team, TemporaryRight, User
from kartu.firm.models.user import may_be_stood_in_for
from kartu.firm.rights import ABSENCES, PEOPLE, ROLES

__all__ = [
    "end_given",
    "give_role_for_a_time",
    "give_team_for_a_time",
    "move_given",
    "name_deputy",
    "note_beginnings_and_ends",
]

LONGEST = timedelta(days=366)


@act(ROLES)
def give_role_for_a_time(
    *, person: User, role: Role, from_at: datetime, until_at: datetime, by: Actor
) -> TemporaryRight:
    """Let `person` work as `role` too. Nobody gives himself, or more than he has."""
    must(is_owner(by) or by.pk != person.pk, "another role for oneself")
    if role.code == Role.OWNER or not role.is_active:
        raise ValidationError({"role": _("This role is not given for a time.")})
    must_be_owner_for([role], by)
    must_have({right.code: role.scope(right.code) for right in rights}, by)
    return keep(TemporaryRight(person=person, role=role, from_at=from_at, until_at=until_at), by)


@act(ROLES)
def give_team_for_a_time(
    *, person: User, team: Team, may_change: bool = False, from_at: datetime, until_at: datetime, by: Actor
) -> TemporaryRight:
    """Let `person` see what is `team`'s (or change it, too), as far as his role lets him see such things at all."""
    must(is_owner(by) or by.pk != person.pk, "another reach for oneself")
    if not is_owner(by):
        must_reach(team, READING | CHANGING if may_change else READING, person, by)
    given = TemporaryRight(person=person, team=team, may_change=may_change, from_at=from_at, until_at=until_at)
    return keep(given, by)


def must_reach(team: Team, verbs: frozenset[str], person: User, by: Actor) -> None:
    """Nobody opens a team to `person` further than it is open to himself."""
    for right in (right.code for right in rights if right.scoped and verb_of(right.code) in verbs):
        if person.may(right):
            ends = ends_of(by, right) if by.may(right) else Ends(())
            must(ends is None or team.pk in ends.teams, f"more of {right} than one has")


@act(why="everybody says who stands in for him; for others it is asked who may")
def name_deputy(
    *,
    absent: User,
    deputy: User,
    from_at: datetime,
    until_at: datetime,
    absence: Absence | None = None,
    by: Actor,
) -> TemporaryRight:
    """Let `deputy` see and do what `absent` could with the rows within his reach; where there is one, as long as the
    `absence` that goes with it."""
    if not (by.is_system or by.pk == absent.pk or by.may(PEOPLE)):
        must(absence is not None and absence.person_id == absent.pk, "a deputy of somebody else")
        must(by.may(ABSENCES) and reaches(absent, ABSENCES, by), "a deputy of somebody else")
        must_have(
            {right.code: absent.role.scope(right.code) for right in rights if may_be_stood_in_for(right.code)}, by
        )
    is_lifting = absent.is_owner or by.pk == deputy.pk
    must(is_owner(by) or by.pk == absent.pk or not is_lifting, "the place of somebody else")
    if absent.pk == deputy.pk:
        raise ValidationError({"deputy": _("Choose somebody else.")})
    if not deputy.is_active or not absent.is_active:
        raise ValidationError({"deputy": _("This access is closed.")})
    given = TemporaryRight(person=deputy, absent=absent, absence=absence, from_at=from_at, until_at=until_at)
    return keep(given, by)


def keep(given: TemporaryRight, by: Actor) -> TemporaryRight:
    if given.until_at <= max(given.from_at, timezone.now()):
        raise ValidationError({"until_at": _("The end must come after the beginning, and be yet to come.")})
    if given.until_at - given.from_at > LONGEST:
        raise ValidationError({"until_at": _("At most a year. For longer, give another role.")})
    given.given_by_id = given.given_by_id or by.pk
    person = User.objects.select_for_update().get(pk=given.person_id)
    with telling(given, by=by):
        given.save()
    person.beyond_until = max(filter(None, [person.beyond_until, given.until_at]))
    person.save(update_fields=["beyond_until"])
    publish(GivenForATime(given.pk, "given", by.pk))
    return given


@act(why="it goes with an absence, which asks who may")
def move_given(*, given: TemporaryRight, from_at: datetime, until_at: datetime, by: Actor) -> TemporaryRight:
    """Let a deputy's place begin and end with the absence that it goes with."""
    is_of_absence = given.absence_id is not None and by.may(ABSENCES) and reaches(given.absent, ABSENCES, by)
    must(by.is_system or is_of_absence, "what somebody has for a time")
    locked = TemporaryRight.objects.select_for_update().get(pk=given.pk)
    locked.from_at, locked.until_at = from_at, until_at
    return locked if locked.ended_at else keep(locked, by)


@act(why="whoever gave it, or may give it, takes it back; for deputies the absent one himself")
def end_given(*, given: TemporaryRight, by: Actor) -> TemporaryRight:
    """Let it hold no more from this moment on."""
    must(may_end(given, by), "what somebody has for a time")
    locked = TemporaryRight.objects.select_for_update().get(pk=given.pk)
    if locked.ended_at is None and locked.until_at > timezone.now():
        with telling(locked, by=by):
            locked.ended_at = timezone.now()
            locked.save(update_fields=["ended_at"])
    return locked


def may_end(given: TemporaryRight, by: Actor) -> bool:
    if by.is_system or by.may(ROLES):
        return True
    if given.absence_id and by.may(ABSENCES) and reaches(given.absent, ABSENCES, by):
        return True
    return bool(given.absent_id) and (by.pk == given.absent_id or by.may(PEOPLE))


@act(why="the program itself keeps the log")
def note_beginnings_and_ends(*, by: Actor) -> int:
    """Lines of the log for all that has begun or ended since the last look; returns how many."""
    must(by.is_system, "the log's own lines")
    now, count = timezone.now(), 0
    rows = TemporaryRight.objects.select_for_update().filter(is_over=False)
    for given in rows.filter(Q(from_at__lte=now) | Q(ended_at__isnull=False)).order_by("pk"):
        is_over = given.ended_at is not None or given.until_at <= now
        if not given.is_begun and (given.ended_at is None or given.ended_at > given.from_at):
            count += note(given, "began", given.from_at, by)
        given.is_begun, given.is_over = True, is_over
        if is_over:
            count += note(given, "ended", given.ended_at or given.until_at, by)
            publish(GivenForATime(given.pk, "over", by.pk))
        given.save(update_fields=["is_begun", "is_over"])
    return count


def note(given: TemporaryRight, what: str, at: datetime, by: Actor) -> int:
    """One line, with the moment at which it was so by the rules."""
    tell("change", given, by=by, values={"after": {what: at.isoformat()}, "given": stored(given)})
    return 1
