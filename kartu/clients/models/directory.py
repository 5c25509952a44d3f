"""Short lists that the firm fills itself: statuses, categories, sources, tags."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kartu.core.text import fold


class DirectoryItem(models.Model):
    """A named value, once in its list whatever its case. One out of use stays where it was chosen."""

    name = models.CharField(_("Name"), max_length=80)
    name_key = models.CharField(max_length=160, unique=True, editable=False)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        abstract = True
        ordering = ["position", "name_key"]

    @property
    def label(self) -> str:
        """How registries call it: "clients.status"."""
        return self._meta.label_lower

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        self.name_key = fold(self.name)
        super().save(**kwargs)


class Status(DirectoryItem):
    """Where the firm stands with a client: new, active, sleeping, lost."""

    class Meta(DirectoryItem.Meta):
        verbose_name = _("status")
        verbose_name_plural = _("statuses")


class Category(DirectoryItem):
    """What kind of client it is to the firm: wholesale, retail, supplier."""

    class Meta(DirectoryItem.Meta):
        verbose_name = _("category")
        verbose_name_plural = _("categories")


class Source(DirectoryItem):
    """Where a client came from."""

    class Meta(DirectoryItem.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")


class Tag(DirectoryItem):
    """A word of the firm's own, of which a client may have several."""

    class Meta(DirectoryItem.Meta):
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
