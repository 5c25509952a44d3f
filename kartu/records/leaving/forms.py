"""To whom what goes."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.actors import Actor
from kartu.core.formats import format_number
from kartu.firm.models import User
from kartu.security.leaving.owned import Owned, owned

MOST_LISTS = 3
STAYS = "0"


class PlanForm(forms.Form):
    """Who gets what: all to one person, by kind, and what has lists divided by them. Its data are a Departure's plan.

    Fields: "to", "to_<kind>" ("": as `to`), and for dividing "list_<n>" with "for_<n>".
    """

    to = forms.ChoiceField(label=gettext_lazy("Everything goes to"))

    def __init__(self, *args: Any, person: User, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.person, self.by = person, by
        self.counts = {kind.key: count for kind in owned if (count := kind.count(person))}
        colleagues = User.objects.active().select_related("role").exclude(pk=person.pk)
        self.people = {str(each.pk): each for each in colleagues}
        self.fields["to"].choices = [("", _("Choose")), *self.names]
        self.fields["to"].required = bool(self.counts)
        for kind in self.kinds:
            self.fields[f"to_{kind.key}"] = self.receiver(kind)
        self.lists = [each for kind in self.kinds if kind.lists for each in kind.lists(by)]
        for number in range(1, MOST_LISTS + 1) if self.lists else ():
            self.fields[f"list_{number}"] = forms.ChoiceField(
                label=_("Clients of the list"), choices=[("", _("no list")), *self.lists], required=False
            )
            self.fields[f"for_{number}"] = forms.ChoiceField(
                label=_("go to"), choices=[("", _("Choose")), *self.names], required=False
            )

    @property
    def kinds(self) -> list[Owned]:
        return [kind for kind in owned if kind.key in self.counts]

    @property
    def names(self) -> list[tuple[str, str]]:
        return [(pk, f"{each.name} · {each.role}") for pk, each in self.people.items()]

    def receiver(self, kind: Owned) -> forms.ChoiceField:
        stays = [(STAYS, _("stays until this person comes back"))] if kind.may_stay else []
        first = [*stays, ("", _("as above"))] if kind.may_stay else [("", _("as above"))]
        field = forms.ChoiceField(label=kind.label, choices=[*first, *self.names], required=False)
        field.initial = STAYS if kind.may_stay else ""
        field.widget.attrs.update({"class": "form-select", "aria-label": str(kind.label)})
        return field

    def lines(self) -> list[dict[str, Any]]:
        """What there is of each kind, and the field that says to whom it goes."""
        return [
            {
                "label": kind.label,
                "hint": kind.hint,
                "count": self.counts[kind.key],
                "url": kind.url(self.person) if kind.url else "",
                "field": self[f"to_{kind.key}"],
                "may": kind.may(self.by),
            }
            for kind in self.kinds
        ]

    def divided(self) -> list[tuple[Any, Any]]:
        numbers = range(1, MOST_LISTS + 1) if self.lists else ()
        return [(self[f"list_{number}"], self[f"for_{number}"]) for number in numbers]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for number in range(1, MOST_LISTS + 1) if self.lists else ():
            if bool(data.get(f"list_{number}")) != bool(data.get(f"for_{number}")):
                self.add_error(f"for_{number}", _("Choose both, the list and whoever gets its clients"))
        for kind in self.kinds:
            to = self.people.get(data.get(f"to_{kind.key}") or data.get("to") or "")
            stays = kind.may_stay and data.get(f"to_{kind.key}") == STAYS
            if to and not stays and kind.needs and not to.may(kind.needs):
                told = {"who": to, "kind": kind.label}
                self.add_error(
                    f"to_{kind.key}", _("%(who)s can do nothing with this: %(kind)s. Choose somebody else") % told
                )
        return data

    def plan(self) -> dict[str, Any]:
        data = self.cleaned_data
        kinds = {kind.key: int(to) for kind in self.kinds if (to := data[f"to_{kind.key}"])}
        lists = [
            [data[f"list_{number}"], int(data[f"for_{number}"])]
            for number in range(1, MOST_LISTS + 1)
            if data.get(f"list_{number}")
        ]
        return {"to": int(data["to"]) if data["to"] else 0, "kinds": kinds, "lists": lists}

    def said(self) -> list[str]:
        """What the plan will do, a sentence each."""
        return list(self.sentences(self.plan()))

    def sentences(self, plan: dict[str, Any]) -> Iterator[str]:
        names, lists = self.people, dict(self.lists)
        for kind in self.kinds:
            told = {"kind": kind.label, "count": format_number(self.counts[kind.key])}
            to = plan["kinds"].get(kind.key, plan["to"])
            if not kind.may(self.by):
                yield _("%(kind)s (%(count)s): they wait for somebody who may hand them over") % told
                continue
            for key, pk in plan["lists"] if kind.lists else ():
                part = {**told, "list": lists[key], "who": names[str(pk)].name}
                yield _("%(kind)s: those of the list %(list)s go to %(who)s") % part
            if not to:
                yield _("%(kind)s (%(count)s): they stay until this person comes back") % told
            elif kind.lists and plan["lists"]:
                yield _("%(kind)s: all others go to %(who)s") % {**told, "who": names[str(to)].name}
            else:
                yield _("%(kind)s (%(count)s): they go to %(who)s") % {**told, "who": names[str(to)].name}
