"""Roles: made as a copy, renamed, given and denied rights, put out of use."""

import secrets

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartu.core.actors import Actor, Scope
from kartu.core.rights import rights
from kartu.firm.acts import act, is_owner, must, tell, telling
from kartu.firm.lifting import must_have
from kartu.firm.models import Invitation, Role
from kartu.firm.models.role import READY_NAMES
from kartu.firm.rights import ROLES

Reach = dict[str, Scope | None]


@act(ROLES)
def add_role(*, name: str, like: Role, by: Actor) -> Role:
    """A role of the firm's own that may what `like` may today."""
    if like.code == Role.OWNER:
        raise ValidationError({"like": _("The owner may do everything. Make another owner, or copy another role.")})
    must_have({right.code: like.scope(right.code) for right in rights}, by)
    role = Role(code=f"own-{secrets.token_hex(6)}", based_on=like.based_on or like.code, grants=like.grants)
    return _keep_name(role, name, by)


@act(ROLES)
def rename_role(*, role: Role, name: str, by: Actor) -> Role:
    _must_be_the_firms_own(role)
    return _keep_name(role, name, by)


def _keep_name(role: Role, name: str, by: Actor) -> Role:
    role.name = name.strip()
    taken = {str(word).casefold() for word in READY_NAMES.values()}
    taken |= {other.casefold() for other in Role.objects.in_use().exclude(pk=role.pk).values_list("name", flat=True)}
    if role.name.casefold() in taken:
        raise ValidationError({"name": _("There is a role of this name already.")})
    with telling(role, by=by):
        role.save()
    return role


@act(ROLES)
def retire_role(*, role: Role, by: Actor) -> Role:
    """Put a role that nobody has out of use. The row stays for those who read the log."""
    _must_be_the_firms_own(role)
    locked = Role.objects.select_for_update().get(pk=role.pk)
    if locked.users.exists() or Invitation.still_open().filter(role=locked).exists():
        raise ValidationError(_("Somebody still has this role, or is invited to it. Give them another one first."))
    with telling(locked, by=by, verb="trash"):
        locked.is_active = False
        locked.save()
    return locked


@act(ROLES)
def set_reach(*, role: Role, reach: Reach, seen: str, by: Actor) -> Role:
    """Give the rights of `reach` (right -> scope, None: taken away) to `role`, with one line in the log.

    `seen`: the role's stamp as the actor saw it. ValidationError when somebody has changed the role since.
    Whoever is no owner changes neither his own role nor gives more than he has.
    """
    locked = Role.objects.select_for_update().get(pk=role.pk)
    must(locked.code != Role.OWNER, "the role of an owner")
    must(is_owner(by) or by.role_id != locked.pk, "the role of oneself")
    if seen != locked.stamp:
        raise ValidationError(_("Somebody else has changed this role meanwhile. Look at it again."))
    changed = {code: scope for code, scope in reach.items() if scope is not locked.scope(code)}
    must_have(changed, by)
    before = {code: _plain(locked.scope(code)) for code in changed}
    locked.grants = locked.with_reach(reach).grants
    locked.save(update_fields=["grants"])
    if changed:
        after = {code: _plain(scope) for code, scope in changed.items()}
        tell("change", locked, by=by, values={"before": {"rights": before}, "after": {"rights": after}})
    return locked


def _must_be_the_firms_own(role: Role) -> None:
    if role.is_ready:
        raise ValidationError(_("The ready roles keep their names and stay. Make a copy and work with that."))


def _plain(scope: Scope | None) -> str:
    return scope.name.lower() if scope else "no"
