"""Fetching a row for a page, and the right to it, in one step."""

from typing import TypeVar

from django.http import Http404

from kartu.core.actors import Actor
from kartu.security import audit
from kartu.security.models.audit import Verb
from kartu.security.prepared import LARGEST
from kartu.security.rows import GuardedModel, GuardedQuerySet

Row = TypeVar("Row", bound=GuardedModel)


def get_or_404(
    model: type[Row], pk: int, by: Actor, right: str = "", *, rows: GuardedQuerySet | None = None, trashed: bool = False
) -> Row:
    """The row `pk` of `model`, if `by` reaches it by `right` (without one: if he sees it).

    `rows` is an unopened queryset with what else is to be fetched; `trashed` looks in the trash instead. Raises
    Http404 and leaves a row in the log; a row that is not there looks, and takes, the same as a stranger's.
    """
    unopened = model.objects.all() if rows is None else rows
    found = unopened.visible_to(by, right, trashed=trashed).filter(pk=pk).first()
    if found is None and pk > LARGEST:
        raise Http404(f"no row has the number {pk}")  # and no column of the log holds it
    if found is None:
        tell_denial(by, model, pk, right)
        raise Http404(f"no {model._meta.label_lower} {pk} for {by}")
    return found


def tell_denial(by: Actor, model: type[GuardedModel], pk: int, right: str) -> None:
    values = {"right": right or model.row_rule.view, "target": f"{model._meta.label_lower} {pk}"}
    audit.record(Verb.DENIED, model(pk=pk), by=by, values=values)
