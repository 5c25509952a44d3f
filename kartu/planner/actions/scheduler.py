"""How a person last had the scheduler."""

from typing import Any

from kartu.firm.models import User
from kartu.planner.models import SchedulerSetting
from kartu.security.prepared import instances, place


def setting_of(person: User) -> SchedulerSetting:
    found = instances("scheduler.setting", lambda: SchedulerSetting.objects.filter(person=place(0)), [person.pk])
    return found[0] if found else SchedulerSetting(person=person)


def keep_setting(*, values: dict[str, Any], by: User) -> SchedulerSetting:
    """Remember `values` (fields of SchedulerSetting) for `by`; what is not among them stays as it was."""
    return SchedulerSetting.objects.update_or_create(person=by, defaults=values)[0]
