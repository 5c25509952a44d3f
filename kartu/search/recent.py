"""What a person looked at last: offered before anything is typed. Read from the log of views, which has it already."""

from kartu.core.actors import Actor
from kartu.search.find import Found, Group, How
from kartu.search.sources import Source, sources
from kartu.security.models.view import ViewRow

LOOK_BACK = 200  # newest views of cards that are read
LIMIT = 8


def recent(*, by: Actor, limit: int = LIMIT) -> list[Found]:
    """The records whose cards `by` opened last, the newest first, as far as he may still see them."""
    by_model = {source.model.lower(): source for source in sources}
    views = ViewRow.objects.filter(actor_id=by.pk, kind=ViewRow.CARD, object_type__in=by_model, object_id__isnull=False)
    newest = views.order_by("-id").values_list("object_type", "object_id")[:LOOK_BACK]
    wanted = list(dict.fromkeys(newest))[: limit * 2]
    shown = {}
    for model, source in by_model.items():
        if ids := [pk for label, pk in wanted if label == model]:
            shown |= _shown(source, by, ids)
    return [shown[each] for each in wanted if each in shown][:limit]


def _shown(source: Source, by: Actor, ids: list[int]) -> dict[tuple[str, int], Found]:
    return {
        (source.model.lower(), pk): Found(source.key, pk, source.hit(row), How.EXACT)
        for pk, row in source.visible(by, ids).items()
    }


def recent_groups(*, by: Actor) -> list[Group]:
    """The same by kind."""
    found = recent(by=by)
    of_kind = {source: [each for each in found if each.kind == source.key] for source in sources}
    return [Group(source, items) for source, items in of_kind.items() if items]
