"""What the apps above make of an alert: papers that prove what happened."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from kartu.core.actors import Actor
from kartu.core.registry import Registry
from kartu.security.alerts.actions import may_answer
from kartu.security.models.alert import Alert


@dataclass(frozen=True)
class AlertPaper:
    """A paper about one alert, for those with `right`: its page (`url`) asks what it is for."""

    key: str
    label: str | Promise
    right: str
    url: Callable[[Alert], str]
    icon: str = "file-certificate"
    order: int = 0


alert_papers: Registry[AlertPaper] = Registry("security.alert_papers", "Papers about an alert: an AlertPaper.")


def papers_of(alert: Alert, by: Actor) -> list[tuple[AlertPaper, str]]:
    """Each with its address; none about oneself."""
    if not may_answer(alert, by):
        return []
    return [(paper, paper.url(alert)) for paper in alert_papers if by.may(paper.right)]
