"""Notes, calls, meetings and messages in the history."""

from collections.abc import Iterator

from kartu.clients.actions.touches import may_correct
from kartu.clients.models import Client, Touch
from kartu.clients.timeline.entries import Cursor, Entry
from kartu.core.actors import Actor

ORDER = 20
FILTERS = tuple((str(kind.value), kind.label) for kind in Touch.Kind)
ICONS = {Touch.Kind.NOTE: "note", Touch.Kind.MEETING: "users", Touch.Kind.MESSAGE: "message-2"}
CALLS = {Touch.Direction.OUT: "phone-outgoing", Touch.Direction.IN: "phone-incoming", "": "phone"}


def entries(client: Client, by: Actor, before: Cursor | None, limit: int, *, kind: str = "") -> Iterator[Entry]:
    rows = client.touches.select_related("by", "contact").order_by("-at", "-id")
    if kind:
        rows = rows.filter(kind=kind)
    if before:
        rows = rows.filter(before.behind(ORDER))
    for touch in rows[:limit]:
        touch.client = client
        data = {"touch": touch, "may_correct": may_correct(touch, by)}
        place = Cursor(touch.at, ORDER, touch.pk)
        yield Entry(place, icon_of(touch), "clients/timeline/touch.html", data, anchor=f"touch-{touch.pk}")


def icon_of(touch: Touch) -> str:
    return CALLS[touch.direction] if touch.kind == Touch.Kind.CALL else ICONS[Touch.Kind(touch.kind)]
