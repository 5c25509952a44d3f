"""What of clients is found by the search; each adds itself (kartu/clients/contributes.py)."""

from django.utils.translation import gettext_lazy as _

from kartu.clients import search
from kartu.clients.rights import SEE_TOUCHES, VIEW
from kartu.search.sources import Partly, Source, sources

sources.add(
    Source(
        key="client",
        label=_("Clients"),
        icon="address-book",
        order=10,
        model="clients.client",
        row=search.client_fields,
        hit=search.client_hit,
        right=VIEW,
        related=search.with_numbers,
        shown=search.client_shown,
        partly=Partly(search.reads_partly, search.client_fields, search.clients_with),
    )
)
sources.add(
    Source(
        key="contact",
        label=_("People at clients"),
        icon="user",
        order=20,
        model="clients.contact",
        row=search.contact_fields,
        hit=search.contact_hit,
        right=VIEW,
        related=search.with_channels,
        shown=search.contact_shown,
        whole="client",
        partly=Partly(search.reads_partly, search.contact_fields, search.contacts_with),
    )
)
sources.add(
    Source(
        key="touch",
        label=_("Notes and calls"),
        icon="message-2",
        order=30,
        model="clients.touch",
        row=search.touch_fields,
        hit=search.touch_hit,
        right=VIEW,
        related=search.with_client,
        shown=search.with_client,
        whole="client",
        follows=False,
        needs=SEE_TOUCHES,
    )
)
sources.add(
    Source(
        key="row",
        label=_("Rows of your own"),
        icon="table",
        order=25,
        model="clients.clientrow",
        row=search.row_fields,
        hit=search.row_hit,
        right=VIEW,
        related=search.with_client,
        shown=search.with_client,
        whole="client",
        follows=False,
    )
)
