"""Everything that points at one client is made to point at another: foreign keys, found by walking the models, and the
links of whatever is about it. A model of a later app is moved without a line here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from kartu.clients.models import Client
from kartu.core.registry import Registry
from kartu.records.custom.references import pointers_to, repoint
from kartu.records.models import ProjectedValue
from kartu.records.purging import fields_to
from kartu.search.index import index
from kartu.search.sources import sources_of
from kartu.security import audit
from kartu.security.row_rules import PartRows
from kartu.security.rows import GuardedModel, is_guarded

WHY = "everything that points at a client which is merged into another, or parted from it"
LABEL = Client._meta.label_lower


@dataclass(frozen=True)
class MergeMove:
    """How rows of `model` that need more than a new foreign key go over: `move(loser_id, winner_id)`. It writes by the
    audit's functions, so that the merge can be taken back; or nothing at all, where the rows are computed anew."""

    model: str
    move: Callable[[int, int], None]

    @property
    def key(self) -> str:
        return self.model


merge_moves: Registry[MergeMove] = Registry(
    "clients.merging", "Rows pointing at a client that do not simply move to the card it is merged into: a MergeMove."
)


def pointers() -> list[models.Field]:
    """The foreign keys that lead to a client, as far as no MergeMove takes care of their model, and they are not of
    what is made anew from the client itself."""
    return [
        field
        for field in fields_to(Client)
        if field.model._meta.label_lower not in merge_moves and not issubclass(field.model, ProjectedValue)
    ]


def unmovable() -> list[models.Field]:
    """Foreign keys that a merge would leave behind: rows without a log cannot be moved so that an undo finds them."""
    return [field for field in pointers() if not is_guarded(field.model)]


def about_models() -> list[type[GuardedModel]]:
    return [model for model in apps.get_models() if is_guarded(model) and has_link(model)]


def has_link(model: type[models.Model]) -> bool:
    return {"about_type", "about_id"} <= {field.name for field in model._meta.concrete_fields}


def move_all(loser_id: int, winner_id: int) -> None:
    """Let all that points at `loser_id` point at `winner_id`. Inside an action."""
    if left := unmovable():
        raise TypeError(f"{', '.join(map(str, left))}: rows without a log; add a MergeMove to clients.merging")
    for field in pointers():
        move(field, loser_id, winner_id)
    for model in about_models():
        rows = model.objects.as_system(WHY).filter(about_type=LABEL, about_id=loser_id)
        audit.change_many(list(rows), {"about_id": winner_id})
    repoint(LABEL, loser_id, winner_id)
    for each in merge_moves:
        each.move(loser_id, winner_id)


def move(field: models.Field, loser_id: int, winner_id: int) -> None:
    """The rows of one foreign key. What the winner has already goes to the trash, and of two main ones his stays it."""
    model = field.model
    rows = model.objects.as_system(WHY).filter(**{field.attname: loser_id}).order_by("pk")
    if model._has("trashed_at") and (isinstance(model.row_rule, PartRows) or once_among(field)):
        # Parts in the trash come out of it only with their card; among them are doubles that an earlier merge left.
        rows = rows.filter(trashed_at=None)
    rows = list(rows)
    if not rows:
        return
    doubles = doubles_among(rows, field, winner_id)
    audit.change_many(
        [row for row in doubles if getattr(row, "trashed_at", True) is None], {"trashed_at": timezone.now()}
    )
    going = [row for row in rows if row not in doubles]
    second = seconds_among(going, field, winner_id)
    audit.change_many(second, {field.attname: winner_id, "is_main": False})
    audit.change_many([row for row in going if row not in second], {field.attname: winner_id})
    if any(not source.follows for source in sources_of(model)):
        index(going)


def left_behind() -> Iterator[tuple[models.Field, int, int]]:
    """(foreign key, old card, new card) of live rows that came to a card while it was merged by somebody else."""
    merged = Client.objects.as_system(WHY).filter(merged_into__isnull=False)
    for field in pointers():
        if field.model is Client or not field.model._has("trashed_at"):
            continue
        rows = field.model.objects.as_system(WHY).filter(
            trashed_at=None, **{f"{field.attname}__in": merged.values("pk")}
        )
        for loser_id in rows.order_by().values_list(field.attname, flat=True).distinct():
            yield field, loser_id, merged.get(pk=loser_id).merged_into_id


def pointed_at_still() -> set[tuple[int, int]]:
    """(old card, new card) of those that a field of the firm's own points at, though they were merged by then."""
    merged = Client.objects.as_system(WHY).filter(merged_into__isnull=False)
    into = dict(merged.values_list("pk", "merged_into_id"))
    held = ((pointer, row) for pointer in pointers_to(LABEL) for row in pointer.filled().iterator(500))
    kept = (pointer.shape.kept_in(row.custom) for pointer, row in held)
    return {(pk, into[pk]) for pk in kept if pk in into}


def doubles_among(rows: list[Any], field: models.Field, winner_id: int) -> list[Any]:
    """Those that would stand at the winner twice, or point from him at himself."""
    others = [other.attname for other in fields_to(Client) if other.model is field.model and other is not field]
    doubles = [row for row in rows if any(getattr(row, other) == winner_id for other in others)]
    for columns, is_of_all in once_among(field):
        there = type(rows[0]).objects.as_system(WHY).filter(**{field.attname: winner_id})
        there = there if is_of_all else there.filter(trashed_at=None)
        keys = set(there.values_list(*columns)) if columns else {()} if there.exists() else set()
        doubles += [
            row
            for row in rows
            if row not in doubles
            and (is_of_all or row.trashed_at is None)
            and tuple(getattr(row, column) for column in columns) in keys
        ]
    return doubles


def once_among(field: models.Field) -> list[tuple[tuple[str, ...], bool]]:
    """[(columns, whether rows in the trash count)]: among the rows of a client each value of `columns` stands once."""
    model = field.model
    unique = [
        (tuple(model._meta.get_field(name).attname for name in each.fields), each.condition is None)
        for each in model._meta.constraints
        if isinstance(each, models.UniqueConstraint) and field.name in each.fields
    ]
    unique += [((field.attname,), True)] if field.unique else []
    unique += [(model.once_among, False)] if field.attname in getattr(model, "once_among", ()) else []
    return [(tuple(name for name in names if name != field.attname), of_all) for names, of_all in unique]


def seconds_among(rows: list[Any], field: models.Field, winner_id: int) -> list[Any]:
    """The main ones among `rows` beside which the winner has a main one of his own."""
    among = getattr(field.model, "main_among", ())
    if field.attname not in among:
        return []
    columns = [name for name in among if name != field.attname]
    there = field.model.objects.as_system(WHY).filter(**{field.attname: winner_id}, is_main=True, trashed_at=None)
    taken = set(there.values_list(*columns)) if columns else {()} if there.exists() else set()
    return [row for row in rows if row.is_main and tuple(getattr(row, name) for name in columns) in taken]


def parts_of_parts() -> list[models.Field]:
    """Foreign keys from one part of a client to another: the contact of a phone, of a touch; the firm of an account."""
    is_part = lambda model: (  # noqa: E731
        is_guarded(model) and isinstance(model.row_rule, PartRows) and model.parent_model() is Client
    )
    return [
        field
        for model in apps.get_models()
        if is_part(model)
        for field in model._meta.concrete_fields
        if field.is_relation and is_part(field.related_model)
    ]
