"""Values of the firm's lists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kartu.clients import actions
from kartu.clients.directories import Directory
from kartu.clients.forms.base import ActionForm
from kartu.clients.forms.fields import pick_url
from kartu.clients.models import DirectoryItem
from kartu.core.actors import Actor
from kartu.core.widgets import Picker


class ItemForm(ActionForm):
    """A new value, or another name for `item`."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autofocus": True}))
    wide = frozenset({"name"})

    def __init__(
        self, *args: Any, directory: Directory, by: Actor, item: DirectoryItem | None = None, **options: Any
    ) -> None:
        initial = {"name": item.name} if item else {}
        super().__init__(*args, initial={**initial, **options.pop("initial", {})}, **options)
        self.directory, self.by, self.item = directory, by, item

    def save(self) -> DirectoryItem | None:
        name = self.cleaned_data["name"]
        if self.item:
            return self.act(actions.rename_item, item=self.item, name=name, by=self.by)
        return self.act(actions.add_item, directory=self.directory, name=name, by=self.by)


class MergeForm(ActionForm):
    """Let all who have `item` have another value."""

    into = forms.ModelChoiceField(None, label=_("Into which"))
    wide = frozenset({"into"})

    def __init__(self, *args: Any, directory: Directory, item: DirectoryItem, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.item, self.by = item, by
        self.fields["into"].queryset = directory.active().exclude(pk=item.pk)
        self.fields["into"].widget = Picker(pick_url(directory.key))
        self.fields["into"].widget.choices = self.fields["into"].choices

    def save(self) -> Any:
        return self.act(actions.merge_items, item=self.item, into=self.cleaned_data["into"], by=self.by)
