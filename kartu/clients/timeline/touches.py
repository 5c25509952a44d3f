"""Notes, calls, meetings and messages in the history."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from kartu.clients.actions.touches import may_correct
from kartu.clients.card import parts_of
from kartu.clients.models import Client, Touch
from kartu.clients.rights import CHANGE, reaches
from kartu.clients.timeline.entries import Cursor, Entry
from kartu.clients.timeline.html import ShownTouch, touch_html
from kartu.clients.told_text import told
from kartu.clients.ways import country_of_reader
from kartu.core.actors import Actor
from kartu.firm.models import User
from kartu.records.models import File
from kartu.records.rights import FILES_ATTACH, FILES_VIEW
from kartu.security.rows import GuardedQuerySet

ORDER = 20
FILTERS = tuple((str(kind.value), kind.label) for kind in Touch.Kind)
ICONS = {Touch.Kind.NOTE: "note", Touch.Kind.MEETING: "users", Touch.Kind.MESSAGE: "message-2"}
CALLS = {Touch.Direction.OUT: "phone-outgoing", Touch.Direction.IN: "phone-incoming", "": "phone"}
WHY = "files of touches that have just been shown"


def entries(client: Client, by: Actor, before: Cursor | None, limit: int, *, kind: str = "") -> Iterator[Entry]:
    if kind or before:
        rows = with_people(client.touches.all())
        rows = rows.filter(kind=kind) if kind else rows
        touches = list((rows.filter(before.behind(ORDER)) if before else rows)[:limit])
    else:
        touches = parts_of(client, "touches", lambda rows: with_people(rows)[:limit], "newest", limit)
    names, kept = names_in(touches), files_of(touches, by)
    country = country_of_reader(by)
    may_attach = by.may(FILES_ATTACH) and reaches(by, client, CHANGE)
    for touch in touches:
        touch.client = client
        people = {pk: names[pk] for pk in touch.mentions if pk in names}
        shown = ShownTouch(
            touch,
            text=told(touch.text, country, people),
            files=kept.get(touch.pk, []),
            may_correct=may_correct(touch, by),
            may_attach=may_attach,
        )
        place = Cursor(touch.at, ORDER, touch.pk)
        yield Entry(place, icon_of(touch), touch_html(shown), anchor=f"touch-{touch.pk}")


def with_people(rows: GuardedQuerySet) -> GuardedQuerySet:
    rows = rows.select_related("by", "contact").order_by("-at", "-id")
    return rows.annotate(has_files=Exists(files().filter(about_id=OuterRef("pk"))))


def count(client: Client, by: Actor) -> int:
    return client.touch_count


def names_in(touches: list[Touch]) -> dict[int, str]:
    """Names of the colleagues who are mentioned; nothing is asked where nobody is."""
    mentioned = {pk for touch in touches for pk in touch.mentions}
    return dict(User.objects.filter(pk__in=mentioned).values_list("pk", "name")) if mentioned else {}


def files_of(touches: list[Touch], by: Actor) -> dict[int, list[File]]:
    ids = [touch.pk for touch in touches if touch.has_files]
    if not ids or not by.may(FILES_VIEW):
        return {}
    found = defaultdict(list)
    for file in files().filter(about_id__in=ids).order_by("id"):
        found[file.about_id].append(file)
    return found


def files() -> "File.objects":
    """The files of all touches, each in its newest version."""
    rows = File.objects.as_system(WHY).filter(about_type=Touch._meta.label_lower, trashed_at=None)
    return rows.filter(replaced_by=None)


def icon_of(touch: Touch) -> str:
    return CALLS[touch.direction] if touch.kind == Touch.Kind.CALL else ICONS[Touch.Kind(touch.kind)]
