"""One client from the day it was put on a card until today."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from kartu.clients.channels import read
from kartu.clients.demo.calendar import Calendar
from kartu.clients.demo.life import ACTIVE, LOST, NEW, SLEEPING, Life, Step, steps
from kartu.clients.demo.promising import Promise
from kartu.clients.demo.shaped import Shaped
from kartu.clients.models import (
    Address,
    BankAccount,
    Category,
    Channel,
    Client,
    ClientEntity,
    ClientTag,
    Contact,
    Source,
    Status,
    Tag,
    Touch,
)
from kartu.clients.sampling.maker import MadeClient, MadePerson, Maker
from kartu.clients.sampling.numbers import papers
from kartu.clients.sampling.words import Words
from kartu.firm import phones
from kartu.firm.models import User
from kartu.security.past import Past

Kind = Channel.Kind
MESSENGERS = {"GB": (Kind.WHATSAPP, 0.2), "ID": (Kind.WHATSAPP, 0.6), "RU": (Kind.TELEGRAM, 0.4)}


@dataclass
class World:
    """What all cards of the demo firm share."""

    past: Past
    words: Words
    rng: random.Random
    calendar: Calendar
    maker: Maker
    owner: User
    heads: dict[int, User]  # by the id of their team
    colleagues: list[User]  # with a team
    shaped: Shaped
    statuses: list[Status]
    categories: list[Category]
    sources: list[Source]
    tags: list[Tag]


@dataclass
class Card:
    """What is known of a client at the moment its story has come to; `plan` holds what is still to happen to it."""

    world: World
    made: MadeClient
    life: Life
    person: User
    is_rich: bool = False  # one of the clients of whom everything is known
    client: Client = field(init=False)
    contacts: list[Contact] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    next_promise: Promise | None = None
    handed_at: datetime | None = None
    handed_by: User | None = None
    plan: list[tuple[datetime, Callable[..., Any], tuple]] = field(default_factory=list)

    def live(self) -> None:
        """Everything that happened, in its order."""
        self.began = self.world.calendar.past(self.life.began)
        self.begin()
        self.plan_talks()
        self.plan_changes()
        for moment, act, values in sorted(self.plan, key=lambda each: each[0]):
            act(max(moment, self.began), *values)

    def later(self, day: int, act: Callable[..., Any], *values: Any) -> None:
        """`day`: counted from the beginning."""
        self.plan.append((self.world.calendar.past(min(self.life.began + day, 0)), act, values))

    def chance(self, share: float) -> bool:
        return self.is_rich or self.world.rng.random() < share

    def any_day(self) -> int:
        return self.world.rng.randrange(self.life.days + 1)

    # ---- the first day

    def begin(self) -> None:
        world, made = self.world, self.made
        self.client = Client(
            kind=Client.Kind.COMPANY if made.is_company else Client.Kind.PERSON,
            name=made.name,
            about=made.about,
            country=made.country,
            status=world.statuses[NEW],
            category=world.rng.choices(world.categories, (20, 25, 15, 0 if self.is_rich else 1))[0],
            source=world.rng.choice(world.sources),
            responsible=self.person,
            team=self.person.team,
            created_by=self.person,
        )
        if made.owner and not made.is_company:
            self.client.given_name, self.client.family_name = made.owner.given, made.owner.family
            self.client.patronymic = made.owner.patronymic
            self.client.birthday = self.birthday() if self.chance(0.6) else None
        world.shaped.fill(self.client)
        world.past.make(self.client, at=self.began, by=self.person)
        self.reach(Kind.PHONE, made.phone)
        self.reach(Kind.EMAIL, made.email)
        self.place()
        for number, person in enumerate(made.people):
            day = 0 if number == 0 or world.rng.random() < 0.5 else self.any_day()
            self.later(day, self.meet, person, number == 0) if day else self.meet(self.began, person, number == 0)

    def birthday(self) -> Any:
        """One in eight has it within the next ten days."""
        rng, today = self.world.rng, self.world.calendar.today
        soon = today + timedelta(days=rng.randint(0, 10) if rng.random() < 0.125 else rng.randrange(365))
        years = rng.randrange(24, 66)
        return (soon - timedelta(days=1) if (soon.month, soon.day) == (2, 29) else soon).replace(year=soon.year - years)

    def reach(
        self, kind: str, typed: str, *, at: datetime | None = None, contact: Contact | None = None, **more: Any
    ) -> Channel:
        way = read(kind, typed, self.client.country)[0]
        shown = phones.national(way.value) if kind == Kind.PHONE else way.typed
        more.setdefault("is_main", True)
        channel = Channel(client=self.client, contact=contact, kind=kind, value=way.value, typed=shown, **more)
        return self.world.past.make(channel, at=at or self.began, by=self.person)

    def place(self) -> None:
        made = self.made
        address = Address(
            client=self.client,
            kind=Address.Kind.OFFICE if made.is_company else Address.Kind.HOME,
            street=made.street,
            city=made.city,
            region=made.region,
            postcode=made.postcode,
            country=made.country,
            is_main=True,
        )
        self.world.past.make(address, at=self.began, by=self.person)

    def meet(self, at: datetime, person: MadePerson, is_main: bool) -> None:
        contact = Contact(
            client=self.client,
            name=person.name,
            given_name=person.given,
            family_name=person.family,
            patronymic=person.patronymic,
            position=person.position,
            is_main=is_main,
            birthday=self.birthday() if self.chance(0.25) else None,
        )
        self.contacts.append(self.world.past.make(contact, at=at, by=self.person))
        self.reach(Kind.PHONE, person.phone, at=at, contact=contact)
        self.reach(Kind.EMAIL, person.email, at=at, contact=contact)
        messenger, share = MESSENGERS[self.client.country]
        if self.chance(share):
            self.reach(messenger, person.phone, at=at, contact=contact)

    # ---- what was said

    def plan_talks(self) -> None:
        world = self.world
        told = steps(self.life, world.words.talks, world.rng)
        for before, step in zip([None, *told], told, strict=False):
            self.later(step.day, self.talk, step, before)
        notes = world.rng.sample(world.words.notes, world.rng.randint(0, 1 if self.life.status == NEW else 3))
        for text in notes:
            self.later(self.any_day(), self.note, text)

    def talk(self, at: datetime, step: Step, before: Step | None) -> None:
        rng = self.world.rng
        spent = {Touch.Kind.CALL: rng.randint(1, 14), Touch.Kind.MEETING: rng.randrange(30, 125, 5)}
        touch = Touch(
            client=self.client,
            contact=rng.choice(self.contacts) if self.contacts else None,
            kind=step.kind,
            direction=step.direction,
            at=at,
            minutes=spent.get(step.kind),
            text=step.text,
            result=step.result,
            by=self.person,
        )
        is_promised = before is not None and step.follows and step.kind == Touch.Kind.CALL and rng.random() < 0.5
        if is_promised and step.direction == Touch.Direction.OUT and self.touches and self.touches[-1].at < at:
            self.keep_promise(self.touches[-1].at, touch)
        self.touches.append(self.world.past.make(touch, at=at, by=self.person))

    def keep_promise(self, since: datetime, touch: Touch) -> None:
        due = touch.at - timedelta(minutes=self.world.rng.randrange(1, 20))
        what = self.world.rng.choice(self.world.words.promises)
        promise = Promise(self.client, touch.contact, self.person, what, min(since, due), due, touch)
        self.promises.append(promise)

    def note(self, at: datetime, text: str, *, by: User | None = None, to: User | None = None) -> Touch:
        """`to` is named in `text`."""
        by, told = by or self.person, [to.pk] if to else []
        touch = Touch(client=self.client, kind=Touch.Kind.NOTE, at=at, text=text, by=by, mentions=told)
        self.touches.append(self.world.past.make(touch, at=at, by=by))
        return touch

    # ---- what was changed

    def plan_changes(self) -> None:
        world, words, rng = self.world, self.world.words, self.world.rng
        days = self.life.days
        if self.life.status != NEW:
            self.later(min(days, rng.randint(3, 25)), self.turn, ACTIVE)
        if self.life.status in (SLEEPING, LOST):
            self.later(min(days + rng.randint(20, 92), -self.life.began), self.turn, self.life.status)
        if self.chance(0.2):
            self.later(self.any_day(), self.put, {"pinned": rng.choice(words.pins)})
        if rng.random() < 0.12:
            self.later(self.any_day(), self.put, {"category_id": rng.choice(world.categories[:3]).pk})
        if days > 60 and rng.random() < 0.1:
            self.later(self.any_day(), self.promote)
        if days > 120 and self.person.team and not self.is_rich and rng.random() < 0.14:
            self.later(rng.randrange(days // 4, days), self.hand_over)
        for tag in world.tags:
            if rng.random() < 0.12:
                self.later(self.any_day(), self.tag, tag)
        if self.made.is_company:
            self.plan_more()

    def plan_more(self) -> None:
        """What one learns of a company only in time."""
        world, words = self.world, self.world.words
        host = self.made.email.partition("@")[2]
        if self.chance(0.35):
            self.later(0, lambda at: self.reach(Kind.SITE, f"www.{host}", at=at))
        if self.chance(0.2):
            self.later(self.any_day(), self.second_phone)
        if self.chance(0.12):
            self.later(self.any_day(), self.renumber)
        if self.chance(0.15):
            self.later(self.any_day(), self.second_place, words.store)
        if self.life.status != NEW and self.chance(0.4):
            self.later(min(self.life.days, world.rng.randint(2, 30)), self.take_papers)

    def turn(self, at: datetime, status: int) -> None:
        by = self.world.heads.get(self.client.team_id, self.person) if status == LOST else self.person
        self.put(at, {"status_id": self.world.statuses[status].pk}, by=by)

    def put(self, at: datetime, values: dict[str, Any], by: User | None = None) -> None:
        self.world.past.change(self.client, at=at, by=by or self.person, **values)

    def promote(self, at: datetime) -> None:
        if self.contacts:
            contact, positions = self.world.rng.choice(self.contacts), self.world.words.positions
            self.world.past.change(contact, at=at, by=self.person, position=self.world.rng.choice(positions[1:]))

    def hand_over(self, at: datetime) -> None:
        """Within the team by its head; to the other team by the owner."""
        world = self.world
        to = world.rng.choice([each for each in world.colleagues if each != self.person])
        by = world.heads[self.person.team_id] if to.team_id == self.person.team_id else world.owner
        self.put(at, {"responsible_id": to.pk, "team_id": to.team_id}, by=by)
        self.client.responsible, self.client.team = to, to.team
        self.person, self.handed_at, self.handed_by = to, at, by

    def tag(self, at: datetime, tag: Tag) -> None:
        self.world.past.make(ClientTag(client=self.client, tag=tag), at=at, by=self.person)

    def second_phone(self, at: datetime) -> None:
        world = self.world
        label = world.rng.choice(world.words.labels)
        self.reach(Kind.PHONE, world.maker.phone(world.words), at=at, label=label, is_main=False)

    def renumber(self, at: datetime) -> None:
        """A phone of the client's people is another one now."""
        old, new = (self.world.maker.phone(self.world.words) for _ in range(2))
        phone = self.reach(Kind.PHONE, old, contact=self.contacts[0], is_main=False)
        self.world.past.change(phone, at=at, by=self.person, value=new, typed=phones.national(new))

    def second_place(self, at: datetime, how: str) -> None:
        world = self.world
        city = world.rng.choice(world.words.cities)
        address = Address(client=self.client, kind=Address.Kind.DELIVERY, street=world.maker.street(world.words))
        address.city, address.region, address.postcode = city.name, city.region, city.postcode
        address.country, address.note = self.client.country, how
        world.past.make(address, at=at, by=self.person)

    def take_papers(self, at: datetime) -> None:
        made, past = self.made, self.world.past
        told = papers(self.world.words, self.world.rng, is_person=made.name.startswith("ИП "))
        where = ", ".join(filter(None, [made.street, made.city, made.region, made.postcode]))
        entity = ClientEntity(client=self.client, name=made.name, country=made.country, address=where, is_main=True)
        entity.registry_ids = told.registry_ids
        past.make(entity, at=at, by=self.person)
        account = BankAccount(client=self.client, entity=entity, account=told.account, is_main=True)
        account.bank_name, account.bank_code = told.bank.name, told.bank.code
        account.currency = self.world.words.currency
        past.make(account, at=at, by=self.person)

    # ---- what comes next

    def promise(self, due: datetime, what: str = "") -> None:
        """What is still to be kept; it was promised when they last spoke."""
        talks = [touch.at for touch in self.touches if touch.is_contact_made]
        since = max([at for at in talks if at < due], default=self.began)
        contact = self.contacts[0] if self.contacts else None
        what = what or self.world.rng.choice(self.world.words.promises)
        since = max(since, self.began)
        self.next_promise = Promise(self.client, contact, self.person, what, since, due)
        self.promises.append(self.next_promise)
