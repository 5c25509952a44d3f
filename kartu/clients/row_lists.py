"""The rows of a table section over all clients: a list for each table that the firm has set up, "rows-5"."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kartu.clients import list_edits, rights
from kartu.clients.lists import CLIENTS
from kartu.clients.models import ClientRow, ClientRowValue
from kartu.clients.own_sections import tables_for
from kartu.core.actors import Actor
from kartu.core.text import plain
from kartu.firm.models import User
from kartu.records.custom.columns import OwnColumns
from kartu.records.custom.definitions import SectionShape
from kartu.records.lists.kinds import Text
from kartu.records.lists.linked import Person
from kartu.records.lists.spec import Column, Empty, ListFamily, ListSpec, ReadyView, families

FAMILY = "rows"
WHY = "which rows hold these words in a field that the person sees; the list shows only those within reach"


def list_of(section: SectionShape) -> ListSpec:
    """The list of the rows of `section`, as the person sees it whose shape of the section this is."""
    return ListSpec(
        key=f"{FAMILY}-{section.id}",
        model=ClientRow,
        title=section.name,
        icon="table",
        count=counted,
        url_name="clients:row_list",
        url_args=(section.id,),
        row_url=lambda pk: reverse("clients:row_of_list", args=[pk]),
        change=list_edits.change_row,
        by_name="client__name_key",
        sort="client",
        quick=lambda text, asking: quick(section, text),
        quick_fields=frozenset({"client__name_key", "pk"}),
        own=OwnColumns(ClientRow, ClientRowValue, list_edits.change_row, section.id),
        within=Q(section_id=section.id),
        columns=(
            Column(
                "client",
                _("Client"),
                Text(shown="client__name"),
                field="client__name",
                filter_field="client__name_key",
                width=204,
                is_first=True,
            ),
            Column(
                "responsible",
                _("Looks after"),
                Person(User),
                field="client__responsible_id",
                width=150,
                shown=False,
            ),
        ),
        views=(ReadyView("all", _("All")),),
        rights={"export": rights.EXPORT, "print": rights.PRINT, "change": rights.CHANGE},
        empty=Empty(
            title=_("No rows yet"),
            text=_("Rows are added on the card of a client, under the section. All of them stand here together."),
            icon="table",
        ),
    )


def counted(number: int) -> str:
    return ngettext("%(count)s row", "%(count)s rows", number)


def quick(section: SectionShape, text: str) -> Q:
    """Rows whose client is called so, or one of whose texts has the words."""
    words = plain(text)
    ids = [shape.id for shape in section.fields if shape.type.column == "text"]
    values = ClientRowValue.objects.as_system(WHY).filter(field_id__in=ids, text__contains=words)
    return Q(client__name_key__contains=words) | Q(pk__in=values.values("record_id"))


def list_for(section_id: int, person: Actor) -> ListSpec | None:
    return next((list_of(section) for section in filled_tables(person) if section.id == section_id), None)


def lists_for(person: Actor) -> list[ListSpec]:
    return [list_of(section) for section in filled_tables(person)]


def filled_tables(person: Actor) -> list[SectionShape]:
    """The tables that `person` sees a field of: one without is no list yet."""
    return [section for section in tables_for(person) if section.fields]


def beside(person: Actor, here: ListSpec) -> list[tuple[str, str, bool]]:
    """(title, address, whether it is `here`) of the list of clients and those of their rows; none where it is alone."""
    others = lists_for(person)
    return [(str(spec.title), spec.url, spec.key == here.key) for spec in (CLIENTS, *others)] if others else []


families.add(ListFamily(FAMILY, list_for, lists_for))
