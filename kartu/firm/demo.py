"""The people of the demo firm and their teams. Nobody has a password: the sign-in page lets one in by a click."""

import random
from dataclasses import dataclass

from kartu.firm.models import Branch, Firm, LegalEntity, Role, Team, User


@dataclass(frozen=True)
class Story:
    """A demo firm of one country. `people`: (name, role, team number or None)."""

    firm: str
    country: str
    currency: str
    zone: str
    entity: str
    registry_ids: dict[str, str]
    address: str
    teams: tuple[str, str]
    branches: tuple[str, str]
    people: tuple[tuple[str, str, int | None], ...]
    domain: str


STORIES = {
    "en": Story(
        firm="Tirta Pumps",
        country="GB",
        currency="GBP",
        zone="Europe/London",
        entity="Tirta Pumps Ltd",
        registry_ids={},
        address="12 Dock Street, Bristol BS1 4ST",
        teams=("Bristol", "Leeds"),
        branches=("Bristol office", "Leeds office"),
        people=(
            ("Alice Turner", "owner", None),
            ("Harry Clarke", "head", 0),
            ("Emma Shaw", "seller", 0),
            ("Tom Baker", "seller", 0),
            ("Grace Murphy", "head", 1),
            ("Oliver Patel", "seller", 1),
            ("Lucy Doyle", "seller", 1),
        ),
        domain="tirta.example.com",
    ),
    "id": Story(
        firm="CV Tirta Makmur",
        country="ID",
        currency="IDR",
        zone="Asia/Jakarta",
        entity="CV Tirta Makmur",
        registry_ids={},
        address="Jl. Ahmad Yani 214, Garut 44117",
        teams=("Bandung", "Bekasi"),
        branches=("Kantor Bandung", "Kantor Bekasi"),
        people=(
            ("Budi Santoso", "owner", None),
            ("Ayu Lestari", "head", 0),
            ("Rizky Pratama", "seller", 0),
            ("Siti Rahayu", "seller", 0),
            ("Hendra Wijaya", "head", 1),
            ("Dewi Anggraini", "seller", 1),
            ("Suharto", "seller", 1),
        ),
        domain="tirta.example.id",
    ),
    "ru": Story(
        firm="Тирта Насосы",
        country="RU",
        currency="RUB",
        zone="Europe/Samara",
        entity="ООО «Тирта Насосы»",
        registry_ids={},
        address="443010, Самара, ул. Промышленная, 12",
        teams=("Самара", "Казань"),
        branches=("Офис в Самаре", "Офис в Казани"),
        people=(
            ("Олег Громов", "owner", None),
            ("Мария Соколова", "head", 0),
            ("Игорь Власенко", "seller", 0),
            ("Анна Щербакова", "seller", 0),
            ("Дмитрий Юсупов", "head", 1),
            ("Елена Морозова", "seller", 1),
            ("Фёдор Чернышёв", "seller", 1),
        ),
        domain="tirta.example.ru",
    ),
}


def fill(language: str, rng: random.Random) -> None:
    """Make the firm, its legal entity, branches, teams and people."""
    story = STORIES[language]
    Firm.objects.create(
        pk=1,
        name=story.firm,
        country=story.country,
        currency=story.currency,
        language=language,
        time_zone=story.zone,
        trade="shop",
        is_demo=True,
    )
    LegalEntity.objects.create(
        name=story.entity, country=story.country, registry_ids=story.registry_ids, address=story.address, is_main=True
    )
    branches = [Branch.objects.create(name=name) for name in story.branches]
    teams = [Team.objects.create(name=name, branch=branches[at]) for at, name in enumerate(story.teams)]
    roles = {role.code: role for role in Role.objects.all()}
    for number, (name, role, team) in enumerate(story.people):
        person = User.objects.create_user(
            f"demo{number}@{story.domain}",
            name=name,
            role=roles[role],
            team=None if team is None else teams[team],
            branch=branches[team or 0],
            language=language,
            time_zone=story.zone,
        )
        if role == Role.HEAD:
            teams[team].head = person
            teams[team].save(update_fields=["head"])
