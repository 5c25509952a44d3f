"""The form of a ladder: five steps, as many of them as are wanted."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.notifications.ladders import Steps, check_steps, ways_to_choose
from kartu.notifications.models import Ladder

NUMBERS = range(1, Ladder.MOST + 1)


class LadderForm(forms.Form):
    is_on = forms.BooleanField(label=gettext_lazy("Go on where nobody looks"), required=False)

    def __init__(self, *args: Any, steps: Steps, is_on: bool, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"is_on": is_on}
        for number, (after, way) in enumerate(steps, 1):
            initial |= {f"after_{number}": after, f"way_{number}": way}
        super().__init__(*args, initial=initial, **kwargs)
        for number in NUMBERS:
            after = forms.IntegerField(
                label=format_lazy(gettext_lazy("{number}. After minutes"), number=number),
                required=False,
                min_value=1,
                max_value=Ladder.LONGEST,
                widget=forms.NumberInput({"inputmode": "numeric"}),
            )
            way = forms.ChoiceField(
                label=gettext_lazy("what happens"), required=False, choices=[("", "—"), *ways_to_choose()]
            )
            self.fields[f"after_{number}"], self.fields[f"way_{number}"] = after, way

    @property
    def pairs(self) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"after_{number}"], self[f"way_{number}"]) for number in NUMBERS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        steps = []
        for number in NUMBERS:
            after, way = cleaned.get(f"after_{number}"), cleaned.get(f"way_{number}")
            if after and way:
                steps.append((after, way))
            elif after:
                self.add_error(f"way_{number}", _("What happens then?"))
            elif way and f"after_{number}" not in self.errors:
                self.add_error(f"after_{number}", _("After how many minutes?"))
        cleaned["steps"] = tuple(steps)
        if not self.errors:
            try:
                check_steps(cleaned["steps"], is_on=cleaned["is_on"])
            except ValidationError as wrong:
                self.add_error(None, wrong.message_dict["steps"])
        return cleaned
