"""What the firm has made its own: a section about the pumps at the client, segments, and who stands there twice."""

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kartu.clients import actions, quality
from kartu.clients.actions.segments import count_segments
from kartu.clients.duplicates import search as duplicates
from kartu.clients.models import Client
from kartu.clients.sampling.maker import MadeClient
from kartu.clients.segments.ready import READY
from kartu.firm.models import User
from kartu.records.custom.types import OPTIONS_OF
from kartu.records.models import Field, Section
from kartu.security.past import Past

SHARED = ("silent", "no_next", "cooling")
SHARE = 0.4  # of the companies


@dataclass(frozen=True)
class Words:
    section: str
    model: str
    since: str
    contract: str
    contracts: tuple[str, ...]
    checklist: str
    items: tuple[str, ...]


BY_LANGUAGE = {
    "en": Words(
        "Pumps",
        "Model",
        "In service until",
        "Service contract",
        ("Yearly", "By call", "None"),
        "First steps",
        ("Price list sent", "Contract signed", "Site visited"),
    ),
    "id": Words(
        "Pompa",
        "Model",
        "Servis sampai",
        "Kontrak servis",
        ("Tahunan", "Per panggilan", "Tidak ada"),
        "Langkah awal",
        ("Daftar harga dikirim", "Kontrak ditandatangani", "Lokasi dikunjungi"),
    ),
    "ru": Words(
        "Насосы",
        "Модель",
        "Обслуживание до",
        "Договор обслуживания",
        ("Годовой", "По вызову", "Нет"),
        "Первые шаги",
        ("Прайс отправлен", "Договор подписан", "Были на объекте"),
    ),
}
MODELS = ("KS 25", "KS 40", "Grundfos SP 17", "Wilo PB-400", "DAB Euro 40/50", "Ebara 3M 40")


class Shaped:
    """The section, of which each client is given its values; `project` when all of them are written."""

    def __init__(self, language: str, past: Past, by: User, rng: random.Random) -> None:
        words = BY_LANGUAGE[language]
        self.rng, self.past, self.by = rng, past, by
        self.at = timezone.now() - timedelta(days=300)
        self.section = self.add_section(Section.Kind.FIELDS, words.section, 1)
        self.model = self.field("text", words.model, 1)
        self.since = self.field("date", words.since, 2)
        choices = [[f"c{number}", label] for number, label in enumerate(words.contracts, 1)]
        self.contract = self.field("choice", words.contract, 3, choices=choices)
        checklist = self.add_section(Section.Kind.CHECKLIST, words.checklist, 2)
        self.items = [self.field("flag", name, section=checklist, at=at) for at, name in enumerate(words.items, 1)]
        self.filled: list[Client] = []

    def made(self, row: Any) -> Any:
        row.changed_at = self.at
        return self.past.make(row, at=self.at, by=self.by)

    def add_section(self, kind: str, name: str, position: int) -> Section:
        return self.made(Section(entity=Client._meta.label_lower, kind=kind, name=name, position=position))

    def field(self, type: str, name: str, at: int, *, section: Section | None = None, **options: Any) -> Field:
        field = Field(section=section or self.section, type=type, name=name, position=at)
        field.options = {**OPTIONS_OF.get(type, dict)(), **options}
        return self.made(field)

    def fill(self, client: Client) -> None:
        """Before the client is made: what it begins with."""
        if not client.is_company or self.rng.random() > SHARE:
            return
        day = timezone.localdate() + timedelta(days=self.rng.randrange(-60, 400))
        client.custom = {
            str(self.model.pk): self.rng.choice(MODELS),
            str(self.since.pk): day.isoformat(),
            str(self.contract.pk): self.rng.choice(("c1", "c1", "c2", "c3")),
            **{str(item.pk): True for item in self.items if self.rng.random() < 0.6},
        }
        self.filled.append(client)

    def project(self) -> None:
        Client.project_many(self.filled)


def keep_segments(by: User) -> None:
    for key in SHARED:
        actions.add_segment(name=str(READY[key].label), text=READY[key].text, is_shared=True, by=by)
    count_segments(timezone.localdate())


def look_for_doubles() -> None:
    duplicates.search()
    quality.search()


def again(made: MadeClient) -> MadeClient:
    """The same company as somebody else has written it: its legal form behind its name."""
    form, _space, name = made.name.partition(" ")
    return replace(made, name=f"{name} {form}", people=made.people[:1])
