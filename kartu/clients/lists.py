"""The list of clients: its columns, filters and ready views."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import lru_cache

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from kartu.clients import list_edits, rights
from kartu.clients.contact_details import EMAILS, PHONES, Sight, sight, sights, veiled
from kartu.clients.models import (
    Category,
    Channel,
    Client,
    ClientTag,
    ClientValue,
    Collaborator,
    Favourite,
    Source,
    Status,
)
from kartu.clients.revealing import masked_cell
from kartu.clients.segments.kind import InSegment
from kartu.clients.whole_numbers import numbers_told
from kartu.core.actors import Actor
from kartu.core.formats import region
from kartu.core.text import digits, plain
from kartu.firm import phones
from kartu.firm.models import Team, User
from kartu.records.custom.columns import OwnColumns
from kartu.records.lists.asking import Asking
from kartu.records.lists.days import Day, Moment
from kartu.records.lists.due import Due
from kartu.records.lists.kinds import Choice, Email, Masked, Number, Phone, Text, Word
from kartu.records.lists.linked import Directory, Gone, Linked, Mine, People, Person, Tags
from kartu.records.lists.spec import UNSORTED, Beside, Column, Empty, ListSpec, ReadyView, lists
from kartu.search import storage
from kartu.security.rows import GuardedQuerySet


def counted(number: int) -> str:
    return ngettext("%(count)s client", "%(count)s clients", number)


def quick(text: str, asking: Asking) -> Q:
    """Clients whose name, city or e-mail has the words, or one of whose phones the digits; what the person reads behind
    masks is found by the whole number or address only."""
    words = plain(text)
    found = Q(name_key__contains=words) | Q(city_key__contains=words)
    number, person = digits(text), asking.person
    is_number = len(number) >= 3 and len(number) * 2 >= len(text)
    if sight(person, EMAILS) is Sight.FULL:
        found |= Q(email__contains=text.strip().lower())
    if is_number and sight(person, PHONES) is Sight.FULL:
        found |= Q(pk__in=with_number().filter(digits__contains=number).values("client_id"))
    if told := whole_told(text, asking):
        found |= Q(pk__in=with_number().filter(value__in=told).values("client_id"))
    return found


def with_number() -> GuardedQuerySet:
    return Channel.objects.as_system("whose numbers are asked for; the list shows only visible clients").live(
        deep=False
    )


def whole_told(text: str, asking: Asking) -> tuple[str, ...]:
    return asking.remembered(f"whole {text}", lambda: numbers_told(text, asking.person))


def quick_state(text: str, asking: Asking) -> Hashable:
    return sights(asking.person), whole_told(text, asking)


PIECES = storage.add_pieces(Client._meta.db_table, ("name_key", "city_key", "email", "phone"))


def with_piece(field: str, text: str) -> Q | None:
    """The clients whose `field` may have `text` in it, told by the pieces of three letters."""
    return storage.with_piece(PIECES, field, text)


def every_client() -> QuerySet:
    return Client.objects.as_system("whose colleague has left; only rows that have just been shown are asked for")


def favourites(asking: Asking) -> QuerySet:
    return Favourite.objects.visible_to(asking.person)


def phone_of_here(e164: str) -> str:
    return _phone(e164, region.get())


@lru_cache(maxsize=20_000)  # taking a number apart costs as much as ten cells
def _phone(e164: str, country: str) -> str:
    return phones.display(e164, country)


def veiled_column(what: str, name: str) -> Callable[[Column, Actor], Column]:
    """For whoever reads PHONES or EMAILS behind masks; no sort either, for neighbours in order tell digits."""

    def seen_by(column: Column, person: Actor) -> Column:
        seen = sight(person, what)
        if seen is Sight.FULL:
            return column
        cell = (lambda row, mask: masked_cell(row.pk, name, mask)) if seen is Sight.MASKED else None
        return replace(column, kind=Masked(veil=lambda text: veiled(text, person), cell=cell), sort=UNSORTED)

    return seen_by


CLIENTS = lists.add(
    ListSpec(
        key="clients",
        model=Client,
        title=_("Clients"),
        icon="address-book",
        count=counted,
        url_name="clients:list",
        row_url=lambda pk: f"/clients/{pk}/",
        preview_url=lambda pk: f"/clients/{pk}/preview/",
        change=list_edits.change,
        by_name="name_key",
        sort="name",
        quick=quick,
        quick_state=quick_state,
        beside=(
            Beside(_("Quality of data"), "clients:quality", "clipboard-check", rights.VIEW),
            Beside(_("Bring a list"), "records:import_new", "upload", rights.IMPORT, "?what=clients"),
        ),
        own=OwnColumns(Client, ClientValue, list_edits.set_custom),
        quick_fields=frozenset({"name_key", "city_key", "email", "pk"}),
        columns=(
            Column(
                "name",
                _("Client"),
                Text(shown="name", pieces=with_piece),
                field="name",
                filter_field="name_key",
                width=204,
                is_first=True,
                edit=list_edits.text(max_length=300),
            ),
            Column(
                "responsible",
                _("Looks after"),
                Person(User),
                field="responsible_id",
                width=150,
                edit=list_edits.responsible(),
            ),
            Column(
                "phone",
                _("Phone"),
                Phone(spell=phone_of_here, pieces=with_piece),
                width=142,
                phone_line=2,
                seen_by=veiled_column(PHONES, "phone"),
            ),
            Column("next_touch", _("Next touch"), Due(), field="next_touch_at", width=136, phone_line=1),
            Column("last_touch", _("Last touch"), Moment(), field="last_touch_at", width=108),
            Column(
                "status", _("Status"), Directory(Status), field="status_id", width=96, edit=list_edits.item_of(Status)
            ),
            Column(
                "category",
                _("Category"),
                Directory(Category),
                field="category_id",
                width=104,
                edit=list_edits.item_of(Category),
            ),
            Column(
                "city",
                _("City"),
                Word(shown="city", pieces=with_piece),
                field="city",
                filter_field="city_key",
                width=96,
                phone_line=2,
            ),
            Column("tags", _("Tags"), Tags(through=ClientTag, owner="client"), width=112, edit=list_edits.tags()),
            Column(
                "collaborators",
                _("Also take part"),
                People(through=Collaborator, owner="client"),
                width=150,
                shown=False,
            ),
            Column(
                "email",
                _("E-mail"),
                Email(pieces=with_piece),
                width=180,
                shown=False,
                seen_by=veiled_column(EMAILS, "email"),
            ),
            Column(
                "source",
                _("Where from"),
                Directory(Source),
                field="source_id",
                width=120,
                shown=False,
                edit=list_edits.item_of(Source),
            ),
            Column("kind", _("Who is it"), Choice(choices=Client.Kind.choices), width=100, shown=False),
            Column(
                "colleague_left",
                _("Colleague has left"),
                Gone(person="responsible_id", rows=every_client),
                width=90,
                shown=False,
            ),
            Column("team", _("Team"), Linked(Team), field="team_id", width=120, shown=False),
            Column("birthday", _("Birthday"), Day(), width=110, shown=False, edit=list_edits.day()),
            Column("created", _("Added"), Moment(), field="created_at", width=120, shown=False),
            Column("created_by", _("Added by"), Person(User), field="created_by_id", width=160, shown=False),
            Column("number", pgettext_lazy("of a client", "No. in Kartu"), Number(), field="id", width=90, shown=False),
            Column("favourite", _("At hand"), Mine(marks=favourites, owner="client"), width=80, shown=False),
            Column("segment", _("Segment"), InSegment(), field="pk", sort=UNSORTED, shown=False, can_show=False),
        ),
        views=(
            ReadyView("all", _("All")),
            ReadyView("mine", _("Mine"), {"f": ["responsible:any:me"]}),
            ReadyView("take_part", _("I take part"), {"f": ["collaborators:any:me"]}),
            ReadyView("no_next", _("No next touch"), {"f": ["next_touch:empty"]}),
            ReadyView("sleeping", _("Sleeping 90+ days"), {"f": ["last_touch:older:90"], "s": "last_touch"}),
            ReadyView("new", _("New this month"), {"f": ["created:last:30"], "s": "-created"}),
            ReadyView("at_hand", _("At hand"), {"f": ["favourite:yes"]}),
        ),
        rights={
            "export": rights.EXPORT,
            "print": rights.PRINT,
            "change": rights.CHANGE,
            "trash": rights.TRASH,
            "bulk": rights.BULK,
        },
        empty=Empty(
            title=_("No clients yet"),
            text=_(
                "A client's card holds everything: who they are, what was said, what comes next. "
                "Bring your list from Excel, or write the first one."
            ),
            icon="address-book",
        ),
    )
)
