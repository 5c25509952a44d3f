"""A client that stands on two cards."""

from pathlib import Path

import pytest

from kartu.clients import actions
from kartu.clients.models import Client, Tag
from kartu.notifications.actions import notify
from kartu.records.actions import attach_file


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def twin(seller, head) -> Client:
    """The same company as `sinar` once more, with something of every kind hanging on it."""
    client = actions.add_client(name="Sinar Abadi PT", phone="0812-5555-777", email="rina@sinar.example", by=seller)
    contact = actions.add_contact(client=client, name="Rina Kusuma", phone="0811 222 333", by=seller)
    entity = actions.add_entity(client=client, name="PT Sinar Abadi", country="ID", by=seller)
    actions.add_account(client=client, entity=entity, account="5410 123 456", by=seller)
    actions.add_address(client=client, city="Bekasi", by=seller)
    actions.set_tags(client=client, tags=[Tag.objects.create(name="VIP")], by=seller)
    actions.keep_at_hand(client=client, by=seller)
    actions.log_touch(client=client, kind="call", text="Wants pumps", contact=contact, by=seller)
    attach_file(target=client, name="offer.txt", chunks=[b"3 pumps"], by=seller)
    notify(to=[seller], kind="test", title="Call Rina", url=f"/clients/{client.pk}/", about=client, by=head)
    return client
