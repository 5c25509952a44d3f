from django.db import models


class KeptAnswer(models.Model):
    """An act that is done, and what was answered to it: the same form sent twice is done once.

    `status` is empty until the answer is known, and stays so if the program stopped in between. 0: the answer was given
    and is not kept, as a link that is shown once is not, nor a file.
    """

    taken_along = False  # answers to repeated requests, for a day

    person = models.ForeignKey("firm.User", models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    path = models.CharField(max_length=300)
    # Of a program's act: a digest of its method and body, so that another act under the same key is told apart.
    act = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key", "path"], name="kept_answer_once")]

    def __str__(self) -> str:
        return f"{self.path} {self.key}"
