"""The whole story, client by client, told into the past of the firm; then what came in this morning."""

import random
from collections.abc import Iterator

from django.utils import timezone

from kartu.clients.demo import papers, sheet
from kartu.clients.demo.calendar import Calendar
from kartu.clients.demo.card import Card, World
from kartu.clients.demo.life import ACTIVE, LOST, life
from kartu.clients.demo.news import News
from kartu.clients.demo.promising import keepers
from kartu.clients.demo.shaped import Shaped, again, keep_segments, look_for_doubles
from kartu.clients.models import Category, ClientRelation, DirectoryItem, Favourite, Source, Status, Tag
from kartu.clients.rights import reaches
from kartu.clients.sampling.maker import MadeClient, Maker
from kartu.clients.sampling.words import BY_LANGUAGE
from kartu.firm.models import Firm, Role, User
from kartu.security.past import Past

CLIENTS = 400
DOUBLES = 3
RICH_EACH = 3
ASIDES_EVERY = 9
DAYS_AHEAD, SHARES = (-9, -3, -1, 1, 2, 5, 9, 21), (1, 2, 3, 8, 8, 6, 4, 4)
TODAY_HOURS = (16, 14, 11, 9)


def fill(language: str, rng: random.Random) -> None:
    Story(language, rng).tell()


