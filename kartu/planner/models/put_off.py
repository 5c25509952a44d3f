from django.db import models


class PutOff(models.Model):
    """A person does not want to see one thing of his queue until a moment; `key` is the item's.

    Its own affair, which changes nothing of the thing itself: not audited. It stays in the queue, folded away.
    """

    person = models.ForeignKey("firm.User", models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=80)
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="put_off_once")]

    def __str__(self) -> str:
        return f"{self.key} of {self.person_id}"
