"""What of clients belongs to a person who goes, and how it goes over."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.clients import derived
from kartu.clients.models import Client, Segment
from kartu.clients.rail import list_of
from kartu.clients.rights import HAND_OVER, VIEW
from kartu.clients.segments.meaning import usable
from kartu.clients.signals import handed_over
from kartu.core.actors import Actor
from kartu.firm.models import User
from kartu.firm.rights import PEOPLE
from kartu.records.leaving.owned import hand_over_kept, kept
from kartu.records.lists.asking import Asking
from kartu.records.lists.finding import Finding
from kartu.records.lists.keeping import views_of
from kartu.records.lists.question import Question, as_query
from kartu.records.lists.spec import lists
from kartu.records.models import ChangeSet
from kartu.search.index import paused as search_paused
from kartu.search.index import take_over
from kartu.security import audit
from kartu.security.leaving.owned import Lists, Owned, owned
from kartu.security.rows import GuardedQuerySet, trash_is_over

WHY = "what belongs to a person who goes, counted and handed over by whoever may let him go"


def clients_of(people: Iterable[int]) -> GuardedQuerySet:
    """Also those in the trash, which somebody may take out again."""
    return Client.objects.as_system(WHY).filter(responsible_id__in=people).exclude(trashed_at__lte=trash_is_over())


def hand_clients_over(*, ids: list[int], person: User, to: User, by: Actor, changes: ChangeSet) -> list[int]:
    """As `actions.hand_over` does one by one: client and team, and what is still to be done for it."""
    # Nothing that a client repeats of its parts, or the search says of it, depends on whose it is, but the owner.
    with derived.paused():
        with search_paused(), audit.acting_as(by, changes.pk):
            rows = list(clients_of([person.pk]).filter(pk__in=ids).select_for_update().order_by("pk"))
            given = [row.pk for row in rows]
            audit.change_many(rows, {"responsible_id": to.pk, "team_id": to.team_id})
        take_over(Client._meta.label_lower, given, to.pk, to.team_id)
        with audit.acting_as(by, changes.pk):  # what goes along is found by whose it is now, too
            handed_over.send(sender=None, ids=given, before=person.pk, to=to, by=by)
    return given


def lists_of_clients(by: Actor) -> Lists:
    """The views and segments by which `by` may divide the clients."""
    views = [(f"view:{view.key}", view.label) for view in views_of(lists["clients"], by)]
    segments = [(f"segment:{pk}", _("Segment: %(name)s") % {"name": each.segment.name})
                for pk, each in sorted(usable(Asking(by)).items())]  # fmt: skip
    return [*views, *segments]


def clients_among(key: str, by: Actor) -> list[int]:
    """The ids of those that the list finds; LookupError where there is no such list (any more)."""
    spec, asking = lists["clients"], Asking(by)
    kind, _colon, name = key.partition(":")
    if kind == "view":
        parts = next((view.question for view in views_of(spec, by) if view.key == name), None)
    else:
        parts = {"f": [f"segment:any:{name}"]} if name.isdecimal() and int(name) in usable(asking) else None
    if parts is None:
        raise LookupError(key)
    question = Question.of(spec, as_query(parts), asking)
    return list(Finding(question.changed(), asking).rows.order_by("pk").values_list("pk", flat=True))


owned.add(
    Owned(
        "clients",
        gettext_lazy("Clients"),
        ("clients.client.responsible",),
        clients_of,
        hand_clients_over,
        right=HAND_OVER,
        needs=VIEW,
        hint=gettext_lazy("with what is still to be done for them"),
        lists=lists_of_clients,
        among=clients_among,
        url=list_of,
        order=20,
    )
)
owned.add(
    Owned(
        "segments",
        gettext_lazy("Segments that colleagues use"),
        ("clients.segment.person",),
        kept(Segment, is_shared=True),
        hand_over_kept(Segment),
        right=PEOPLE,
        order=50,
    )
)
owned.add(
    Owned(
        "own_segments",
        gettext_lazy("Segments of one's own"),
        ("clients.segment.person",),
        kept(Segment, is_shared=False),
        hand_over_kept(Segment),
        right=PEOPLE,
        may_stay=True,
        order=55,
    )
)
