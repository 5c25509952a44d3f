"""What an address asks of the routine: which month, whose, by what."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from kartu.clients.segments.meaning import usable
from kartu.core.text import whole
from kartu.firm.models import User
from kartu.planner.models import Series
from kartu.planner.rights import CHANGE, VIEW
from kartu.planner.routine.loads import Duty, Group, Happening, Load, series_of
from kartu.planner.routine.month import Inventory, month_in
from kartu.planner.routine.run import Chosen, due
from kartu.records.lists.asking import Asking
from kartu.security.seals import ids as ranges
from kartu.security.views_log import saw

ME, ALL = "me", "all"
PERSON, TEAM, SEGMENT = "person", "team", "segment"
NONE = "none"
CLASH, UNESTIMATED = "clash", "unestimated"


@dataclass
class Asked:
    """The routine as the person at the screen asks for it. `right`: what he wants to do with it."""

    by: User
    data: QueryDict
    right: str = VIEW

    @cached_property
    def inventory(self) -> Inventory:
        return Inventory(self.by, month_in(self.data.get("month", ""), timezone.localdate()), self.right)

    @property
    def first(self) -> date:
        return self.inventory.first

    @property
    def is_now(self) -> bool:
        return self.first == timezone.localdate().replace(day=1)

    @cached_property
    def sort(self) -> str:
        asked = self.data.get("by", "")
        return asked if asked in (TEAM, SEGMENT) else PERSON

    @cached_property
    def whose(self) -> str:
        """ "me", "all", the id of a team, "none" for those in no team; everybody's whom he reaches, where the address
        does not say."""
        asked = self.data.get("whose", "")
        if asked in (ME, ALL, NONE) or whole(asked) in {person.team_id for person in self.inventory.people}:
            return asked
        return ALL

    @cached_property
    def loads(self) -> list[Load]:
        """Whose it is; first of all the numbers of what is due, where the month is this one."""
        found = [load for load in self.inventory.loads if self.is_meant(load.person)]
        if self.is_now and self.by.may(CHANGE):
            self.count_due(found)
        return found

    def is_meant(self, person: User) -> bool:
        if self.whose == ME:
            return person.pk == self.by.pk
        if self.whose == NONE:
            return person.team_id is None
        return self.whose == ALL or person.team_id == whole(self.whose)

    def count_due(self, loads: list[Load]) -> None:
        """How many of each duty are late or stand today, as a run of them would find."""
        heads = {series.pk: series.whole_id or series.pk for series in self.inventory.rows}
        counts: dict[tuple[int, int], int] = {}
        for series, person in due(Chosen(), Asking(self.by)).values_list("series_id", "person_id"):
            key = (heads.get(series, series), person)
            counts[key] = counts.get(key, 0) + 1
        for load in loads:
            for duty in load.duties:
                duty.due = counts.get((duty.series.pk, load.person.pk), 0)

    @cached_property
    def segment_names(self) -> dict[int, str]:
        found = usable(Asking(self.by))
        return {pk: found[pk].segment.name for pk in found}

    @property
    def groups(self) -> list[Group]:
        """Of teams or segments."""
        if self.sort == TEAM:
            return self.inventory.by_team(self.loads)
        return self.inventory.by_segment(self.loads, self.segment_names)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What stands on the page: the sums of each, and where their single times are shown."""
        if self.sort == PERSON:
            return [
                {"person": load.person, "lines": load, "url": self.url("routine_times", person=load.person.pk)}
                for load in self.loads
            ]
        nameless = {TEAM: _("Without a team"), SEGMENT: _("For no segment, or for one that is not for you")}[self.sort]
        return [
            {
                **{"key": group.key, "name": group.name, "nameless": nameless, "lines": group},
                "url": self.url("routine_times", **{self.sort: group.key or NONE}),
                "people_url": self.url(by=PERSON, whose=self.whose if self.whose != ALL else group.key or NONE),
            }
            for group in self.groups
        ]

    # --- single times ----------------------------------------------------------------------------------------------

    @cached_property
    def duties(self) -> list[Duty]:
        """Those of the person, the series, the team and the segment that the address names."""
        person, series = whole(self.data.get("person", "")), whole(self.data.get("series", ""))
        team, segment = self.data.get("team", ""), self.data.get("segment", "")
        return [
            duty
            for load in self.loads
            for duty in load.duties
            if person in (0, duty.person.pk)
            and series in (0, duty.series.pk)
            and team in ("", str(duty.person.team_id or NONE))
            and segment in ("", str(duty.segment_id or NONE))
        ]

    @cached_property
    def happenings(self) -> list[Happening]:
        found = [each for duty in self.duties for each in duty.happenings]
        if self.data.get("only") == CLASH:
            found = [each for each in found if each.against]
        elif self.data.get("only") == UNESTIMATED:
            found = [each for each in found if each.minutes is None]
        if beside := whole(self.data.get("beside", "")):
            found = [each for each in found if any(head.pk == beside for head in each.beside)]
        if day := self.data.get("day", ""):
            found = [each for each in found if each.day.isoformat() == day]
        return sorted(found, key=lambda each: (each.day, each.moment, each.series.title, each.series.pk))

    # --- addresses -------------------------------------------------------------------------------------------------

    def url(self, name: str = "routine", **changes: Any) -> str:
        """The same with `changes`; an empty one leaves a part out."""
        kept = {"month": f"{self.first:%Y-%m}", "whose": self.whose, "by": self.sort}
        told = {key: value for key, value in {**kept, **changes}.items() if value not in ("", None)}
        return f"{reverse(f'planner:{name}')}?{urlencode(told)}"

    @property
    def before_url(self) -> str:
        return self.url(month=f"{self.first - timedelta(days=1):%Y-%m}")

    @property
    def after_url(self) -> str:
        return self.url(month=f"{self.inventory.last + timedelta(days=1):%Y-%m}")

    @property
    def whose_links(self) -> list[tuple[str, str, bool]]:
        """(words, address, whether it is chosen); none for who reaches nobody else."""
        people = self.inventory.people
        if len(people) < 2:
            return []
        teams = {person.team_id: str(person.team) for person in people if person.team_id}
        named = sorted((name, str(pk)) for pk, name in teams.items())
        if named and any(person.team_id is None for person in people):
            named.append((_("Without a team"), NONE))
        told = [(ME, _("Mine")), (ALL, _("All")), *((pk, name) for name, pk in named)]
        return [(name, self.url(whose=key), key == self.whose) for key, name in told]

    @property
    def sort_links(self) -> list[tuple[str, str, bool]]:
        told = [(PERSON, _("By people")), (TEAM, _("By teams")), (SEGMENT, _("By segments"))]
        return [(name, self.url(by=key), key == self.sort) for key, name in told]


def saw_routine(asked: Asked) -> None:
    """The log's row of a look at it."""
    detail = {"paper": "routine", "month": f"{asked.first:%Y-%m}", "ids": ranges.packed(series_of(asked.loads))}
    saw("page", by=asked.by, object_type=Series._meta.label_lower, detail=detail)
