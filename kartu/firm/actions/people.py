"""Colleagues: invited, let in, given their place, shown out."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.firm.acts import act, is_owner, must, stored, tell, telling
from kartu.firm.ending import sign_out
from kartu.firm.lifting import must_be_owner_for
from kartu.firm.models import Branch, Device, Firm, Invitation, KeyLink, Role, Team, User
from kartu.firm.recovery import forget_second
from kartu.firm.rights import PEOPLE
from kartu.firm.signals import let_in, shown_out, sign_in_changed


class LinkGone(RuntimeError):
    """The link was used, taken back or has grown too old meanwhile."""


@act(PEOPLE)
def invite(
    *, role: Role, team: Team | None, branch: Branch | None, name: str, email: str, by: User
) -> tuple[Invitation, str]:
    """A new invitation and the token of its link, which is never to be had again."""
    must_be_owner_for([role], by)
    _must_be_in_use(role)
    invitation, token = Invitation.issue(role=role, team=team, branch=branch, name=name, email=email, invited_by=by)
    tell("create", invitation, by=by, values={"after": stored(invitation)})
    return invitation, token


@act(PEOPLE)
def take_back(*, invitation: Invitation, by: Actor) -> None:
    """Close an open invitation: its link opens nothing any more."""
    with telling(invitation, by=by):
        invitation.expires_at = min(invitation.expires_at, timezone.now())
        invitation.save()


@act(why="the invitation stands for the right")
def join(*, invitation: Invitation, name: str, email: str, password: str, language: str, by: Actor) -> User:
    """Let a colleague in as the invitation says. Raises LinkGone when the link was used or taken back meanwhile."""
    if not invitation.use() or not invitation.invited_by.is_active:
        raise LinkGone
    person = User(
        name=name,
        email=email,
        language=language,
        role=invitation.role,
        team=invitation.team,
        branch=invitation.branch,
        time_zone=_zone_for(invitation.branch),
    )
    person.set_password(password)
    _keep_account(person, by)
    with telling(invitation, by=by):
        invitation.joined = person
        invitation.save()
    return person


def _keep_account(person: User, by: Actor) -> None:
    try:
        with transaction.atomic(), telling(person, by=by):
            person.save()
    except IntegrityError:
        raise ValidationError({"email": _("Somebody signs in with this e-mail already.")}) from None


def _zone_for(branch: Branch | None) -> str:
    firm = Firm.current()
    return (branch and branch.time_zone) or (firm and firm.time_zone) or "UTC"


@act(PEOPLE)
def place(*, person: User, role: Role, team: Team | None, branch: Branch | None, by: Actor) -> User:
    """Give a colleague role, team and branch. ValidationError when the firm would be left without an owner."""
    before = User.objects.select_related("role").get(pk=person.pk)
    if before.role_id != role.pk:
        must_be_owner_for([before.role, role], by)
        must(is_owner(by) or by.pk != person.pk, "another role for oneself")
        _must_be_in_use(role)
        _keep_an_owner(without=before)
    with telling(person, by=by):
        person.role, person.team, person.branch = role, team, branch
        person.save()
    if not role.scope(PEOPLE):
        _close_links_of(person, by)
    return person


@act(PEOPLE)
def give_key(*, person: User, by: User) -> tuple[KeyLink, str]:
    """A link by which `person` chooses a new password, and its token. Earlier ones open nothing any more."""
    must_be_owner_for([person.role], by)
    _close(KeyLink.still_open().filter(person=person), by)
    link, token = KeyLink.issue(person=person, given_by=by)
    tell("create", link, by=by, values={"after": stored(link)})
    return link, token


@act(why="whoever stands at the server's keyboard holds all data already")
def recover(*, person: User, by: Actor) -> tuple[KeyLink, str]:
    """A link as of `give_key` with which the second step goes, too, made on the server. All owners are told."""
    must(by.is_system, "a way in past the second step")
    _close(KeyLink.still_open().filter(person=person), by)
    link, token = KeyLink.issue(person=person, given_by=person, without_second=True)
    tell("create", link, by=by, values={"after": stored(link)})
    sign_in_changed.send(sender=None, what="recovery", person=person, by=by)
    return link, token


@act(why="the link stands for the forgotten password")
def take_key(*, link: KeyLink, password: str, by: Actor) -> User:
    """Give the person of `link` a new password; every session ends. Raises LinkGone when the link is closed."""
    if not link.use() or not link.person.is_active or not link.given_by.is_active:
        raise LinkGone
    person = link.person
    person.set_password(password)
    person.session_number += 1
    person.save(update_fields=["password", "session_number"])
    tell("change", person, by=by, values={"changed": ["password"]})
    if link.without_second:
        forget_second(person, by)
    sign_out(Device.objects.of(person), by)
    return person


@act(PEOPLE)
def close_access(*, person: User, by: Actor) -> User:
    """Show a colleague out: every session ends at the next request, and whatever he has invited finds the door shut.

    What waits in his name in the apps above ends in the same transaction (`security.revoked`).
    """
    must_be_owner_for([person.role], by)
    if person.pk == by.pk:
        raise ValidationError(_("You cannot close your own access. Another owner can."))
    _keep_an_owner(without=person)
    with telling(person, by=by):
        person.is_active = False
        person.session_number += 1
        person.save()
    sign_out(Device.objects.of(person), by)
    _close(KeyLink.still_open().filter(person=person), by)
    _close_links_of(person, by)
    shown_out.send(sender=None, person=person, by=by)
    return person


@act(PEOPLE)
def open_access(*, person: User, by: Actor) -> User:
    """Let a colleague in again, with the password he had."""
    must_be_owner_for([person.role], by)
    with telling(person, by=by):
        person.is_active = True
        person.save()
    let_in.send(sender=None, person=person, by=by)
    return person


def _must_be_in_use(role: Role) -> None:
    """The lock makes whoever puts the role out of use at this moment wait, and see that somebody has it."""
    if not Role.objects.select_for_update().get(pk=role.pk).is_active:
        raise ValidationError(_("This role is not in use any more. Choose another one."))


def _keep_an_owner(*, without: User) -> None:
    """Raise ValidationError if nobody but `without`, an owner, is an owner who can sign in.

    The lock on the role makes two who take the role from each other at once come one after the other.
    """
    if not without.is_owner:
        return
    owner = Role.objects.select_for_update().get(code=Role.OWNER)
    if not owner.users.filter(is_active=True).exclude(pk=without.pk).exists():
        raise ValidationError(_("This is the only owner. Make somebody else an owner first."))


def _close_links_of(person: User, by: Actor) -> None:
    """Whatever doors `person` has opened for others."""
    _close(Invitation.still_open().filter(invited_by=person), by)
    _close(KeyLink.still_open().filter(given_by=person), by)


def _close(links: QuerySet, by: Actor) -> None:
    for link in links:
        with telling(link, by=by):
            link.expires_at = timezone.now()
            link.save()
