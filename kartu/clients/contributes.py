"""What this app adds to the lists of the apps below it. Read this file first."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kartu.clients import bulk, derived, lists  # noqa: F401 - what the list shows and does
from kartu.clients.actions import restore_client
from kartu.clients.demo import fill
from kartu.clients.imports.importer import ClientImporter
from kartu.clients.models import Client
from kartu.clients.rights import CHANGE, IMPORT, TRASH, VIEW
from kartu.clients.starting import fill_lists
from kartu.core.about import About, abouts
from kartu.core.actors import Actor
from kartu.core.demo import DemoPart, demo_parts
from kartu.core.menu import MenuItem, menu
from kartu.firm.signals import founded
from kartu.records.imports.importers import importers
from kartu.records.trash import Trashed, trash
from kartu.security import audit
from kartu.security.rows import GuardedQuerySet

audit.written.connect(derived.renew_written, dispatch_uid="clients.derived")

menu.add(MenuItem("imports", _("Imports"), "records:imports", "upload", order=90, right=IMPORT, at_end=True))
menu.add(MenuItem("clients", _("Clients"), "clients:list", "address-book", order=20, right=VIEW, on_phone=True))

founded.connect(fill_lists, dispatch_uid="clients.starting")

demo_parts.add(DemoPart("clients", order=100, fill=fill))


def clients_within_reach(actor: Actor, to_change: bool) -> GuardedQuerySet:
    return Client.objects.visible_to(actor, CHANGE if to_change else VIEW)


abouts.add(
    About(
        model="clients.client",
        label=_("Client"),
        icon="address-book",
        reach=clients_within_reach,
        url=lambda client: reverse("clients:card", args=[client.pk]),
    )
)

importers.add(ClientImporter())


def clients_in_the_trash(actor: Actor) -> GuardedQuerySet:
    return Client.objects.visible_to(actor, TRASH, trashed=True)


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
