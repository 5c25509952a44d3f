"""Clients that are perhaps the same, for programs: the pairs, merging them, telling them apart.

Two that were merged are parted by taking the change set of the merge back: `POST /changes/81/undo`.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query, Status
from pydantic import Field

from kartu.clients import actions
from kartu.clients.api.bulk import ManyOut, done
from kartu.clients.api.clients import fresh
from kartu.clients.api.resource import CLIENTS, client_or_404, pointed
from kartu.clients.api.shapes import ClientOut, told
from kartu.clients.duplicates.comparing import behind, with_cards
from kartu.clients.duplicates.judging import in_words
from kartu.clients.models import Client, DuplicatePair
from kartu.clients.rights import MERGE
from kartu.core.access import access
from kartu.core.actors import Actor
from kartu.core.api import Resource
from kartu.core.api.schemas import Id, In, Named, Out, named, words
from kartu.records.api.doing import doing, show_version
from kartu.records.lists.bulk import AT_ONCE

DUPLICATES = Resource("duplicates", gettext_lazy("Duplicates"), order=105)
A_VERSION = Field(ge=1, le=2**31 - 1)


class PairOut(Out):
    """`score`, 1 to 100, says how likely it is; `why` the reasons in words. `client` is the older card."""

    client: Named
    other: Named
    score: int
    why: list[str]


class PairPage(Out):
    """`next`: what to send as `after` for the less likely ones."""

    items: list[PairOut]
    next: str | None


class PairIn(In):
    client_id: Id
    other_id: Id


class PairsIn(In):
    pairs: list[PairIn] = Field(min_length=1, max_length=AT_ONCE)


class MergeIn(In):
    """The other card goes into the one of the address. `take` names what is kept of the other: about, status, custom.5;
    without it, what the card that stays holds. The versions are those that you have read of both."""

    other_id: Id
    version: int = A_VERSION
    other_version: int = A_VERSION
    take: list[words(20)] = Field([], max_length=300)


@DUPLICATES.get("/duplicates", PairPage)
@access(MERGE)
def read_duplicates(
    request: HttpRequest,
    after: str = Query("", max_length=40, description="The `next` of the page before."),
    limit: int = Query(50, ge=1, le=200),
) -> dict[str, Any]:
    """The likeliest pairs first, found at night; those of which the person may merge both."""
    rows = behind(DuplicatePair.objects.reached_by(request.user), after).order_by("-score", "id")
    page = list(rows[: limit + 1])
    items = [
        {"client": named(one), "other": named(other), "score": pair.score, "why": in_words(pair.why)}
        for pair, one, other in with_cards(page[:limit], request.user)
    ]
    return {"items": items, "next": page[limit - 1].place if len(page) > limit else None}


def cards_of(pairs: list[PairIn], by: Actor) -> list[tuple[Client, Client]]:
    """ValidationError by the place of a card that is not there, or that `by` may not merge."""
    ids = {pk for pair in pairs for pk in (pair.client_id, pair.other_id)}
    cards = Client.objects.visible_to(by, MERGE).in_bulk(ids)
    wrong = {
        f"pairs.{number}.{name}": _("There is none with this number")
        for number, pair in enumerate(pairs)
        for name in PairIn.model_fields
        if getattr(pair, name) not in cards
    }
    if wrong:
        raise ValidationError(wrong)
    return [(cards[pair.client_id], cards[pair.other_id]) for pair in pairs]


@DUPLICATES.post("/duplicates/merge", ManyOut, status=200)
@access(MERGE)
def merge_pairs(request: HttpRequest, data: PairsIn) -> dict[str, Any]:
    """Each pair becomes one card, the older one, which takes what it lacks. Answers with the cards that stay.

    Pairs that a person has to look at (names that only look alike, values out of sight that differ) are left alone.
    """
    pairs = cards_of(data.pairs, request.user)
    with doing(request, _("Merged")):
        stay = actions.merge_pairs(pairs=pairs, by=request.user)
    return {"items": [done(fresh(row.pk, request.user)) for row in stay]}


@DUPLICATES.post("/duplicates/apart", None, status=204)
@access(MERGE)
def tell_apart(request: HttpRequest, data: PairsIn) -> Status:
    """They are two: these pairs are not offered again."""
    pairs = cards_of(data.pairs, request.user)
    with doing(request, _("Told apart")):
        actions.tell_apart(pairs=pairs, by=request.user)
    return Status(204, None)


@CLIENTS.post("/clients/{int:pk}/merge", ClientOut, status=200)
@access(MERGE)
def merge_client(request: HttpRequest, pk: int, data: MergeIn) -> dict[str, Any]:
    """All that hangs on the other card hangs on this one then; taken back by the number in Kartu-Changes."""
    client = client_or_404(request, pk, MERGE)
    other = pointed(Client.objects.visible_to(request.user, MERGE), data.other_id, "other_id")
    versions = (data.version, data.other_version)
    with doing(request, _("%(name)s merged") % {"name": other.name}):
        actions.merge_clients(client=client, other=other, take=data.take, seen=versions, by=request.user)
    client = fresh(pk, request.user)
    show_version(request, client)
    return told(client, request.user)
