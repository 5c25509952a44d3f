"""What a person keeps of a list: views under a name, columns with their order and widths, the view to begin with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.records.lists.asking import BadQuestion
from kartu.records.lists.spec import Column, ListSpec
from kartu.records.models import ListSetting, SavedView
from kartu.records.rights import SAVE_VIEWS, SHARE_VIEWS
from kartu.security.actions import Refused, action
from kartu.security.prepared import instances, place, reach_of

WIDEST = 800
MAX_VIEWS = 40


@dataclass(frozen=True)
class View:
    """A view as it stands above the list. `key`: its name in addresses; `question`: the kept parts of a question."""

    key: str
    label: str
    question: dict[str, Any]
    saved: SavedView | None = None


def views_of(spec: ListSpec, person: Actor) -> list[View]:
    """The ready views, then those kept by the person or shared with it."""
    kept = instances(
        ("views", spec.key, reach_of(SavedView, person)),
        lambda: SavedView.objects.visible_to(person).filter(list_key=spec.key)[: MAX_VIEWS * 2],
    )
    ready = [View(view.key, str(view.label), view.query) for view in spec.views]
    return [*ready, *(View(str(view.pk), view.name, view.question, view.cleared_for(person)) for view in kept)]


def setting_of(spec: ListSpec, person: Actor) -> ListSetting:
    kept = instances(
        ("setting", spec.key),
        lambda: ListSetting.objects.filter(person_id=place(0), list_key=spec.key),
        [person.pk],
    )
    return kept[0] if kept else ListSetting(person_id=person.pk, list_key=spec.key)


def shown_columns(spec: ListSpec, setting: ListSetting, person: Actor) -> list[tuple[Column, int]]:
    """(column, width) in the person's order; the first column of the list always leads."""
    known = spec.shown_to(person)
    first = spec.columns[0]
    kept = [(known[key], width) for key, width in setting.columns if key in known]
    if not kept:
        kept = [(column, column.width) for column in known.values() if column.shown]
    widths = {column.key: width for column, width in kept}
    rest = [(column, width or column.width) for column, width in kept if column is not first]
    return [(first, widths.get(first.key) or first.width), *rest]


def keep_columns(spec: ListSpec, person: Actor, keys: Sequence[str]) -> None:
    """Show `keys` in that order; widths stay as they were."""
    known = spec.shown_to(person)
    if unknown := set(keys) - known.keys():
        raise BadQuestion(f"no column {', '.join(sorted(unknown))[:80]}")
    setting = setting_of(spec, person)
    widths = {key: width for key, width in setting.columns}
    setting.columns = [[key, widths.get(key, 0)] for key in dict.fromkeys(keys)]
    setting.save()


def keep_width(spec: ListSpec, person: Actor, key: str, width: int) -> None:
    setting = setting_of(spec, person)
    columns = [[column.key, kept] for column, kept in shown_columns(spec, setting, person)]
    setting.columns = [[name, min(WIDEST, max(40, width)) if name == key else kept] for name, kept in columns]
    setting.save()


def begin_with(spec: ListSpec, person: Actor, view: str) -> None:
    """Open the list with `view` from now on; empty: with all rows."""
    setting = setting_of(spec, person)
    setting.first_view = view
    setting.save()


@action(SAVE_VIEWS)
def save_view(*, list_key: str, name: str, question: dict[str, Any], is_shared: bool, by: Actor) -> SavedView:
    """Keep `question` under `name`; the person's own view of that name takes the new question."""
    name = " ".join(name.split())[:60]
    if not name:
        raise ValidationError({"name": _("Give it a name")}, code="empty")
    if is_shared and not by.may(SHARE_VIEWS):
        raise Refused(SHARE_VIEWS)
    mine = SavedView.objects.visible_to(by).filter(list_key=list_key, person_id=by.pk)
    view = mine.filter(name=name).first()
    if view is None and mine.count() >= MAX_VIEWS:
        raise ValidationError({"name": _("You keep very many views already: remove one first")}, code="many")
    view = view or SavedView(list_key=list_key, name=name, person_id=by.pk)
    view.question, view.is_shared = question, is_shared
    view.save()
    return view


@action(SAVE_VIEWS)
def remove_view(*, view: SavedView, by: Actor) -> SavedView:
    """Put `view` away. A shared one is its maker's, and the owner's of the firm."""
    if not SavedView.objects.visible_to(by, SavedView.row_rule.change).filter(pk=view.pk).exists():
        raise Refused(f"{SAVE_VIEWS} of {view.pk}")
    view.trashed_at = timezone.now()
    view.save()
    return view
