"""How long the log is kept."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_YEARS = 100


def years(label: str, least: int) -> models.PositiveSmallIntegerField:
    validators = [MinValueValidator(least), MaxValueValidator(MOST_YEARS)]
    return models.PositiveSmallIntegerField(label, null=True, blank=True, validators=validators)


class LogRetention(models.Model):
    """The owner's years: one row at most; an empty one, or none, keeps for ever.

    Below `LEAST` nobody can set them: claims of a dismissed person, and of the tax office, come years later.
    """

    taken_along = True

    LEAST: ClassVar[dict[str, int]] = {"views": 1, "acts": 3}

    views = years(_("Who looked at what is kept for years"), LEAST["views"])
    acts = years(_("What was done is kept for years"), LEAST["acts"])

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="log_retention_is_one"),
            models.CheckConstraint(condition=models.Q(views=None) | models.Q(views__gte=1), name="log_retention_views"),
            models.CheckConstraint(condition=models.Q(acts=None) | models.Q(acts__gte=3), name="log_retention_acts"),
        ]

    def __str__(self) -> str:
        return f"looks {self.views or 'for ever'}, acts {self.acts or 'for ever'}"

    @classmethod
    def current(cls) -> "LogRetention":
        """The firm's, unsaved where the owner has set nothing."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
