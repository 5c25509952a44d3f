"""What can be found. An app adds a Source for each of its kinds of records, in its contributes.py."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import QuerySet

from kartu.core.actors import Actor
from kartu.core.registry import Registry
from kartu.records.lists.hints import hide
from kartu.security.prepared import PLACES, filled_up, instances, reach_of
from kartu.security.rows import Clearance, is_guarded


@dataclass(frozen=True, slots=True)
class DocFields:
    """What an object is found by.

    `title` is its name. `names` are further names, found by their sound too (people of a company). `words` are texts,
    addresses of e-mail, numbers of documents. `digits` are phones (firm.phones.search_digits) and tax numbers, found
    by any of their ends. `owner_id` and `team_id` decide who finds it, as the row rule of the model does; `batch_id`
    is that of an import. `root_id` is the whole it is part of; without one it is its own whole. Of two that fit
    equally, the one of greater `weight` comes first, then the one of later `updated_at`.
    """

    object_id: int
    title: str
    names: Sequence[str] = ()
    words: Sequence[str] = ()
    digits: Sequence[str] = ()
    owner_id: int | None = None
    team_id: int | None = None
    batch_id: int | None = None
    root_id: int | None = None
    weight: int = 0
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """How a found object is shown: its name, a second line, and the one fact that tells namesakes apart.
    `look`: the address of what hovering shows of it."""

    title: str
    url: str
    second: str = ""
    fact: str = ""
    icon: str = ""
    look: str = ""


def _as_it_is(rows: QuerySet) -> QuerySet:
    return rows


@dataclass(frozen=True)
class Partly:
    """For whom some words of a record are closed (`holds`): `row` tells what he finds it by, and `whole(text, by)`
    gives the ids of those that have exactly what he asks among the closed words."""

    holds: Callable[[Actor], bool]
    row: Callable[[Any, Actor], DocFields]
    whole: Callable[[str, Actor], list[int]]


@dataclass(frozen=True)
class Source:
    """A kind of records that can be found.

    `key` names the kind ("client"), `model` is its label ("clients.client"), `right` what seeing one needs (empty:
    everybody). `row` tells what an object is found by, of objects that `related` has fetched with what it needs
    (select_related, prefetch_related). `hit` says how it is shown, of objects that `shown` has fetched: keep that
    light, it is done at every letter. Every object that is not in the trash (nor, `deep`, what it hangs on) is indexed.

    A kind that is part of a whole names the foreign key that leads there in `whole`; when the whole is written,
    its parts are indexed again, unless `follows` is off (many parts, which their own actions index by `index`):
    then they follow its owner, its team and its way to the trash only.
    """

    key: str
    label: str
    icon: str
    order: int
    model: str
    row: Callable[[Any], DocFields]
    hit: Callable[[Any], Hit]
    right: str = ""
    related: Callable[[QuerySet], QuerySet] = _as_it_is
    shown: Callable[[QuerySet], QuerySet] = _as_it_is
    whole: str = ""
    follows: bool = True
    partly: Partly | None = None
    deep: bool = True
    # A right that seeing one takes besides `right`, which says how far it reaches.
    needs: str = ""
    # The ids of the wholes that a person sees besides those that are his and those he is named on; never read itself.
    beside: Callable[[Actor], QuerySet | None] | None = None

    @property
    def model_class(self) -> type[models.Model]:
        return apps.get_model(self.model)

    @property
    def whole_label(self) -> str:
        """The label of the whole's model; that of its own model for a kind that is no part."""
        if not self.whole:
            return self.model.lower()
        return self.model_class._meta.get_field(self.whole).related_model._meta.label_lower

    def named_to(self, by: Actor) -> QuerySet | None:
        """The ids of the wholes on which `by` is named, so that he finds them; None where there are none."""
        model = self.model_class
        return model.row_rule.named_to(by, self.right or model.row_rule.view) if is_guarded(model) else None

    def all(self) -> QuerySet:
        """Every object that has its place in the index: all but those in the trash."""
        model = self.model_class
        if not is_guarded(model):
            return model._default_manager.all()
        rows = model.objects.as_system("keeping the search index")
        for path in model.trash_paths(deep=self.deep):
            rows = rows.filter(**{f"{path}__isnull": True})
        return rows

    def load(self, ids: Iterable[int]) -> QuerySet:
        return self.related(self.all().filter(pk__in=list(ids)))

    def of_wholes(self, root_ids: Iterable[int]) -> QuerySet:
        field = f"{self.whole}__in" if self.whole else "pk__in"
        return self.related(self.all().filter(**{field: list(root_ids)}))

    def visible(self, by: Actor, ids: Iterable[int]) -> dict[int, Any]:
        """Id -> object as `shown` has it, of at most USUAL that `by` may see."""
        model = self.model_class
        reach = reach_of(model, by) if is_guarded(model) else None

        def rows() -> QuerySet:
            found = model.objects.visible_to(by) if is_guarded(model) else model._default_manager.all()
            # SQLite would rather read all that a seller looks after than the few that are named.
            return self.shown(hide(found.filter(pk__in=PLACES), but={"pk"}))

        key = ("search.shown", self.key, self.shown, reach)
        return {row.pk: row for row in instances(key, rows, filled_up(list(ids)), Clearance(by))}


sources: Registry[Source] = Registry(
    "search.sources",
    "Kinds of records that can be found: a Source. Read at every search and whenever such a record is written.",
)


def sources_of(model: type[models.Model]) -> list[Source]:
    return [source for source in sources if source.model.lower() == model._meta.label_lower]
