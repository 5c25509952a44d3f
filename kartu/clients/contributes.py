"""What this app adds to the lists of the apps below it. Read this file first."""

from typing import Any

from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kartu.clients import (  # noqa: F401 - some add themselves
    api,
    bulk,
    derived,
    facts,
    formula_names,
    invariants,
    leaving,
    lists,
    own_files,
    own_sections,
    probing,
    rail,
    reference_target,
    related,
    reminders,
    row_lists,
    search_sources,
)
from kartu.clients.actions import restore_client
from kartu.clients.actions.merging import move_apart
from kartu.clients.contact_details import veiled_in
from kartu.clients.demo import fill
from kartu.clients.directories import DIRECTORIES as LISTS
from kartu.clients.dossier import parts as dossier
from kartu.clients.duplicates.moving import MergeMove, merge_moves
from kartu.clients.duplicates.parting import settle
from kartu.clients.events import (
    ClientHandedOver,
    ClientShared,
    ClientsImported,
    ClientsMerged,
    TouchLogged,
)
from kartu.clients.history import told_changes
from kartu.clients.imports.importer import ClientImporter
from kartu.clients.jobs import renew_found, search_duplicates
from kartu.clients.messages import sending  # noqa: F401 - adds itself
from kartu.clients.models import Client, Contact, NotSame, SegmentMember, Touch
from kartu.clients.registries import (
    CardFact,
    CardTab,
    DossierPart,
    RailSection,
    TimelineSource,
    card_facts,
    card_rail,
    card_tabs,
    dossier_parts,
    timeline,
)
from kartu.clients.rights import (
    ACCESS_LOG,
    CHANGE,
    CREATE,
    DIRECTORIES,
    HISTORY,
    IMPORT,
    MERGE,
    SEE_TOUCHES,
    TRASH,
    VIEW,
)
from kartu.clients.segments.members import keep_members
from kartu.clients.starting import fill_lists
from kartu.clients.timeline import changes, messages, touches
from kartu.core.about import About, abouts
from kartu.core.actors import Actor
from kartu.core.addresses import address
from kartu.core.api import resources
from kartu.core.demo import DemoPart, demo_parts
from kartu.core.menu import MenuItem, NewItem, menu, new_menu
from kartu.core.outbox import on
from kartu.core.veils import text_veils
from kartu.firm.facts import PersonFact, person_facts
from kartu.firm.rights import SETTINGS
from kartu.firm.signals import founded
from kartu.firm.steps import FirstStep, first_steps
from kartu.firm.tabs import IN_CLIENTS, SettingsTab, settings_tabs
from kartu.records.changes import undone
from kartu.records.custom.entities import Entity, entities
from kartu.records.custom.targets import targets
from kartu.records.imports.importers import importers
from kartu.records.rights import FILES_VIEW
from kartu.records.trash import Trashed, trash
from kartu.records.uses import Used, used
from kartu.security import audit
from kartu.security.invariants import Invariant
from kartu.security.invariants import invariants as held
from kartu.security.logbook.places import LogTeller, log_tellers
from kartu.security.reached import ReachedRows, reached_rows
from kartu.security.rows import GuardedQuerySet

for resource in api.RESOURCES:
    resources.add(resource)

audit.written.connect(derived.renew_written, dispatch_uid="clients.derived")
undone.connect(settle, dispatch_uid="clients.merging")

merge_moves.add(MergeMove(NotSame._meta.label_lower, move_apart))
merge_moves.add(MergeMove(SegmentMember._meta.label_lower, keep_members))

menu.add(
    MenuItem("duplicates", _("Duplicates"), "clients:duplicates", "copy-check", order=91, right=MERGE, at_end=True)
)
menu.add(
    MenuItem("quality", _("Quality of data"), "clients:quality", "clipboard-check", order=92, right=VIEW, at_end=True)
)
menu.add(MenuItem("clients", _("Clients"), "clients:list", "address-book", order=20, right=VIEW, on_phone=True))
menu.add(MenuItem("segments", _("Segments"), "clients:segments", "filter", order=25, right=VIEW))

founded.connect(fill_lists, dispatch_uid="clients.starting")

demo_parts.add(DemoPart("clients", order=100, fill=fill))


def clients_within_reach(actor: Actor, to_change: bool) -> GuardedQuerySet:
    return Client.objects.visible_to(actor, CHANGE if to_change else VIEW)


def touches_within_reach(actor: Actor, to_change: bool) -> GuardedQuerySet:
    return Touch.objects.visible_to(actor, CHANGE if to_change else VIEW)


