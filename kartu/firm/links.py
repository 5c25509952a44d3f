"""What the apps above offer about the firm's own records: people, teams, branches, legal entities."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise

from kartu.core.registry import Registry


@dataclass(frozen=True)
class RecordLink:
    """A link on the page of a person, team, branch or legal entity; it opens at the side."""

    key: str
    label: str | Promise
    icon: str
    url: Callable[[models.Model], str]
    order: int = 0


record_links: Registry[RecordLink] = Registry(
    "firm.record_links", "Links on the pages of people, teams, branches and legal entities: a RecordLink."
)
