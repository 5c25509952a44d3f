"""The firm that works: its people, clients to work on, tags to hang on them, and its mail server. Made by a process of
its own, before the first kill."""

from django.db import transaction
from django.utils import timezone

from kartu.clients import actions
from kartu.clients.models import Tag
from kartu.core.sealing import seal
from kartu.core.text import fold
from kartu.firm.actions.second import PURPOSE
from kartu.firm.models import Firm, Team, TotpSecret
from kartu.firm.people_for_tests import make_person
from kartu.notifications.models import MailSettings

PASSWORD = "correct horse"
APP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SELLERS = ("Sari", "Dewi", "Agus")
CLIENTS = 120
TAGS = 400


def main(host: str, port: int) -> None:
    Firm.objects.create(pk=1, name="CV Tirta Makmur", country="ID", currency="IDR")
    team = Team.objects.create(name="Bandung")
    owner = make_person("Olga", "owner")
    for person in (owner, make_person("Hendra", "head", team)):
        # Of these a second step is required from the first import on.
        sealed = seal(APP, PURPOSE)
        TotpSecret.objects.create(person=person, sealed=sealed, made_at=timezone.now())
    for name in SELLERS:
        make_person(name, "seller", team)
    MailSettings(host=host, port=port, security="none", from_address="crm@tirta.example").save()
    Tag.objects.bulk_create(
        Tag(name=name, name_key=fold(name), position=number) for number in range(TAGS) for name in [f"Tag {number:03}"]
    )
    with transaction.atomic():
        for number in range(CLIENTS):
            actions.add_client(name=f"Base {number:03}", phone=f"0813 0000 {number:04}", by=owner)