abouts.add(
    About(
        model="clients.client",
        label=_("Client"),
        icon="address-book",
        reach=clients_within_reach,
        url=lambda client: address("clients:card", client.pk),
        look=lambda pk: address("clients:preview", pk),
        columns=("name",),
    )
)

abouts.add(
    About(
        model="clients.touch",
        label=_("Touch"),
        icon="message-2",
        reach=touches_within_reach,
        url=lambda touch: f"{address('clients:card', touch.client_id)}#touch-{touch.pk}",
        order=10,
        columns=("text", "client_id"),
    )
)

log_tellers.add(LogTeller("clients.client", told_changes))
text_veils.append(veiled_in)
importers.add(ClientImporter())
entities.add(
    Entity("clients.client", _("Clients"), order=10, built_in=formula_names.BUILT_IN, rows="clients.clientrow")
)


def clients_in_the_trash(actor: Actor) -> GuardedQuerySet:
    # A merged card is not taken out by itself: that would be an empty one. The merge is taken back.
    return Client.objects.visible_to(actor, TRASH, trashed=True).filter(merged_into=None)


trash.add(
    Trashed(
        key="clients.client",
        label=_("Clients"),
        icon="address-book",
        rows=clients_in_the_trash,
        restore=lambda client, by: restore_client(client=client, by=by),
        order=10,
    )
)

new_menu.add(NewItem("client", _("Client"), "clients:new", "address-book", order=10, letter="c", right=CREATE))

card_facts.add(CardFact("next_touch", _("Next touch"), 10, facts.next_touch))
card_facts.add(CardFact("last_touch", _("Last touch"), 20, facts.last_touch))
# What firms ask first of all (owes, bought, open deals, health) comes from the apps above, at 30 to 60.
card_facts.add(CardFact("responsible", _("Looked after by"), 70, facts.responsible))
card_facts.add(CardFact("status", _("Status"), 80, facts.status))
card_facts.add(CardFact("source", _("Came from"), 90, facts.source))
card_facts.add(CardFact("added", _("Added"), 100, facts.added))

card_tabs.add(CardTab("timeline", _("Timeline"), "clients:timeline", order=10))
card_tabs.add(CardTab("contacts", _("Contacts"), "clients:contacts", 20, lambda client, by: len(client.contacts.all())))
card_tabs.add(
    CardTab(
        "requisites",
        _("Requisites"),
        "clients:requisites",
        500,
        lambda client, by: len(client.entities.all()) + client.account_count,
    )
)
card_tabs.add(
    CardTab("addresses", _("Addresses"), "clients:addresses", 510, lambda client, by: len(client.addresses.all()))
)
card_tabs.add(CardTab("relations", _("Relations"), "clients:relations", 520, lambda client, by: client.relation_count))
card_tabs.add(CardTab("files", _("Files"), "clients:files", 530, own_files.count_of_all, right=FILES_VIEW))
# Asked about now and then: under "More" of the card, and no question of the card itself.
card_tabs.add(CardTab("segments", _("Segments"), "clients:client_segments", 540, lambda client, by: 0))
card_tabs.add(CardTab("history", _("Who changed what"), "clients:history", 900, right=HISTORY))
card_tabs.add(CardTab("access", _("Who looked"), "clients:access_log", 910, right=ACCESS_LOG))

card_rail.add(RailSection("pinned", 10, "clients/rail/pinned.html", rail.pinned))
card_rail.add(RailSection("people", 20, "clients/rail/people.html", rail.people))
card_rail.add(RailSection("collaborators", 25, "clients/rail/collaborators.html", rail.collaborators))
card_rail.add(RailSection("details", 30, "clients/rail/details.html", rail.details))

dossier_parts.add(DossierPart("pinned", _("Pinned"), 10, dossier.pinned))
# What comes next stands here, at 20.
dossier_parts.add(DossierPart("contacts", _("Contacts"), 30, dossier.people))
dossier_parts.add(DossierPart("addresses", _("Addresses"), 40, dossier.addresses))
dossier_parts.add(DossierPart("requisites", _("Requisites"), 50, dossier.requisites))
dossier_parts.add(DossierPart("relations", _("Relations"), 60, dossier.relations))
dossier_parts.add(DossierPart("details", _("Details"), 70, dossier.details))
dossier_parts.add(DossierPart("own", _("Sections of your own"), 80, own_sections.dossier))
# Deals, papers, payments of the apps above stand before the history, at 100 to 800.
dossier_parts.add(DossierPart("files", _("Files"), 810, dossier.files, right=FILES_VIEW))
dossier_parts.add(DossierPart("history", _("History"), 900, dossier.history))

