"""The fields of a client that a column may feed, and the words by which their columns are known."""

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kartu.clients.imports.programs import settle_known
from kartu.clients.lists import CLIENTS
from kartu.core.actors import Actor
from kartu.records.custom.definitions import FieldShape, SectionShape, all_sections, fields_for, sections_for
from kartu.records.imports.guess import Column, Looks
from kartu.records.imports.headers import header_of
from kartu.records.imports.mapping import Choice, Kind, Target, Words
from kartu.records.imports.texts import said_everywhere

WORDS_FILE = Path(__file__).parent.parent / "data" / "import_words.toml"

WHO, REACH, PLACE, PAPERS, MORE, OWN = (
    _("Who"),
    _("How to reach them"),
    _("Where"),
    _("Requisites"),
    _("More"),
    _("Fields of your own"),
)
# As the list of clients heads the same columns when it is exported.
NUMBER = pgettext_lazy("of a client", "No. in Kartu")
FIELDS = [
    Target("id", NUMBER, Kind.NUMBER, WHO, is_kept=True),
    Target("kind", _("Company or person"), Kind.TEXT, WHO, is_kept=True),
    Target("name", _("Name of the client"), Kind.NAME, WHO),
    Target("company", _("Company"), Kind.NAME, WHO),
    Target("person", _("Contact person, full name"), Kind.NAME, WHO, many=True, adds=True),
    Target("family", _("Family name"), Kind.NAME, WHO),
    Target("given", _("Given name"), Kind.NAME, WHO),
    Target("patronymic", _("Patronymic or middle name"), Kind.NAME, WHO),
    Target("suffix", _("Words after the name"), Kind.TEXT, WHO, is_kept=True),
    Target("salutation", _("How to address"), Kind.TEXT, WHO),
    Target("position", _("Position"), Kind.TEXT, WHO),
    Target("department", _("Department"), Kind.TEXT, WHO, is_kept=True),
    Target("birthday", _("Birthday"), Kind.DATE, WHO),
    Target("phone", _("Phone"), Kind.PHONE, REACH, many=True, looks=(Looks.PHONE,)),
    Target("extension", _("Extension of the phone beside"), Kind.TEXT, REACH, many=True, adds=True),
    Target("phone_label", _("Kind of the phone beside"), Kind.LABEL, REACH, many=True),
    Target("fax", _("Fax"), Kind.TEXT, REACH, many=True),
    Target("email", _("E-mail"), Kind.EMAIL, REACH, many=True, looks=(Looks.EMAIL,)),
    Target("email_label", _("Kind of the e-mail beside"), Kind.LABEL, REACH, many=True),
    Target("whatsapp", _("WhatsApp"), Kind.PHONE, REACH, many=True),
    Target("telegram", _("Telegram"), Kind.TEXT, REACH, many=True),
    Target("messenger", _("Other messenger"), Kind.TEXT, REACH, many=True),
    Target("messenger_label", _("Kind of the messenger beside"), Kind.LABEL, REACH, many=True),
    Target("site", _("Web site"), Kind.TEXT, REACH, many=True, looks=(Looks.SITE,)),
    Target("site_label", _("Kind of the web site beside"), Kind.LABEL, REACH, many=True),
    Target("address", _("Whole address"), Kind.TEXT, PLACE, sets=True, divides=True),
    Target("street", _("Street, house"), Kind.TEXT, PLACE, sets=True),
    Target("street_more", _("Rest of the address"), Kind.TEXT, PLACE, many=True, sets=True),
    Target("city", pgettext_lazy("of an address", "City"), Kind.TEXT, PLACE, sets=True),
    Target("region", pgettext_lazy("of an address", "Region"), Kind.TEXT, PLACE, sets=True),
    Target("postcode", pgettext_lazy("of an address", "Postcode"), Kind.TEXT, PLACE, sets=True),
    Target("country", pgettext_lazy("of an address", "Country"), Kind.TEXT, PLACE, sets=True),
    Target("address_label", _("Kind of the address beside"), Kind.LABEL, PLACE, sets=True),
    Target("legal_name", _("Full legal name"), Kind.TEXT, PAPERS),
    Target("tax_id", _("Tax number (INN, NPWP)"), Kind.TEXT, PAPERS),
    Target("kpp", _("KPP"), Kind.TEXT, PAPERS),
    Target("ogrn", _("OGRN"), Kind.TEXT, PAPERS),
    Target("nik", _("NIK"), Kind.TEXT, PAPERS),
    Target("nib", _("NIB"), Kind.TEXT, PAPERS),
    Target("vat", _("VAT number"), Kind.TEXT, PAPERS),
    Target("legal_address", _("Registered address"), Kind.TEXT, PAPERS),
    Target("bank_name", _("Bank"), Kind.TEXT, PAPERS, adds=True),
    Target("bank_code", _("BIC, BIK or SWIFT"), Kind.TEXT, PAPERS, adds=True),
    Target("bank_account", _("Account"), Kind.TEXT, PAPERS, adds=True),
    Target("responsible", _("Responsible colleague"), Kind.TEXT, MORE, is_kept=True),
    Target("status", _("Status"), Kind.TEXT, MORE),
    Target("category", _("Category"), Kind.TEXT, MORE),
    Target("source", _("Source"), Kind.TEXT, MORE),
    Target("tags", _("Tags"), Kind.LIST, MORE, many=True, adds=True),
    Target("collaborators", _("Also take part"), Kind.LIST, MORE, many=True, adds=True),
    Target("about", _("What they do"), Kind.TEXT, MORE),
    Target("note", _("Note"), Kind.LONG, MORE, many=True, looks=(Looks.LONG,), adds=True),
    Target("note_line", _("Into the note, with the column's name"), Kind.LONG, MORE, many=True, adds=True),
    Target("created_at", _("Client since"), Kind.DATE, MORE, is_kept=True),
    Target("consent_at", _("Consent to keep their data, since"), Kind.DATE, MORE),
    Target("language", _("Language of documents"), Kind.TEXT, MORE),
]
TARGETS = {target.key: target for target in FIELDS}


