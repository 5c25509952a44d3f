"""A role: its name, what it is a copy of, and how far each right reaches in it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.actors import Scope
from kartu.core.rights import Right, rights
from kartu.firm.models import Role

NO = "0"


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, widget=forms.TextInput(attrs={"autofocus": True}))


class NewRoleForm(NameForm):
    like = forms.ModelChoiceField(
        Role.objects.none(), label=gettext_lazy("With the rights of"), empty_label=None, required=True
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["like"].queryset = Role.objects.in_use().exclude(code=Role.OWNER)
        self.initial.setdefault("like", Role.objects.get(code=Role.SELLER).pk)


class ReachForm(forms.Form):
    """A choice for each right of the program, called by its code; `seen` is the stamp of the role that was shown."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, role: Role, **options: Any) -> None:
        super().__init__(*args, initial={"seen": role.stamp}, **options)
        for right in rights:
            self.fields[right.code] = forms.ChoiceField(
                label=right.label,
                choices=choices_of(right, role.ready_scope(right.code)),
                initial=str(int(role.scope(right.code) or 0)),
                widget=forms.Select(attrs={"class": "form-select", "aria-label": right.label}),
            )

    @property
    def reach(self) -> dict[str, Scope | None]:
        """right -> scope, None: taken away. Of a form that is valid."""
        chosen = {code: int(value) for code, value in self.cleaned_data.items() if code in rights}
        return {code: Scope(value) if value else None for code, value in chosen.items()}


def choices_of(right: Right, ready: Scope | None) -> list[tuple[str, str]]:
    """What may be chosen, in words; the one that the ready role has says so."""
    scopes: list[Scope | None] = [None, *(Scope if right.scoped else [Scope.ALL])]
    return [(str(int(scope or 0)), said(scope, right, is_ready=scope is ready)) for scope in scopes]


def said(scope: Scope | None, right: Right, *, is_ready: bool = False) -> str:
    word = in_words(scope, right) or _("no")
    return _("%(reach)s (ready setting)") % {"reach": word} if is_ready else word


def in_words(scope: Scope | None, right: Right) -> str:
    """How far a right reaches, in a word; empty: not at all."""
    if scope is None:
        return ""
    return str(scope.label) if right.scoped else _("yes")
