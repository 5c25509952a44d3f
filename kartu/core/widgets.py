"""Form controls that Django lacks."""

from collections.abc import Iterable

from django.forms import Select, SelectMultiple
from django.utils.functional import Promise


class Picker(Select):
    """Chooses a record by typing a part of it, and can make a new one in a drawer.

    url: answers `?q=` with JSON {"items": [{"id", "label", "hint"}]}, best first, at most 20. new_url: the page that
    makes one, opened in a drawer over this form, which keeps what was typed. new_for: "for the new invoice", in the
    head of that drawer.
    Only the chosen record is rendered, so that a list of 100,000 costs nothing; for a ModelChoiceField or ChoiceField.
    """

    template_name = "core/widgets/picker.html"
    many = False

    def __init__(self, url: str, *, new_url: str = "", new_for: str | Promise = "", attrs: dict | None = None) -> None:
        super().__init__(attrs)
        self.url = url
        self.new_url = new_url
        self.new_for = new_for

    def get_context(self, name: str, value: object, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)
        context["picker"] = {"url": self.url, "new_url": self.new_url, "new_for": self.new_for, "many": self.many}
        return context

    def optgroups(self, name: str, value: list[str], attrs: dict | None = None) -> list:
        chosen = [(key, label) for key, label in self._chosen(value) if str(key) in value]
        options = [
            self.create_option(name, key, label, selected=True, index=index)
            for index, (key, label) in enumerate(chosen)
        ]
        return [(None, options, 0)] if options else []

    def _chosen(self, value: Iterable[str]) -> Iterable[tuple[object, str]]:
        keys = [key for key in value if key]
        queryset = getattr(self.choices, "queryset", None)
        if queryset is None:
            return self.choices
        if not keys:
            return []
        field = self.choices.field.to_field_name or "pk"
        try:
            found = queryset.filter(**{f"{field}__in": keys})
        except ValueError:  # what was sent names no record; the field says so
            return []
        return [(self.choices.field.prepare_value(row), self.choices.field.label_from_instance(row)) for row in found]


class ManyPicker(Picker, SelectMultiple):
    """A Picker for several records."""

    many = True
