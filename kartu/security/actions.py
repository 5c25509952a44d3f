"""What every action of the program goes through: the right, the row, the trace, and a second look afterwards."""

import functools
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction

from kartu.core.actors import Actor
from kartu.security import audit
from kartu.security.models.audit import Verb
from kartu.security.row_rules import PartRows
from kartu.security.rows import GuardedModel, veil

P = ParamSpec("P")
R = TypeVar("R")


_running: ContextVar[bool] = ContextVar("an_action_runs", default=False)


class Refused(PermissionDenied):
    """The actor may not do this, or not to this row. Nothing was written but the log's row."""

    by: Actor | None = None
    right: str = ""


def action(right: str, *, hands_over: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare a function of an actions.py: keyword arguments only, `by=` the actor.

    Before: the actor must have `right`, and every business row among the arguments must lie within its reach
    (the row called like the right's noun, "clients.change" -> `client`, and the parts of such a row within the reach of
    `right` itself; the others within sight). Then the function runs in one transaction in which `by` may write. After:
    the rows it returns are read again through `visible_to(by)`, so that nobody writes himself out of, or into, the
    wrong hands, and bear veils for `by`; with `hands_over` this last look is left out, for the act is to give away.
    """

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*, by: Actor, **arguments: Any) -> R:
            is_inner = _running.get()
            token = _running.set(True)
            try:
                for_id = in_whose_place(by, right, arguments)
                with transaction.atomic(), audit.acting_as(by, for_id=for_id):
                    check_right(by, right)
                    for name, row in guarded_rows(arguments):
                        check_reach(by, row, right if is_target(name, row, right) else "")
                    result = function(by=by, **arguments)
                    if not hands_over:
                        look_again(by, result)
                    if not is_inner:
                        veil_result(by, result)
                        veil_result(by, [row for _name, row in guarded_rows(arguments)])
                    return result
            except Refused as refused:
                refused.by, refused.right = by, right
                tell_refusal(refused)
                raise
            finally:
                _running.reset(token)

        run.kartu_action = right
        return run

    return declare


def veil_result(by: Actor, result: Any) -> None:
    """What leaves the outermost action is read like any other row."""
    for row in result if isinstance(result, list | tuple) else [result]:
        if isinstance(row, GuardedModel):
            veil(row, by)


def target_of(right: str) -> str:
    """The argument that a right is about: "clients.change" -> "client"."""
    return right.split(".")[0].removesuffix("s")


def is_target(name: str, row: GuardedModel, right: str) -> bool:
    """Whether the right is about `row`: it is called so, or it is a part of such a row (a phone of the client)."""
    target = target_of(right)
    return name == target or (isinstance(row.row_rule, PartRows) and row.parent_model()._meta.model_name == target)


def guarded_rows(arguments: dict[str, Any]) -> Iterable[tuple[str, GuardedModel]]:
    return [(name, value) for name, value in arguments.items() if isinstance(value, GuardedModel)]


def in_whose_place(by: Actor, right: str, arguments: dict[str, Any]) -> int | None:
    """The absent colleague for whom `by` does this: where the row is within that one's reach and not in his own."""
    absent = by.absent_ones(right)
    if not absent:
        return None
    rows = [row for name, row in guarded_rows(arguments) if row.pk and is_target(name, row, right)]
    own = by.in_his_own_place()
    if not rows or all(within(own, row, right) for row in rows):
        return None
    places = ((who.pk, who.in_his_own_place()) for who, _scope in absent)
    return next((pk for pk, place in places if all(within(place, row, right) for row in rows)), None)


def within(by: Actor, row: GuardedModel, right: str) -> bool:
    rows = type(row).objects
    return any(rows.visible_to(by, right, trashed=trashed).filter(pk=row.pk).exists() for trashed in (False, True))


def check_right(by: Actor, right: str) -> None:
    if not by.may(right):
        raise Refused(right)


def check_reach(by: Actor, row: GuardedModel, right: str) -> None:
    if not within(by, row, right):
        raise Refused(f"{right or 'sight'} of {row._meta.label_lower} {row.pk}")


def look_again(by: Actor, result: Any) -> None:
    for row in result if isinstance(result, list | tuple) else [result]:
        if isinstance(row, GuardedModel) and row.pk:
            check_reach(by, row, "")


def tell_refusal(refused: Refused) -> None:
    """Log that an action was refused. Whoever opens a transaction around actions calls this again behind it, or the row
    is rolled back with all the rest."""
    values = {"right": refused.right, "target": str(refused)}
    audit.record(Verb.DENIED, by=refused.by, values=values)
