from django.db import models
from django.utils import timezone


class TaskNews(models.Model):
    """Something that one person is still to be told of a task: `what` somebody did with it.

    It stands here for seconds, until all that was done together is put into one notice. Not audited: the act is.
    """

    person = models.ForeignKey("firm.User", models.CASCADE, related_name="+")
    task_number = models.BigIntegerField()
    what = models.CharField(max_length=20)
    by = models.ForeignKey("firm.User", models.CASCADE, related_name="+")
    text = models.CharField(max_length=300, blank=True)
    change_set_number = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.what} {self.task_number} for {self.person_id}"
