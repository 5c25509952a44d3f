"""Segments that are offered from the start; each is one click from being kept, and a lesson in what can be asked."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kartu.clients.segments.meaning import understood
from kartu.core.expressions import ExpressionError
from kartu.core.registry import Registry
from kartu.records.lists.asking import Asking


@dataclass(frozen=True)
class Ready:
    key: str
    label: str | Promise
    text: str
    order: int


READY: Registry[Ready] = Registry("clients.segments.ready", "Segments that are offered from the start: a Ready.")
for order, (key, label, text) in enumerate(
    (
        ("silent", _("Silent more than 90 days"), "touches.last older than 90 days"),
        ("never_called", _("Never called"), "calls.count = 0"),
        ("cooling", _("Often in touch, then silent"), "touches.count(365) > 3 and touches.count(60) = 0"),
        ("alone", _("Nobody looks after them"), "responsible is empty"),
        ("left", _("Looked after by somebody who has left"), "colleague_left"),
        (
            "lost_sight",
            _("Often called, silent, colleague has left"),
            "calls.count(365) > 3 and touches.last older than 90 days and colleague_left",
        ),
        ("unreachable", _("No phone and no e-mail"), "phone is empty and email is empty"),
    ),
    1,
):
    READY.add(Ready(key, label, text, order * 10))


def ready_for(asking: Asking) -> dict[str, Ready]:
    """Those that ask for nothing but what the person may know."""
    return {ready.key: ready for ready in READY if is_understood(ready.text, asking)}


def is_understood(text: str, asking: Asking) -> bool:
    try:
        understood(text, asking)
    except ExpressionError:
        return False
    return True
