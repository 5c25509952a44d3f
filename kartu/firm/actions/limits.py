"""Working hours and addresses of a role or a person."""

import ipaddress
from datetime import time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.firm.acts import act, is_owner, must, stored, tell, telling
from kartu.firm.entry import other_owners
from kartu.firm.models import EntryLimit, Role
from kartu.firm.rights import ROLES

__all__ = ["remove_limit", "set_limit"]


@act(ROLES)
def set_limit(
    *,
    limit: EntryLimit,
    days: list[int],
    from_time: time | None,
    until_time: time | None,
    addresses: list[str],
    by: Actor,
) -> EntryLimit:
    """Let the role or person of `limit` (a new one, or one that is changed) work then and from there only."""
    check_owner(limit, by)
    if (from_time is None) != (until_time is None) or (from_time is not None and from_time == until_time):
        raise ValidationError({"until_time": _("Give both times, and different ones, or neither.")})
    addresses = [network_of(text) for text in addresses]
    if not days and from_time is None and not addresses:
        raise ValidationError(_("Limit the days, the hours or the addresses."))
    limit.days, limit.addresses = sorted(set(days)), addresses
    limit.from_time, limit.until_time = from_time, until_time
    with telling(limit, by=by):
        limit.save()
    return limit


def check_owner(limit: EntryLimit, by: Actor) -> None:
    """Owners cannot be shut out together: one without a limit stays, who can take the others' back."""
    if limit.role_id and limit.role.code == Role.OWNER:
        raise ValidationError({"role": _("Owners cannot be limited together. Choose a person.")})
    if limit.person_id and limit.person.is_owner:
        must(is_owner(by), "a limit for an owner")
        Role.objects.select_for_update().get(code=Role.OWNER)
        if not other_owners(limit.person):
            raise ValidationError(
                {"person": _("No other owner would be without a limit. Make somebody an owner first.")}
            )


def network_of(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError:
        told = _("%(text)s is no address. Write it like 192.168.1.0/24 or 203.0.113.7.") % {"text": text.strip()}
        raise ValidationError({"addresses": told}) from None


@act(ROLES)
def remove_limit(*, limit: EntryLimit, by: Actor) -> None:
    if limit.person_id:
        must(is_owner(by) or by.pk != limit.person_id, "the limit of oneself")
    tell("trash", limit, by=by, values={"before": stored(limit)})
    limit.delete()
