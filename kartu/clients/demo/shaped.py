"""What the firm has made its own: a section about the pumps at the client, segments, and who stands there twice."""

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kartu.clients import actions, quality
from kartu.clients.actions.segments import count_segments
from kartu.clients.duplicates import search as duplicates
from kartu.clients.models import Client, ClientValue
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


BY_LANGUAGE = {
    "en": Words("Pumps", "Model", "In service until", "Service contract", ("Yearly", "By call", "None")),
    "id": Words("Pompa", "Model", "Servis sampai", "Kontrak servis", ("Tahunan", "Per panggilan", "Tidak ada")),
    "ru": Words("Насосы", "Модель", "Обслуживание до", "Договор обслуживания", ("Годовой", "По вызову", "Нет")),
}
MODELS = ("KS 25", "KS 40", "Grundfos SP 17", "Wilo PB-400", "DAB Euro 40/50", "Ebara 3M 40")


class Shaped:
    """The section, of which each client is given its values; `project` when all of them are written."""

    def __init__(self, language: str, past: Past, by: User, rng: random.Random) -> None:
        words = BY_LANGUAGE[language]
        self.rng, self.past, self.by = rng, past, by
        self.at = timezone.now() - timedelta(days=300)
        self.section = self.made(
            Section(entity=Client._meta.label_lower, kind=Section.Kind.FIELDS, name=words.section, position=1)
        )
        self.model = self.field("text", words.model)
        self.since = self.field("date", words.since)
        choices = [[f"c{number}", label] for number, label in enumerate(words.contracts, 1)]
        self.contract = self.field("choice", words.contract, choices=choices)
        self.filled: list[Client] = []

    def made(self, row: Any) -> Any:
        row.changed_at = self.at
        return self.past.make(row, at=self.at, by=self.by)

    def field(self, type: str, name: str, **options: Any) -> Field:
        position = sum(isinstance(row, Field) for row in vars(self).values()) + 1
        field = Field(section=self.section, type=type, name=name, position=position)
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
        }
        self.filled.append(client)

    def project(self) -> None:
        ClientValue.renew(self.filled)


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
