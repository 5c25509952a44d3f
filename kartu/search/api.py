"""Search, for programs."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query

from kartu.core.access import signed_in
from kartu.core.api import Resource
from kartu.core.api.schemas import Out
from kartu.records.lists.kinds import text_of
from kartu.search import settling
from kartu.search.find import How, find

SEARCH = Resource("search", _("Search"), order=210)


class FoundOut(Out):
    """`how`: empty for what was typed, "sound" for another spelling, "similar" in spite of an error."""

    kind: str
    id: int
    title: str
    second: str
    how: str
    url: str


@SEARCH.get("/search", list[FoundOut])
@signed_in("everybody finds what he may see")
def search(
    request: HttpRequest,
    q: str = Query(..., min_length=1, max_length=200, description="Words, a phone, a tax number."),
    limit: int = Query(10, ge=1, le=50),
) -> list[dict[str, Any]]:
    """The best first, of all kinds that the token may see."""
    groups = find(text_of(q), by=request.user, limit=limit)
    settling.typed(q, by=request.user, count=sum(len(group.found) for group in groups))
    return [
        {
            "kind": found.kind,
            "id": found.object_id,
            "title": found.hit.title,
            "second": found.hit.second,
            "how": How(found.how).value,
            "url": found.hit.url,
        }
        for group in groups
        for found in group.found
    ]
