"""The short lists that the firm fills itself, by the word that stands in their addresses."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from kartu.clients.models import Category, Client, ClientTag, DirectoryItem, Source, Status, Tag
from kartu.security.rows import GuardedQuerySet

WHY = "how many clients stand under each value of a list, whoever looks after them"


@dataclass(frozen=True)
class Directory:
    """`column` is the client's column that holds the value; tags lie in rows of their own."""

    key: str
    model: type[DirectoryItem]
    label: str
    one: str
    hint: str
    column: str = ""

    def users(self, item_id: int) -> GuardedQuerySet:
        """The rows that hold a value: clients, or the tags on them."""
        if self.column:
            return Client.objects.as_system(WHY).filter(**{self.column: item_id})
        return ClientTag.objects.as_system(WHY).filter(tag_id=item_id, trashed_at__isnull=True)

    @property
    def user_column(self) -> str:
        return self.column or "tag_id"

    def counts(self) -> dict[int, int]:
        """Id of an item -> how many clients have it, the trash left out."""
        rows = Client.objects.as_system(WHY) if self.column else ClientTag.objects.as_system(WHY)
        rows = rows.live().exclude(**{f"{self.user_column}__isnull": True})
        return dict(rows.order_by().values_list(self.user_column).annotate(count=Count("pk")))

    def active(self) -> QuerySet[DirectoryItem]:
        return self.model.objects.filter(is_active=True)


DIRECTORIES = {
    directory.key: directory
    for directory in (
        Directory(
            "statuses", Status, _("Statuses"), _("status"), _("Where you stand with a client: new, active, sleeping."),
            "status_id",
        ),
        Directory(
            "categories", Category, _("Categories"), _("category"), _("What a client is to you: wholesale, retail."),
            "category_id",
        ),
        Directory("sources", Source, _("Sources"), _("source"), _("Where clients come from."), "source_id"),
        Directory("tags", Tag, _("Tags"), _("tag"), _("Words of your own; a client may have several.")),
    )
}  # fmt: skip


def directory_of(model: type[DirectoryItem]) -> Directory:
    return next(directory for directory in DIRECTORIES.values() if directory.model is model)