def own_fields(by: Actor) -> list[FieldShape]:
    """The fields of the firm's own that a file of `by` may fill in."""
    return [shape for shape in fields_for("clients.client", by) if shape.may_type(by)]


def tables_for(by: Actor) -> list[SectionShape]:
    """The table sections that a file of `by` may bring rows to, each with the fields that it may fill in."""
    tables = [
        replace(section, fields=tuple(shape for shape in section.fields if shape.may_type(by)))
        for section in sections_for("clients.client", by)
        if section.is_table
    ]
    return [section for section in tables if section.fields]


def targets_for(by: Actor) -> dict[str, Target]:
    own = {shape.key: Target(shape.key, shape.name, shape.type.import_kind, OWN) for shape in own_fields(by)}
    for section in tables_for(by):
        for shape in section.fields:
            label = label_in(section, shape)
            own[shape.key] = Target(shape.key, label, shape.type.import_kind, section.name, adds=True)
    return TARGETS | own


def has_tables(mapped: set[str]) -> bool:
    """Whether columns feed a field of a table."""
    tables = (section for section in all_sections("clients.client") if section.is_table)
    return any(shape.key in mapped for section in tables for shape in section.fields)


def label_in(section: SectionShape, shape: FieldShape) -> str:
    """How a field of a table is called where fields of other tables stand beside it."""
    return f"{section.name}: {shape.name}"


def words_for(by: Actor) -> Words:
    """The known headers, and the names of the firm's own fields that `by` may fill in."""
    own = {shape.key: {"own": [shape.name]} for shape in own_fields(by)} | _words_of_tables(by)
    data = known_words()
    return Words({**data["words"], **own}, data["sets"], data["owners"], _labels(), _heads_of_the_list())


