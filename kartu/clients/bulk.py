"""What can be done to many clients at once."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kartu.clients import actions
from kartu.clients.list_edits import directory_field, receiver_field
from kartu.clients.models import Category, Client, Source, Status, Tag
from kartu.clients.rights import CHANGE, HAND_OVER, TRASH
from kartu.core.actors import Actor
from kartu.records.lists.asking import Asking
from kartu.records.lists.bulk import BulkAct, bulk_acts

FIELDS = {"status_id": Status, "category_id": Category, "source_id": Source}


def hand_over_form(asking: Asking) -> type[forms.Form]:
    class HandOverForm(forms.Form):
        to = receiver_field(asking)
        to.label = _("To whom")

    return HandOverForm


def hand_over(*, row: Client, values: Mapping[str, Any], by: Actor) -> None:
    actions.hand_over(client=row, to=values["to"], by=by)


def tag_form(asking: Asking) -> type[forms.Form]:
    class TagForm(forms.Form):
        tag = forms.ModelChoiceField(Tag.objects.filter(is_active=True), label=_("Tag"))
        how = forms.ChoiceField(
            label=_("What to do"), choices=[("add", _("Put on")), ("take", _("Take off"))], widget=forms.RadioSelect,
            initial="add",
        )  # fmt: skip

    return TagForm


def tag(*, row: Client, values: Mapping[str, Any], by: Actor) -> None:
    which = "put_on" if values["how"] == "add" else "take_off"
    actions.change_tags(client=row, **{which: [values["tag"]]}, by=by)


def change_form(asking: Asking) -> type[forms.Form]:
    class ChangeForm(forms.Form):
        status_id = directory_field(Status)(asking)
        category_id = directory_field(Category)(asking)
        source_id = directory_field(Source)(asking)

        def clean(self) -> dict[str, Any]:
            data = super().clean()
            if not any(data.get(name) for name in FIELDS):
                raise forms.ValidationError(gettext("Choose at least one value; what stays empty is not changed"))
            return data

    for name, label in (("status_id", _("Status")), ("category_id", _("Category")), ("source_id", _("Where from"))):
        ChangeForm.base_fields[name].label = label
    return ChangeForm


def change(*, row: Client, values: Mapping[str, Any], by: Actor) -> None:
    actions.change_client(client=row, values={name: values[name].pk for name in FIELDS if values.get(name)}, by=by)


def changed_to(values: Mapping[str, Any]) -> str:
    return gettext("Changed to %(what)s") % {
        "what": ", ".join(str(values[name]) for name in FIELDS if values.get(name))
    }


def trash(*, row: Client, values: Mapping[str, Any], by: Actor) -> None:
    actions.trash_client(client=row, by=by)


ACTS = (
    BulkAct(
        "clients.hand_over", "clients", _("Hand over"), "user-share", HAND_OVER, hand_over,
        title=lambda values: gettext("Handed over to %(who)s") % {"who": values["to"]}, form=hand_over_form, order=10,
    ),
    BulkAct(
        "clients.change", "clients", _("Change a field"), "pencil", CHANGE, change,
        title=changed_to, form=change_form, order=20,
    ),
    BulkAct(
        "clients.tag", "clients", _("Tag"), "tag", CHANGE, tag,
        title=lambda values: gettext("Tag %(tag)s") % {"tag": values["tag"]}, form=tag_form, order=30,
    ),
    BulkAct(
        "clients.trash", "clients", _("Trash"), "trash", TRASH, trash, title=lambda values: gettext("Moved to trash"),
        confirm=_("Move the selected clients to the trash? They can be taken out again."), is_dangerous=True, order=90,
    ),
)  # fmt: skip

for act in ACTS:
    bulk_acts.add(act)
