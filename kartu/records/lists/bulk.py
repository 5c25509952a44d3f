"""Acts on many rows of a list: each goes by the app's own action, all together are one change set."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.core.registry import Registry
from kartu.records.changes import EditConflicts
from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.finding import Finding
from kartu.records.lists.kinds import id_of
from kartu.records.lists.question import Question
from kartu.records.lists.spec import ListSpec, lists
from kartu.records.models import ChangeSet
from kartu.security import audit
from kartu.security.actions import Refused
from kartu.security.rows import Conflict

# More than these are handed to the background: a page must answer, and the write lock is not held for long.
AT_ONCE = 100
CHUNK = 20
MOST_IDS = 500
MOST_REASONS = 100


@dataclass(frozen=True)
class BulkAct:
    """Something that can be done to selected rows of the list `list_key`.

    `run(row=, values=, by=)` is an action of the app for one row; `form(asking)` gives the class of a form whose
    cleaned data are `values`, None: no question is asked but `confirm`. `title(values)` names the change set in the
    past tense: "Handed over to Budi". `right` is needed beside the list's own.

    `numbered`: `run` is also given `number=`, which of the selected rows it is, from 0. `gone_through(change set)`: the
    ids of the rows that are done already, for an act that changes other rows than these and is begun again.

    `preview(rows, values)` says in words what would come of the first of them, while the form is being filled in: None
    as long as that cannot be said. `values` are those of its fields that are right so far.
    """

    key: str
    list_key: str
    label: str | Promise
    icon: str
    right: str
    run: Callable[..., Any]
    title: Callable[[Mapping[str, Any]], str]
    form: Callable[[Asking], type[forms.Form]] | None = None
    confirm: str | Promise = ""
    is_dangerous: bool = False
    numbered: bool = False
    gone_through: Callable[[ChangeSet], Iterable[int]] | None = None
    preview: Callable[[list[Any], Mapping[str, Any]], list[str] | None] | None = None
    order: int = 0

    @property
    def asks(self) -> bool:
        """Whether it needs to be told something before it begins."""
        return self.form is not None

    @property
    def foretells(self) -> bool:
        return self.preview is not None


bulk_acts: Registry[BulkAct] = Registry("records.bulk", "Acts on many rows of a list at once: a BulkAct.")


def acts_for(spec: ListSpec, person: Actor) -> list[BulkAct]:
    """The acts that `person` may do on the list; none without the right to change many at once."""
    if not spec.may(person, "bulk"):
        return []
    return [act for act in bulk_acts if act.list_key == spec.key and person.may(act.right)]


@dataclass(frozen=True)
class Selection:
    """Rows chosen one by one, or all that a question finds. Kept in a job as `parts()`."""

    spec: ListSpec
    ids: tuple[int, ...] = ()
    question: Question | None = None

    @classmethod
    def of(cls, spec: ListSpec, data: Mapping[str, Any], asking: Asking, question: Question | None) -> "Selection":
        if data.get("all") == "1":
            if question is None:
                raise BadQuestion("all of what?")
            return cls(spec, question=question.changed())
        texts = [text for text in str(data.get("ids", "")).split(",") if text]
        if not texts or len(texts) > MOST_IDS:
            raise BadQuestion("no rows, or too many, are chosen")
        return cls(spec, ids=tuple(dict.fromkeys(map(id_of, texts))))

    def rows(self, asking: Asking) -> models.QuerySet:
        if self.question is not None:
            return Finding(self.question, asking).rows
        return self.spec.rows(asking.person).filter(pk__in=self.ids)

    def parts(self) -> dict[str, Any]:
        return {"question": self.question.parts()} if self.question is not None else {"ids": list(self.ids)}

    @classmethod
    def from_parts(cls, spec: ListSpec, parts: Mapping[str, Any], asking: Asking) -> "Selection":
        if "ids" in parts:
            return cls(spec, ids=tuple(parts["ids"]))
        data = QueryDict(mutable=True)
        for name, value in parts["question"].items():
            data.setlist(name, value if isinstance(value, list) else [value])
        return cls(spec, question=Question.of(spec, data, asking))


@dataclass
class Outcome:
    """How many rows were done, and why others were left: [(id, sentence)], the first few of them."""

    done: int = 0
    left: int = 0
    reasons: list[tuple[int, str]] = field(default_factory=list)

    def leave(self, pk: int, reason: str) -> None:
        self.left += 1
        if len(self.reasons) < MOST_REASONS:
            self.reasons.append((pk, reason))


def new_change_set(act: BulkAct, values: Mapping[str, Any], by: Actor) -> ChangeSet:
    return ChangeSet.objects.create(kind=ChangeSet.Kind.BULK, title=str(act.title(values))[:200], by_id=by.pk)


def ids_of(selection: Selection, asking: Asking) -> list[int]:
    return list(selection.rows(asking).order_by("pk").values_list("pk", flat=True))


def do_chunk(
    act: BulkAct,
    spec: ListSpec,
    ids: Iterable[int],
    values: Mapping[str, Any],
    changes: ChangeSet,
    outcome: Outcome,
    by: Actor,
    numbers: Mapping[int, int] | None = None,
) -> None:
    """Do `act` to the rows `ids`, in one transaction; a row that refuses is left, with its reason.

    `numbers`: which of the selected rows they are, where there are more than these.
    """
    if not by.may(act.right):
        raise PermissionDenied(act.right)
    ids, left = list(ids), outcome.left
    numbers = numbers or {pk: number for number, pk in enumerate(ids)}
    with transaction.atomic(), audit.acting_as(by, changes.pk):
        for row in spec.rows(by).filter(pk__in=ids).order_by("pk"):
            more = {"number": numbers[row.pk]} if act.numbered else {}
            try:
                with transaction.atomic():
                    act.run(row=row, values=values, by=by, **more)
                outcome.done += 1
            except (ValidationError, Refused, Conflict, EditConflicts) as error:
                outcome.leave(row.pk, reason_of(error))
        if outcome.left > left:
            changes.left = {"list": spec.key, "count": outcome.left, "rows": outcome.reasons}
            changes.save(update_fields=["left"])


def reason_of(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, Refused):
        return _("You may not do this to it")
    return _("Somebody else is changing it just now")


def chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def act_of(list_key: str, key: str) -> tuple[ListSpec, BulkAct]:
    """The list and its act; LookupError for what is not there."""
    spec, act = lists[list_key], bulk_acts[key]
    if act.list_key != list_key:
        raise LookupError(key)
    return spec, act
