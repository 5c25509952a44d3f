"""Files in the sections of a client's card: how many there are, as far as the person sees the sections."""

from collections.abc import Callable

from django.db.models import Count

from kartu.clients.models import Client
from kartu.core.actors import Actor
from kartu.records.custom.definitions import seen_ids
from kartu.records.files.about import files_about
from kartu.records.models import Section
from kartu.records.rights import FILES_VIEW


def counts_of(client: Client, by: Actor) -> dict[int, int]:
    """Section -> how many files of `client` lie in it, of those that `by` sees; a query only where there are such."""
    if "_files_of_sections" not in client.__dict__:
        client._files_of_sections = _counts_of(client, by)
    return client._files_of_sections


def _counts_of(client: Client, by: Actor) -> dict[int, int]:
    seen = seen_ids(by, Section.Kind.FILES)
    if not seen or not by.may(FILES_VIEW):
        return {}
    files = files_about(Client._meta.label_lower, client.pk, by=by).filter(section_id__in=seen)
    rows = files.select_related(None).order_by().values_list("section_id").annotate(count=Count("pk"))
    return dict(rows)


def count_of_all(client: Client, by: Actor) -> int:
    """What the tab with all files says."""
    return client.file_count + sum(counts_of(client, by).values())


def count_in(section_id: int) -> Callable[[Client, Actor], int | None]:
    """What the tab of a section says: nothing while it is empty, for 0 would put it away."""
    return lambda client, by: counts_of(client, by).get(section_id)
