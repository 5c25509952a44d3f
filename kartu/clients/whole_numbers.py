"""Finding a client by the whole phone or e-mail, for those who read such behind masks.

A part of one would tell the rest, letter by letter; so would trying all that may stand behind the mask. So only whole
ones are compared, and of these so many in an hour. What was told stays told; each stands in the log of looks.
"""

from datetime import timedelta

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils import timezone

from kartu.clients import channels
from kartu.clients.contact_details import EMAILS, PHONES, Sight, sees_all, sight
from kartu.clients.models import Channel, Client
from kartu.clients.ways import country_of_reader
from kartu.core.actors import Actor
from kartu.firm.models import Firm
from kartu.security.models import ViewRow
from kartu.security.views_log import saw

WHOLE = "whole"
MOST_ASKED, ASKING = 20, timedelta(hours=1)


def numbers_told(text: str, by: Actor) -> tuple[str, ...]:
    """The whole numbers or the address that `text` is, in their normal spelling, as far as `by` needs them whole and is
    told who has them; () for whoever finds by any part."""
    if by.is_system or sees_all(by):
        return ()
    kinds = [kind for kind, what in KINDS if sight(by, what) is not Sight.FULL]
    return tuple(value for kind in kinds for value in whole(kind, text, by) if is_told(value, by))


KINDS = ((Channel.Kind.PHONE, PHONES), (Channel.Kind.EMAIL, EMAILS))


def whole(kind: str, text: str, by: Actor) -> list[str]:
    try:
        values = [way.value for way in channels.read(kind, text, country_of_reader(by) or country_of_firm())]
    except ValidationError:
        return []
    return values if kind == Channel.Kind.EMAIL else [value for value in values if is_given_out(value)]


def country_of_firm() -> str:
    firm = Firm.current()
    return firm.country if firm else ""


def is_given_out(e164: str) -> bool:
    """Beginnings of a number that is being typed are mostly none, and are not counted."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(e164, None))
    except phonenumbers.NumberParseException:
        return False


def is_told(value: str, by: Actor) -> bool:
    """Whether `value` is among the first MOST_ASKED of the last hour. Written before it is counted, so that two that
    are asked at once are not both the last one."""
    since = timezone.now() - ASKING
    saw("search", by=by, object_type=Client._meta.label_lower, detail={WHOLE: value}, at_once=True)
    lately = (since, timezone.now())
    rows = ViewRow.objects.filter(actor_id=by.pk, kind=ViewRow.SEARCH, at__range=lately).order_by("pk")
    asked = [detail[WHOLE] for detail in rows.values_list("detail", flat=True).iterator(200) if WHOLE in detail]
    first = dict.fromkeys(asked)
    # Whoever types a number asks for its beginning too: that is one question.
    whole = [each for each in first if not any(other != each and other.startswith(each) for other in first)]
    return value in whole[:MOST_ASKED] or value in first and len(whole) <= MOST_ASKED
