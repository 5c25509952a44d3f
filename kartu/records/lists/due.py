"""What is still to be done, in a list: said so that nobody has to work out whether it is late."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartu.core import formats
from kartu.core.components.basics import status
from kartu.records.lists.days import Moment, said_of_day

if TYPE_CHECKING:
    from kartu.records.lists.look import Look


@dataclass(frozen=True)
class Due(Moment):
    """A moment by which something is promised: late is red, today is lit, none at all is told, too."""

    def html(self, row: Any, field: str, look: "Look") -> str:
        moment = getattr(row, field)
        if not moment:
            return look.remembered("due.none", lambda: status(_("None"), icon="minus", css="t3"))
        here = moment.astimezone(look.zone)
        # All of a day look the same, but for the days on which the hour is told.
        hour = here.time() if 0 <= (here.date() - look.today).days < 7 else None
        shown = look.remembered(("due", here.date(), hour), lambda: told(moment, here, look))
        _near, exact = said_of_day(here.date(), look.today, look.locale)
        return f'<span title="{exact}, {here.hour:02}:{here.minute:02}">{shown}</span>'


def told(moment: datetime, here: datetime, look: "Look") -> SafeString:
    """`moment` in words with its icon; `here`: the same in the person's zone."""
    days = (look.today - here.date()).days
    if days > 0:
        late = ngettext("Late %(count)s day", "Late %(count)s days", days) % {"count": days}
        return status(late, icon="alert-triangle", tone="bad")
    if moment < look.asking.now:
        return status(_("Late, since %(time)s") % {"time": f"{here:%H:%M}"}, icon="alert-triangle", tone="bad")
    near = capfirst(formats.near_date(moment, now=look.asking.now))
    if days == 0:
        return status(near, icon="clock", tone="acc")
    return status(near, icon="clock" if days == -1 else "calendar-event")
