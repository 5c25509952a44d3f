"""The generic link: what a file, a notice or an audit row is about, whichever app the record belongs to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models

from kartu.core.actors import Actor
from kartu.core.registry import Registry


@dataclass(frozen=True)
class About:
    """A kind of record that others may be about.

    `model` is its label ("clients.client"), `reach(actor, to_change)` the queryset of those the actor sees (or may
    change), opened for him; `url(record)` its page, `label` what one is called.
    """

    model: str
    label: str
    icon: str
    reach: Callable[[Actor, bool], models.QuerySet]
    url: Callable[[Any], str]
    order: int = 0
    # look(id): the address of a look at the record, which refuses those who do not see it.
    look: Callable[[int], str] | None = None
    # The columns that its words and `url` are made of; of many at once only these are read.
    columns: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.model


abouts: Registry[About] = Registry("core.about", "Records that files, notices and the log may be about: an About.")


def look_at(model: str, pk: int | None) -> str:
    """The address of a look at (model, pk); "" where there is none. Whether it may be looked at is told there."""
    about = abouts.get(model) if model and pk else None
    return about.look(pk) if about and about.look else ""


def named(model: str, pks: Iterable[int], *, by: Actor) -> dict[int, tuple[str, str]]:
    """Id -> (name, page) of those records of `pks` that `by` sees, in one query; nothing for unknown kinds."""
    about = abouts.get(model)
    if about is None:
        return {}
    rows = about.reach(by, False).filter(pk__in=pks)
    return {row.pk: (str(row), about.url(row)) for row in (rows.only(*about.columns) if about.columns else rows)}


def find(model: str, pk: int, *, by: Actor, to_change: bool = False) -> Any | None:
    """The record that (model, pk) names, if `by` sees it (or may change it); None for all else."""
    about = abouts.get(model)
    return about.reach(by, to_change).filter(pk=pk).first() if about else None
