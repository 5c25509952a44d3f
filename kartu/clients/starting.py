"""What stands in the short lists of a new firm: in its language, for its trade. All of it can be changed or retired."""

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from kartu.clients.actions import add_item
from kartu.clients.directories import DIRECTORIES
from kartu.core.actors import Actor
from kartu.firm.models import Firm, Trade

STATUSES = [
    gettext_noop("New"),
    gettext_noop("In talks"),
    gettext_noop("Active"),
    gettext_noop("Sleeping"),
    gettext_noop("Lost"),
]
SOURCES = [
    gettext_noop("Recommended"),
    gettext_noop("Called us"),
    gettext_noop("Website"),
    gettext_noop("Social networks"),
    gettext_noop("Advertising"),
    gettext_noop("Exhibition"),
    gettext_noop("We called"),
]
CATEGORIES = {
    Trade.SHOP: [gettext_noop("Retail"), gettext_noop("Wholesale"), gettext_noop("Supplier")],
    Trade.SERVICES: [gettext_noop("One-off"), gettext_noop("Under contract"), gettext_noop("Contractor")],
    Trade.TELECOM: [gettext_noop("Subscriber"), gettext_noop("Business subscriber"), gettext_noop("Partner")],
    Trade.PRODUCTION: [gettext_noop("Dealer"), gettext_noop("Direct buyer"), gettext_noop("Supplier")],
    Trade.AGENCY: [gettext_noop("Project"), gettext_noop("Monthly service"), gettext_noop("Contractor")],
    Trade.OTHER: [gettext_noop("Customer"), gettext_noop("Partner"), gettext_noop("Supplier")],
}


def fill_lists(*, firm: Firm, language: str, by: Actor, **signal: object) -> None:
    """Handler of `firm.signals.founded`."""
    lists = {"statuses": STATUSES, "sources": SOURCES, "categories": CATEGORIES[Trade(firm.trade)]}
    with translation.override(language):
        for key, names in lists.items():
            for name in names:
                add_item(directory=DIRECTORIES[key], name=gettext(name), by=by)
