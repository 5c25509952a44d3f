from django.db import models


class ViewRow(models.Model):
    """Somebody looked: at a card, a list or a search. Kept apart from the audit rows, for there are many of them.

    `detail` says what was asked of a list or a search and how many rows were shown.
    """

    taken_along = True

    CARD, LIST, SEARCH, PAGE = "card", "list", "search", "page"

    append_only = True

    at = models.DateTimeField()
    actor_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)
    session = models.CharField(max_length=16, blank=True)
    address = models.CharField(max_length=45, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="view_object"),
            models.Index(fields=["actor_id", "id"], name="view_actor"),
            models.Index(fields=["at"], name="view_at"),
            models.Index(fields=["address", "id"], name="view_address"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.kind} {self.object_type} {self.object_id}"