def _words_of_tables(by: Actor) -> dict[str, dict[str, list[str]]]:
    """A field of a table is known by the table's name and its own, or its own alone where no other is called so."""
    fields = [(section, shape) for section in tables_for(by) for shape in section.fields]
    called = Counter(header_of(shape.name) for shape in own_fields(by))
    called.update(header_of(name) for section, shape in fields for name in {label_in(section, shape), shape.name})
    names = {shape.key: (label_in(section, shape), shape.name) for section, shape in fields}
    return {key: {"own": [name for name in both if called[header_of(name)] == 1]} for key, both in names.items()}


@cache
def known_words() -> dict[str, Any]:
    with open(WORDS_FILE, "rb") as file:
        return tomllib.load(file)


@cache
def _labels() -> dict[str, str]:
    """The names of our own fields, by which the columns of our template are known; in all languages."""
    return {label: target.key for target in FIELDS for label in said_everywhere(target.label)}


# Columns of the list of clients by the fields that they feed when the list comes back; the others are not taken.
SAME_NAMES = "responsible phone status category city tags collaborators email source kind birthday name"
FED_BY_THE_LIST = {**{key: key for key in SAME_NAMES.split()}, "created": "created_at", "number": "id"}


@cache
def _heads_of_the_list() -> dict[str, str]:
    """The heads of an exported list of clients, in all languages, and the field of each."""
    return {
        head: FED_BY_THE_LIST.get(column.key, "-")
        for column in CLIENTS.columns
        for head in said_everywhere(column.label)
    }


def settle(choices: list[Choice], columns: list[Column]) -> None:
    """Correct a guessed mapping where one column throws light on another, or the program it comes from is known."""
    settle_known(choices, columns)
    _who_is_named(choices)
    _parts_before_pieces(choices, columns)
    _second_lines(choices)
    _mister(choices, columns)


def _who_is_named(choices: list[Choice]) -> None:
    """A bare "Name" beside a company or a family name is the person's; a company alone is the client."""
    mapped = {choice.target for choice in choices}
    for choice in choices:
        if choice.target == "name" and mapped & {"company", "given", "family"} and "person" not in mapped:
            choice.target = "person"
        elif choice.target == "company" and "name" not in mapped and not mapped & PERSON_FIELDS:
            choice.target = "name"


PERSON_FIELDS = {"person", "given", "family", "patronymic"}


def _parts_before_pieces(choices: list[Choice], columns: list[Column]) -> None:
    """Columns without a header are looked at by content: a first column of words is the name."""
    mapped = {choice.target for choice in choices}
    if mapped & {"name", "company", "person", "given", "family"}:
        return
    for choice, column in zip(choices, columns, strict=True):
        if not choice.target and not column.header and column.looks == Looks.TEXT:
            choice.target, choice.certainty = "name", 0.3
            return


def _second_lines(choices: list[Choice]) -> None:
    """ "Street 2" without a city of its own is the second line of the one address, not a second address."""
    sets: dict[str, list[Choice]] = {}
    for choice in choices:
        if TARGETS.get(choice.target) and TARGETS[choice.target].sets:
            sets.setdefault(choice.set, []).append(choice)
    first = sets.get("", [])
    for name, fed in sets.items():
        lines_only = all(choice.target in ("street", "street_more") for choice in fed)
        if name.isdigit() and lines_only and any(choice.target in ("street", "address") for choice in first):
            for choice in fed:
                choice.target, choice.set = "street_more", ""


def _mister(choices: list[Choice], columns: list[Column]) -> None:
    """Outlook's "Title" is Mr. or Mrs., for its "Job Title" is another column."""
    titles = {" ".join(header_of(column.header).words): choice for choice, column in zip(choices, columns, strict=True)}
    if "title" in titles and "job title" in titles and titles["title"].target == "position":
        titles["title"].target, titles["job title"].target = "salutation", "position"


def missing(choices: Iterable[Choice]) -> str:
    """What must be mapped and is not."""
    named = {"id", "name", "company", "person", "given", "family", "phone", "email", "legal_name"}
    if not named & {choice.target for choice in choices}:
        return str(_("Say which column holds the name of the client, the company or the person."))
    return ""
