"""Single days of a recurring task: left out, brought back."""

from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.actions.editing import locked
from kartu.core.actors import Actor
from kartu.planner.actions.series import change_rule, skip_task
from kartu.planner.making import Maker, tasks_of
from kartu.planner.models import Series
from kartu.planner.recurrence import Occurrence, Rule, occurrences
from kartu.planner.rights import CHANGE
from kartu.security.actions import action

AROUND = timedelta(days=70)


@action(CHANGE)
def skip_day(*, series: Series, slot: str, by: Actor) -> Series:
    """The one that the rule gives at `slot` is left out, whether its task stands there yet or not."""
    fresh, before = locked(series, by), locked(series, by)
    if task := tasks_of(fresh).filter(slot=slot).first():
        skip_task(task=task, by=by)
        return locked(series, by)
    if not is_given(fresh, slot):
        raise ValidationError(_("It does not come then"), code="slot")
    change_rule(fresh, before, lambda rule: rule.without([slot]), by)
    return fresh


@action(CHANGE)
def bring_back(*, series: Series, slot: str, by: Actor) -> Series:
    """The one that was left out at `slot` comes after all."""
    fresh, before = locked(series, by), locked(series, by)
    if slot not in fresh.as_rule.exceptions:
        raise ValidationError(_("It is not left out then"), code="slot")
    change_rule(fresh, before, lambda rule: rule.with_back([slot]), by)
    return fresh


def is_given(series: Series, slot: str) -> bool:
    return slot in {one.slot for one in around(series, series.as_rule, slot)}


def around(series: Series, rule: Rule, slot: str) -> list[Occurrence]:
    """What `rule` gives near the day that `slot` names."""
    try:
        day = datetime.combine(datetime.strptime(slot[:10], "%Y-%m-%d").date(), time.min, series.place)
    except ValueError:
        return []
    if not series.starts_on.year - 1 <= day.year <= timezone.now().year + 20:
        return []
    known = Maker(timezone.now()).known(series)
    return list(occurrences(rule, series.start, after=day - AROUND, until=day + AROUND, **known))
