"""The parts of a dossier that this app knows itself: each is what the card shows, in words."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartu.clients.card import Card
from kartu.clients.card_fields import details as fields_of
from kartu.clients.dossier.period import Period
from kartu.clients.models import Address, BankAccount, Channel, Client, ClientEntity, Contact, Touch
from kartu.clients.numbers import numbers_of
from kartu.clients.own_sections import file_line
from kartu.clients.relations import relations_of
from kartu.clients.timeline import reading
from kartu.clients.ways import Way
from kartu.core import formats
from kartu.firm.countries import country
from kartu.records.files.about import files_about
from kartu.records.printing import Box, Happening, Line, Section

MOST_TOUCHES = 2_000
TOUCHES = "touches"  # their key among the sources of the card's history, which knows who may see them
DOT = " · "


def pinned(card: Card, period: Period) -> Section:
    return Section(_("Pinned"), text=card.client.pinned)


def people(card: Card, period: Period) -> Section:
    """The client's own ways, and everybody one speaks to there with theirs."""
    boxes = [person_box(each["contact"], each["ways"]) for each in card.people]
    return Section(_("Contacts"), lines=way_lines(card.ways), boxes=boxes)


def person_box(contact: Contact, ways: list[Way]) -> Box:
    lines = way_lines(ways)
    if contact.birthday:
        lines.append(Line(_("Birthday"), formats.format_date(contact.birthday)))
    name = f"{contact.salutation} {contact.name}".strip()
    return Box(name, contact.position, lines, contact.note)


def way_lines(ways: list[Way]) -> list[Line]:
    """Phones first, then e-mails and so on; of each kind the main one first."""
    kinds = list(Channel.Kind)
    ordered = sorted(ways, key=lambda way: kinds.index(way.channel.kind))
    return [Line(way.channel.get_kind_display(), way.shown, way.channel.label) for way in ordered]


def addresses(card: Card, period: Period) -> Section:
    return Section(_("Addresses"), lines=[address_line(each) for each in card.client.addresses.all()])


def address_line(address: Address) -> Line:
    place = country(address.country) if address.country != formats.region.get() else None
    text = ", ".join(filter(None, [str(address), place.name() if place else ""]))
    return Line(address.get_kind_display(), text, address.note)


def requisites(card: Card, period: Period) -> Section:
    accounts = list(BankAccount.objects.visible_to(card.by).filter(client=card.client))
    boxes = [
        entity_box(entity, [each for each in accounts if each.entity_id == entity.pk])
        for entity in card.client.entities.all()
    ]
    return Section(
        _("Requisites"), boxes=boxes, lines=[account_line(each) for each in accounts if each.entity_id is None]
    )


def entity_box(entity: ClientEntity, accounts: list[BankAccount]) -> Box:
    lines = [Line(label, number) for label, number in numbers_of(entity)]
    if entity.address:
        lines.append(Line(_("Address"), entity.address))
    known = country(entity.country)
    return Box(entity.name, known.name() if known else "", [*lines, *map(account_line, accounts)])


def account_line(account: BankAccount) -> Line:
    note = DOT.join(filter(None, [account.bank_name, account.bank_code, account.currency]))
    return Line(_("Account"), account.account, note)


def relations(card: Card, period: Period) -> Section:
    rows = relations_of(card.client, card.by)
    return Section(_("Relations"), lines=[Line(capfirst(row.words), row.name, row.note) for row in rows])


def details(card: Card, period: Period) -> Section:
    """What stands on the right side of the card and not in the head of the paper."""
    fields = [field for field in fields_of(card.client) if field.name not in ("status", "category")]
    return Section(_("Details"), lines=[Line(field.label, field.shown) for field in fields if field.shown])


def history(card: Card, period: Period) -> Section:
    """Touches of the period, newest first; how many there are besides is said."""
    if TOUCHES not in {source.key for source in reading.sources(card.by)}:
        return Section(_("History"))
    rows = card.client.touches.all()
    told = list(rows.filter(period.covers("at")).select_related("by", "contact").order_by("-at", "-id")[:MOST_TOUCHES])
    others = rows.count() - len(told)
    end = ngettext("%(count)s more is not printed here.", "%(count)s more are not printed here.", others)
    return Section(
        _("History"),
        note=said(period),
        history=[happening(touch) for touch in told],
        end=end % {"count": formats.format_number(others)} if others else "",
    )


def said(period: Period) -> str:
    since, until = (formats.format_date(day) if day else "" for day in (period.since, period.until))
    if since and until:
        return f"{since} – {until}"
    if since:
        return _("since %(day)s") % {"day": since}
    return _("until %(day)s") % {"day": until} if until else ""


def happening(touch: Touch) -> Happening:
    length = _("%(minutes)s min") % {"minutes": touch.minutes} if touch.minutes else ""
    what = ", ".join(filter(None, [touch.get_kind_display(), touch.get_direction_display(), length]))
    who = DOT.join(person.name for person in (touch.contact, touch.by) if person)
    return Happening(formats.format_date(touch.at), formats.format_time(touch.at), what, who, touch.text, touch.result)


def files(card: Card, period: Period) -> Section:
    """Those of sections stand with their sections."""
    rows = files_about(Client._meta.label_lower, card.client.pk, by=card.by)
    return Section(_("Files"), lines=[file_line(file) for file in rows if file.section_id is None])