timeline.add(
    TimelineSource(
        "touches",
        _("Touches"),
        "message-2",
        touches.ORDER,
        touches.entries,
        filters=touches.FILTERS,
        count=touches.count,
        right=SEE_TOUCHES,
    )
)
timeline.add(
    TimelineSource(
        "changes", _("Changes"), "pencil", changes.ORDER, changes.entries, right=HISTORY, count=changes.count
    )
)

timeline.add(
    TimelineSource(
        "messages",
        pgettext_lazy("of the program to clients", "Messages to the client"),
        "bell",
        messages.ORDER,
        messages.entries,
        count=messages.count,
        right=SEE_TOUCHES,
    )
)

settings_tabs.add(
    SettingsTab("clients", _("Lists of clients"), "clients:directories", group=IN_CLIENTS, order=10, right=DIRECTORIES)
)
settings_tabs.add(SettingsTab("card", _("The card"), "clients:card_order", group=IN_CLIENTS, order=20, right=SETTINGS))
for directory in LISTS.values():
    used.add(
        Used(
            directory.model._meta.label_lower,
            lambda pk, by, model=directory.model: model.objects.filter(pk=pk).first() if by.may(DIRECTORIES) else None,
            lambda row: reverse("clients:directories"),
            order=100,
        )
    )
used.add(
    Used(
        "clients.client",
        lambda pk, by: Client.objects.visible_to(by).filter(pk=pk).first(),
        lambda client: reverse("clients:card", args=[client.pk]),
        order=50,
    )
)
used.add(
    Used(
        "clients.contact",
        lambda pk, by: Contact.objects.visible_to(by).filter(pk=pk).first(),
        lambda contact: f"{reverse('clients:card', args=[contact.client_id])}?tab=contacts",
        order=60,
    )
)
person_facts.add(PersonFact("clients", _("Clients"), rail.clients_of, order=10, url=rail.list_of))
reached_rows.add(ReachedRows("clients", _("Clients"), VIEW, Client.objects.visible_to, "clients:card"))
first_steps.add(
    FirstStep(
        "import",
        _("Bring your list of clients"),
        _("A sheet from Excel, a CSV or contacts of a phone: on cards in minutes, and one click takes it all back."),
        "upload",
        order=10,
        url_name="records:import_new",
        right=IMPORT,
    )
)
first_steps.add(
    FirstStep(
        "client",
        _("Put the first client on a card"),
        _("A name and a phone are enough; all else grows with the work."),
        "address-book",
        order=20,
        url_name="clients:new",
        right=CREATE,
    )
)


held.add(
    Invariant(
        "own.repeated",
        "Lists look at the values of the firm's own fields that clients hold",
        invariants.own_fields_are_repeated,
        123,
    )
)
targets.add(reference_target.CLIENTS)
held.add(
    Invariant(
        "own.formulas",
        "What formulas of the firm's own give is what clients hold",
        invariants.formulas_are_worked_out,
        124,
    )
)
held.add(
    Invariant(
        "merged.empty",
        "Nothing hangs on a card that was merged",
        invariants.merged_cards_are_empty,
        122,
    )
)
held.add(Invariant("derived.parts", "What a client repeats of its parts is so", invariants.parts_are_repeated, 121))


@receiver(audit.written, dispatch_uid="clients.own_fields")
def renew_what_is_found(*, roots: set[tuple[str, int]], **signal: Any) -> None:
    """Who sees a field decides whether the search finds clients by it."""
    is_shaped = {label for label, _pk in roots} & {"records.section", "records.field"}
    if is_shaped and (own_sections.with_values(0, 1) or own_sections.with_rows(0, 1)):
        renew_found.later(by=audit.acting().actor)


@on(ClientHandedOver)
def tell_of_handing_over(event: ClientHandedOver) -> None:
    reminders.tell_of_handing_over(event)


@on(ClientShared)
def tell_of_sharing(event: ClientShared) -> None:
    reminders.tell_of_sharing(event)


@on(ClientsMerged)
def tell_of_merging(event: ClientsMerged) -> None:
    reminders.tell_of_merging(event)


@on(ClientsImported)
def look_for_duplicates(event: ClientsImported) -> None:
    """The importer leaves out who is here beyond doubt; who only may be stands on the page of duplicates at once."""
    search_duplicates.later(dedupe="clients.duplicates")


@on(ClientsImported)
def tell_of_importing(event: ClientsImported) -> None:
    reminders.tell_of_importing(event)


@on(TouchLogged)
def tell_of_mentions(event: TouchLogged) -> None:
    reminders.tell_of_mentions(event)
