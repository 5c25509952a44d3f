from django.db import models

from kartu.core.fields import FoldedField


class Doc(models.Model):
    """What the search knows of one object: computed, never typed, made anew at any time by `index.rebuild`.

    The id follows from kind and object (writing.doc_id). `text` holds every word and number by which the object is
    found, `sound` the skeletons of its names where they differ from the words themselves (core.text.sounds), `title`
    what a prefix is compared with. `owner_id`, `team_id` and `batch_id` repeat the object's own; `reach` says the first
    two in a form that the full-text index of SQLite can filter by. `root_id` is the whole that the object is part of,
    or its own id. `updated` is in seconds.
    """

    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    root_id = models.BigIntegerField()
    title = FoldedField()
    text = FoldedField()
    sound = FoldedField()
    reach = FoldedField()
    owner_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    batch_id = models.BigIntegerField(null=True)
    weight = models.SmallIntegerField(default=0)
    updated = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_doc_once")]
        indexes = [
            models.Index(fields=["kind", "title"], name="search_doc_title"),
            models.Index(fields=["kind", "owner_id", "title"], name="search_doc_owner"),
            models.Index(fields=["kind", "team_id", "title"], name="search_doc_team"),
            models.Index(fields=["kind", "root_id"], name="search_doc_root"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Word(models.Model):
    """The sound of a word that stands in some name; what a misspelt word is compared with.

    Kept between two spaces, so that its first and last letters make pieces of their own. Words are never taken
    out: one that nobody has any more finds nothing, which does no harm.
    """

    word = FoldedField(unique=True)

    def __str__(self) -> str:
        return self.word
