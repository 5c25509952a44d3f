"""What becomes of a recurring task: paused, ended, handed over."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kartu.clients.forms.base import ActionForm
from kartu.clients.forms.fields import DayField
from kartu.core.actors import Actor
from kartu.planner import actions
from kartu.planner.forms.fields import DoerField
from kartu.planner.models import Series


class SeriesActForm(ActionForm):
    def __init__(self, *args: Any, series: Series, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.series, self.by = series, by


class PauseForm(SeriesActForm):
    first = DayField(label=_("From"))
    last = DayField(label=_("Until"), required=False)
    optional = {"last": _("empty: until you go on with it")}

    def __init__(self, *args: Any, series: Series, **options: Any) -> None:
        super().__init__(*args, series=series, initial={"first": series.today}, **options)

    def field_of(self, column: str) -> str | None:
        return "last" if column == "rule" else super().field_of(column)

    def save(self) -> Series | None:
        return self.act(actions.pause_series, series=self.series, by=self.by, **self.cleaned_data)


class EndForm(SeriesActForm):
    last = DayField(label=_("The last day"))

    def __init__(self, *args: Any, series: Series, **options: Any) -> None:
        super().__init__(*args, series=series, initial={"last": series.today}, **options)

    def field_of(self, column: str) -> str | None:
        return "last" if column == "rule" else super().field_of(column)

    def save(self) -> Series | None:
        return self.act(actions.end_series, series=self.series, by=self.by, **self.cleaned_data)


class HandOverForm(SeriesActForm):
    person = DoerField(label=_("To whom"))
    wide = frozenset({"person"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].open_to(self.by)

    def save(self) -> Series | None:
        values = {"person_id": self.cleaned_data["person"].pk}
        return self.act(actions.change_series, series=self.series, values=values, by=self.by)
