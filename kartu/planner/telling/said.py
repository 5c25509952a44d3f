"""The words in which people hear of acts of others on their tasks, and the kinds of news that these are."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kartu.notifications.kinds import IN_WORK, Kind, kinds

GIVEN, MOVED, ENDED = "planner.given", "planner.moved", "planner.ended"
ANSWERED, NAMED, FREE = "planner.answered", "planner.named", "planner.free"

kinds.add(Kind(GIVEN, _("A colleague sets you a task, or hands one over to you"), IN_WORK, outside=True, order=6))
kinds.add(Kind(ANSWERED, _("Your work is accepted, or given back"), IN_WORK, order=61))
kinds.add(Kind(ENDED, _("What you have set or watch is done"), IN_WORK, order=62))
kinds.add(Kind(MOVED, _("A colleague moves your tasks, takes them over, drops or trashes them"), IN_WORK, order=63))
kinds.add(Kind(NAMED, _("You are named on a task"), IN_WORK, order=64))
kinds.add(Kind(FREE, _("What your task waited for is done"), IN_WORK, order=65))


class What(StrEnum):
    """What somebody did. Of several about one task for one person the first of these is told."""

    RETURNED = "returned"
    SET = "set"
    GIVEN = "given"
    TAKEN = "taken"
    TO_ACCEPT = "to_accept"
    TRASHED = "trashed"
    RESTORED = "restored"
    DROPPED = "dropped"
    FINISHED = "finished"
    ACCEPTED = "accepted"
    REOPENED = "reopened"
    FREE = "free"
    MOVED = "moved"
    NAMED = "named"


STRENGTH = {what: number for number, what in enumerate(What)}


@dataclass(frozen=True)
class Said:
    """How one kind of act is told: of one task by name, of many by their number and the list that shows them."""

    kind: str
    one: str | Promise
    many: Callable[[int], str]
    chips: tuple[str, ...]
    sort: str = "-created"


MINE = ("person:any:me", "state:any:open,review")
OVER = ("state:any:done",)

SAID = {
    What.SET: Said(
        GIVEN,
        _("{by} sets you a task: “{title}”"),
        lambda n: ngettext("%(by)s sets you %(count)s task", "%(by)s sets you %(count)s tasks", n),
        (*MINE, "author:any:{by}"),
    ),
    What.GIVEN: Said(
        GIVEN,
        _("{by} hands over to you: “{title}”"),
        lambda n: ngettext("%(by)s hands over to you %(count)s task", "%(by)s hands over to you %(count)s tasks", n),
        MINE,
    ),
    What.TAKEN: Said(
        MOVED,
        _("“{title}” is now done by {doer}"),
        lambda n: ngettext("%(by)s takes %(count)s task from you", "%(by)s takes %(count)s tasks from you", n),
        ("watchers:any:me",),
    ),
    What.MOVED: Said(
        MOVED,
        _("Moved: “{title}”"),
        lambda n: ngettext("%(by)s moves %(count)s task of yours", "%(by)s moves %(count)s tasks of yours", n),
        MINE,
        "when",
    ),
    What.DROPPED: Said(
        MOVED,
        _("Not needed any more: “{title}”"),
        lambda n: ngettext(
            "%(by)s: %(count)s task is not needed any more", "%(by)s: %(count)s tasks are not needed any more", n
        ),
        ("state:any:dropped",),
        "-closed",
    ),
    What.TRASHED: Said(
        MOVED,
        _("In the trash: “{title}”"),
        lambda n: ngettext("%(by)s: %(count)s task is in the trash", "%(by)s: %(count)s tasks are in the trash", n),
        (),
    ),
    What.RESTORED: Said(
        MOVED,
        _("Out of the trash again: “{title}”"),
        lambda n: ngettext(
            "%(by)s takes %(count)s task out of the trash", "%(by)s takes %(count)s tasks out of the trash", n
        ),
        MINE,
    ),
    What.REOPENED: Said(
        MOVED,
        _("Open again: “{title}”"),
        lambda n: ngettext("%(by)s opens %(count)s task again", "%(by)s opens %(count)s tasks again", n),
        ("state:any:open",),
    ),
    What.FINISHED: Said(
        ENDED,
        _("Done: “{title}”"),
        lambda n: ngettext("%(by)s: %(count)s task is done", "%(by)s: %(count)s tasks are done", n),
        OVER,
        "-closed",
    ),
    What.TO_ACCEPT: Said(
        ENDED,
        _("To be accepted: “{title}”"),
        lambda n: ngettext(
            "%(by)s: %(count)s task waits to be accepted", "%(by)s: %(count)s tasks wait to be accepted", n
        ),
        ("state:any:review", "author:any:me"),
    ),
    What.ACCEPTED: Said(
        ANSWERED,
        _("Accepted: “{title}”"),
        lambda n: ngettext("%(by)s accepts %(count)s task of yours", "%(by)s accepts %(count)s tasks of yours", n),
        ("person:any:me", *OVER),
        "-closed",
    ),
    What.RETURNED: Said(
        ANSWERED,
        _("Given back: “{title}”"),
        lambda n: ngettext("%(by)s gives back %(count)s task to you", "%(by)s gives back %(count)s tasks to you", n),
        MINE,
    ),
    What.NAMED: Said(
        NAMED,
        _("You are named on “{title}”"),
        lambda n: ngettext("%(by)s names you on %(count)s task", "%(by)s names you on %(count)s tasks", n),
        ("watchers:any:me",),
    ),
    What.FREE: Said(
        FREE,
        _("You can begin: “{title}”"),
        lambda n: ngettext("You can begin with %(count)s task", "You can begin with %(count)s tasks", n),
        MINE,
    ),
}
