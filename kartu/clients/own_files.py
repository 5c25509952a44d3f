"""Files in the sections and fields of a client's card: how many there are, as far as the person sees these."""

from collections.abc import Callable

from django.db.models import Count, Q

from kartu.clients.models import Client
from kartu.core.actors import Actor
from kartu.records.custom.definitions import file_fields, is_seen, seen_ids
from kartu.records.files.about import files_about
from kartu.records.models import Section
from kartu.records.rights import FILES_VIEW


def counts_of(client: Client, by: Actor) -> dict[int | None, int]:
    """Section -> how many files of `client` lie in it (None: in fields), of those that `by` sees; a query only where
    there are such."""
    if "_files_of_sections" not in client.__dict__:
        client._files_of_sections = _counts_of(client, by)
    return client._files_of_sections


def _counts_of(client: Client, by: Actor) -> dict[int | None, int]:
    seen = seen_ids(by, Section.Kind.FILES)
    fields = [shape.id for shape in file_fields() if is_seen(shape, by)]
    if not (seen or fields) or not by.may(FILES_VIEW):
        return {}
    placed = Q(section_id__in=seen) | Q(field_id__in=fields)
    files = files_about(Client._meta.label_lower, client.pk, by=by).filter(placed)
    rows = files.select_related(None).order_by().values_list("section_id").annotate(count=Count("pk"))
    return dict(rows)


def count_of_all(client: Client, by: Actor) -> int:
    """What the tab with all files says."""
    return client.file_count + sum(counts_of(client, by).values())


def count_in(section_id: int) -> Callable[[Client, Actor], int | None]:
    """What the tab of a section says: nothing while it is empty, for 0 would put it away."""
    return lambda client, by: counts_of(client, by).get(section_id)