class Story:
    """Makes the clients with everything that hangs on them."""

    def __init__(self, language: str, rng: random.Random) -> None:
        words = BY_LANGUAGE[language]
        people = list(User.objects.select_related("role", "team").order_by("pk"))
        self.rng = rng
        self.people = people
        past = Past()
        owner = next(person for person in people if person.is_owner)
        self.world = World(
            past=past,
            words=words,
            rng=rng,
            calendar=Calendar(timezone.now(), Firm.current().time_zone, rng),
            maker=Maker(language, seed=7, apart=True),
            owner=owner,
            shaped=Shaped(language, past, owner, rng),
            heads={person.team_id: person for person in people if person.role.code == Role.HEAD},
            colleagues=[person for person in people if person.team_id],
            statuses=directory(Status, words.statuses),
            categories=directory(Category, words.categories),
            sources=directory(Source, words.sources),
            tags=directory(Tag, words.tags),
        )

    def tell(self) -> None:
        cards = list(self.cards())
        for card in cards:
            card.live()
        self.relate(cards)
        news = News(self.world)
        self.promise(cards, news)
        self.mention(cards, news)
        self.put_at_hand(cards)
        papers.attach(self.world, [card for card in cards if card.is_rich])
        news.tell_of_handing_over(cards)
        news.deliver()
        self.world.past.write()
        self.world.shaped.project()
        news.note_hops()
        keep_segments(self.world.owner)
        look_for_doubles()
        sheet.bring_in(self.world)

    def cards(self) -> Iterator[Card]:
        """First the holding, which the owner keeps to himself; then a few for each colleague of whom all is known."""
        world = self.world
        for number, made in enumerate(self.made()):
            if number < len(world.words.holding):
                yield self.card(made, world.owner, is_rich=number == 0)
            elif number < len(world.words.holding) + RICH_EACH * len(self.people):
                yield self.card(made, self.people[number % len(self.people)], is_rich=made.is_company)
            else:
                yield self.card(made, self.rng.choice(world.colleagues))

    def made(self) -> Iterator[MadeClient]:
        world = self.world
        for name, about in world.words.holding:
            made = world.maker.company(world.words)
            yield world.maker.renamed(made, name, about, world.words)
        doubles = []
        for number, made in enumerate(world.maker.clients(CLIENTS - len(world.words.holding) - DOUBLES)):
            yield made
            if made.is_company and number > 60 and len(doubles) < DOUBLES:
                doubles.append(again(made))
        yield from doubles

    def card(self, made: MadeClient, person: User, *, is_rich: bool = False) -> Card:
        is_active = is_rich or person.is_owner
        return Card(self.world, made, life(self.rng, is_active=is_active), person, is_rich)

    def relate(self, cards: list[Card]) -> None:
        group, *parts = cards[: len(self.world.words.holding)]
        kinds = ClientRelation.Kind
        for part in parts:
            self.relation(part, group, kinds.PART_OF)
        chosen = self.rng.sample([card for card in cards[len(parts) + 1 :] if card.made.is_company], 44)
        for one, other in zip(chosen[::2], chosen[1::2], strict=True):
            self.relation(one, other, self.rng.choice((kinds.REFERRED_BY, kinds.PARTNER)))

    def relation(self, one: Card, other: Card, kind: str) -> None:
        relation = ClientRelation(client=one.client, other=other.client, kind=kind)
        self.world.past.make(relation, at=max(one.began, other.began), by=one.person)

    def promise(self, cards: list[Card], news: News) -> None:
        """Promises before and behind us; everybody has some for today. Whoever keeps such things writes them down."""
        calendar = self.world.calendar
        willing = [card for card in cards if card.life.status != LOST]
        for person in self.people:
            own = [card for card in willing if card.person == person and card.life.status == ACTIVE]
            for hour, card in zip(TODAY_HOURS, own, strict=False):
                card.promise(calendar.today_at(hour))
        for card in willing:
            if card.next_promise is None and self.rng.random() < 0.42:
                days = self.rng.choices(DAYS_AHEAD, SHARES)[0]
                due = calendar.past(days) if days < 0 else calendar.to_come(days)
                if due > card.began:
                    card.promise(due)

        promises = [promise for card in cards for promise in card.promises]
        for keeper in keepers:
            keeper.keep(self.world, news, promises)

    def mention(self, cards: list[Card], news: News) -> None:
        """Notes that name a colleague: a seller asks who leads, who leads asks the seller. Yesterday's name everybody
        once, those of the weeks before whoever it happens to be."""
        willing = [card for card in cards if card.life.status == ACTIVE and card.life.days > 40 and self.leaders(card)]
        for person in self.people:
            card = next(card for card in willing if person in self.leaders(card) or person == card.person)
            self.aside(card, person, -1, news)
        for number, card in enumerate(willing[5::ASIDES_EVERY]):
            self.aside(card, self.rng.choice(self.leaders(card)) if number % 2 else card.person, -2 - number, news)

    def leaders(self, card: Card) -> list[User]:
        """Who leads, and may ask and be asked about a card that somebody else looks after: the head, the owner."""
        leaders = [self.world.heads.get(card.client.team_id), self.world.owner]
        return [person for person in leaders if person and person != card.person]

    def aside(self, card: Card, to: User, day: int, news: News) -> None:
        """`to` is asked: the one who looks after the card by who leads, who leads by him."""
        leaders, texts = self.leaders(card), self.world.words.asides
        asked = self.rng.randrange(len(texts) // 2) * 2 + (to != card.person)
        by = leaders[0] if to == card.person else card.person
        at = max(self.world.calendar.past(day), card.began, card.handed_at or card.began)
        news.tell_of_mention(card.note(at, texts[asked].format(name=to.name), by=by, to=to), to)

    def put_at_hand(self, cards: list[Card]) -> None:
        for person in self.people:
            seen = [card for card in cards if card.life.status == ACTIVE and reaches(person, card.client)]
            for card in sorted(seen, key=lambda card: (not card.is_rich, card.client.pk))[:5]:
                at = max(self.world.calendar.past(-self.rng.randrange(1, 90)), card.began)
                self.world.past.make(Favourite(person=person, client=card.client), at=at, by=person)


def directory(model: type[DirectoryItem], names: tuple[str, ...]) -> list[DirectoryItem]:
    return [
        model.objects.get_or_create(name=name, defaults={"position": position})[0]
        for position, name in enumerate(names)
    ]
