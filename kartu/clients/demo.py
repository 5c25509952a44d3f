"""The clients of the demo firm: about 400, with a year behind them and call-backs before them."""

import random
from datetime import datetime, timedelta

from django.utils import timezone

from kartu.clients.models import (
    Address,
    CallBack,
    Category,
    Channel,
    Client,
    ClientRelation,
    ClientTag,
    Contact,
    Source,
    Status,
    Tag,
    Touch,
)
from kartu.clients.sampling.maker import MadeClient, Maker
from kartu.clients.sampling.words import BY_LANGUAGE, Words
from kartu.core.actors import System
from kartu.firm.models import User
from kartu.security.audit import acting_as, create_many

CLIENTS = 400


def fill(language: str, rng: random.Random) -> None:
    Story(language, rng).tell()


class Story:
    """Makes the clients with everything that hangs on them."""

    def __init__(self, language: str, rng: random.Random) -> None:
        self.words: Words = BY_LANGUAGE[language]
        self.rng = rng
        self.maker = Maker(language, seed=7)
        self.now = timezone.now().replace(second=0, microsecond=0)
        self.people = list(User.objects.filter(team__isnull=False).select_related("team"))

    def tell(self) -> None:
        self.make_directories()
        made = list(self.maker.clients(CLIENTS))
        with acting_as(System("made the demo firm")):
            clients = create_many([self.client(each) for each in made])
            pairs = list(zip(clients, made, strict=True))
            contacts = create_many([contact for client, each in pairs for contact in self.contacts(client, each)])
            create_many([channel for client, each in pairs for channel in self.channels(client, each)])
            create_many([channel for contact in contacts for channel in self.contact_channels(contact)])
            create_many([self.address(client, each) for client, each in pairs])
            create_many([touch for client in clients for touch in self.touches(client)])
            create_many([call_back for client in clients for call_back in self.call_backs(client)])
            create_many([tag for client in clients for tag in self.tags(client)])
            create_many(self.relations(clients))

    def make_directories(self) -> None:
        self.statuses = self._directory(Status, self.words.statuses)
        self.categories = self._directory(Category, self.words.categories)
        self.sources = self._directory(Source, self.words.sources)
        self.all_tags = self._directory(Tag, self.words.tags)

    @staticmethod
    def _directory(model: type, names: tuple[str, ...]) -> list:
        return [
            model.objects.get_or_create(name=name, defaults={"position": position})[0]
            for position, name in enumerate(names)
        ]

    def client(self, made: MadeClient) -> Client:
        person = self.rng.choice(self.people)
        new, active, sleeping, lost = self.statuses
        client = Client(
            kind=Client.Kind.COMPANY if made.is_company else Client.Kind.PERSON,
            name=made.name,
            about=made.about,
            country=made.country,
            status=self.rng.choices((new, active, sleeping, lost), (2, 6, 2, 1))[0],
            category=self.rng.choice(self.categories),
            source=self.rng.choice(self.sources),
            responsible=person,
            team=person.team,
            pinned=self.rng.choice(self.words.pins) if self.rng.random() < 0.2 else "",
            created_by=person,
        )
        if not made.is_company:
            client.given_name, _, client.family_name = made.name.partition(" ")
            client.birthday = self.now.date() - timedelta(days=self.rng.randrange(20 * 365, 70 * 365))
        return client

    def contacts(self, client: Client, made: MadeClient) -> list[Contact]:
        contacts = []
        for at, person in enumerate(made.people):
            contact = Contact(
                client=client,
                name=person.name,
                given_name=person.given,
                family_name=person.family,
                position=person.position,
                is_main=at == 0,
            )
            contact.made = person
            contacts.append(contact)
        return contacts

    def channels(self, client: Client, made: MadeClient) -> list[Channel]:
        return [self._phone(client, made.phone), self._email(client, made.email)]

    def contact_channels(self, contact: Contact) -> list[Channel]:
        return [
            self._phone(contact.client, contact.made.phone, contact),
            self._email(contact.client, contact.made.email, contact),
        ]

    @staticmethod
    def _phone(client: Client, number: str, contact: Contact | None = None) -> Channel:
        return Channel(
            client=client, contact=contact, kind=Channel.Kind.PHONE, value=number, typed=number, is_main=True
        )

    @staticmethod
    def _email(client: Client, address: str, contact: Contact | None = None) -> Channel:
        return Channel(
            client=client, contact=contact, kind=Channel.Kind.EMAIL, value=address, typed=address, is_main=True
        )

    def address(self, client: Client, made: MadeClient) -> Address:
        return Address(
            client=client,
            street=made.street,
            city=made.city,
            region=made.region,
            postcode=made.postcode,
            country=made.country,
            is_main=True,
        )

    def touches(self, client: Client) -> list[Touch]:
        """A year of calls, notes and meetings; who sleeps has been silent for the last months."""
        silent = 120 if client.status in self.statuses[2:] else 0
        count = self.rng.randint(1, 3) if client.status == self.statuses[0] else self.rng.randint(4, 22)
        return [self.touch(client, self.rng.randrange(silent, 365)) for _ in range(count)]

    def touch(self, client: Client, days_ago: int) -> Touch:
        kind = self.rng.choices((Touch.Kind.CALL, Touch.Kind.NOTE, Touch.Kind.MEETING), (6, 3, 1))[0]
        texts = {Touch.Kind.CALL: self.words.calls, Touch.Kind.NOTE: self.words.notes}
        is_talk = kind != Touch.Kind.NOTE
        return Touch(
            client=client,
            kind=kind,
            at=self.working_moment(-days_ago),
            text=self.rng.choice(texts.get(kind, self.words.meetings)),
            result=self.rng.choice(self.words.results) if is_talk and self.rng.random() < 0.5 else "",
            direction=self.rng.choice(Touch.Direction.values) if is_talk else "",
            minutes=self.rng.randint(1, 40) if is_talk else None,
            by=client.responsible,
        )

    def working_moment(self, days: int) -> datetime:
        """A minute of a working day, `days` from today; never later than now when it lies behind us."""
        local = timezone.localtime(self.now).replace(hour=9, minute=0) + timedelta(days=days)
        moment = local + timedelta(minutes=self.rng.randrange(0, 480, 5))
        return min(moment, self.now) if days <= 0 else moment

    def call_backs(self, client: Client) -> list[CallBack]:
        if client.status == self.statuses[3] or self.rng.random() > 0.45:
            return []
        days = self.rng.choices((-9, -3, -1, 0, 1, 2, 5, 9, 21), (1, 2, 3, 8, 8, 8, 6, 4, 4))[0]
        due = self.working_moment(1) - timedelta(days=1) if days == 0 else self.working_moment(days)
        return [
            CallBack(
                client=client,
                person=client.responsible,
                due_at=due,
                what=self.rng.choice(self.words.promises),
                reminded_at=due if due < self.now else None,
            )
        ]

    def tags(self, client: Client) -> list[ClientTag]:
        return [ClientTag(client=client, tag=tag) for tag in self.all_tags if self.rng.random() < 0.12]

    def relations(self, clients: list[Client]) -> list[ClientRelation]:
        companies = [client for client in clients if client.is_company]
        chosen = self.rng.sample(companies, 60)
        kinds = ClientRelation.Kind
        return [
            ClientRelation(
                client=one, other=other, kind=self.rng.choice((kinds.PART_OF, kinds.REFERRED_BY, kinds.PARTNER))
            )
            for one, other in zip(chosen[:30], chosen[30:], strict=True)
        ]
