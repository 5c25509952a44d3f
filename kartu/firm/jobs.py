"""What the firm clears away at night."""

from django.utils import timezone

from kartu.core.actors import Actor
from kartu.core.jobs import every
from kartu.firm.actions.absences import note_ends
from kartu.firm.actions.beyond import note_beginnings_and_ends
from kartu.firm.calendars import ends_soon
from kartu.firm.models import Device, Firm, KnownAddress
from kartu.firm.signals import calendar_ends
from kartu.firm.throttle import forgotten


@every(
    "7 3 * * *",
    name="firm.clear_the_door",
    system="Sessions and failures to sign in are forgotten when their time is over",
)
def clear_the_door(*, by: Actor) -> int:
    """Returns how many rows went."""
    sessions, _kinds = Device.objects.over().delete()
    tries, _kinds = forgotten().delete()
    homes, _kinds = KnownAddress.objects.filter(seen_at__lt=timezone.now() - KnownAddress.KEPT).delete()
    return sessions + tries + homes


@every("* * * * *", name="firm.given_for_a_time", system="The log tells when a right given for a time begins and ends")
def tell_of_given(*, by: Actor) -> int:
    """Returns how many lines were written. The rights themselves begin and end by the clock, with or without this."""
    return note_beginnings_and_ends(by=by)


@every("* * * * *", name="firm.absences", system="Whoever has come back is told of as soon as his absence is over")
def tell_of_ends(*, by: Actor) -> int:
    """Returns how many absences are over. That somebody is back holds by the clock, with or without this."""
    return note_ends(by=by)


@every("12 6 * * *", name="firm.calendar_ends", system="Owners hear in time that the calendar of the country ends")
def tell_of_the_calendar(*, by: Actor) -> int:
    """Returns 1 where the last year that was announced ends within the next weeks."""
    firm = Firm.current()
    year = ends_soon(firm.calendar_country, timezone.localdate()) if firm else None
    if year is None:
        return 0
    calendar_ends.send(sender=None, year=year)
    return 1
