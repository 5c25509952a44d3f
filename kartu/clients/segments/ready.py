"""Segments that are offered from the start; each is one click from being kept, and a lesson in what can be asked."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Ready:
    key: str
    label: str
    text: str


READY = {
    ready.key: ready
    for ready in (
        Ready("silent", _("Silent more than 90 days"), "touches.last older than 90 days"),
        Ready("never_called", _("Never called"), "calls.count = 0"),
        Ready("no_next", _("No next step"), "next_touch is empty and call_backs.count = 0"),
        Ready("cooling", _("Often in touch, then silent"), "touches.count(365) > 3 and touches.count(60) = 0"),
        Ready("alone", _("Nobody looks after them"), "responsible is empty"),
        Ready("left", _("Looked after by somebody who has left"), "colleague_left"),
        Ready(
            "lost_sight",
            _("Often called, silent, colleague has left"),
            "calls.count(365) > 3 and touches.last older than 90 days and colleague_left",
        ),
        Ready("unreachable", _("No phone and no e-mail"), "phone is empty and email is empty"),
    )
}
