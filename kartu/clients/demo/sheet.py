"""A list from a trade fair that somebody brought in this morning: it stands among the imports and can be taken back."""

import csv
import io

from django.core.files.base import ContentFile

from kartu.clients.demo.card import World
from kartu.clients.sampling.maker import MadeClient
from kartu.firm import phones
from kartu.records.imports import acts
from kartu.records.imports.importers import importers

ROWS = 14
HEADS = {
    "GB": ("Company", "Contact person", "Position", "Phone", "E-mail", "City", "What they do"),
    "ID": ("Perusahaan", "Nama kontak", "Jabatan", "Telepon", "Email", "Kota", "Bidang usaha"),
    "RU": ("Компания", "Контактное лицо", "Должность", "Телефон", "Эл. почта", "Город", "Чем занимаются"),
}
NAMES = {"GB": "Water fair, cards.csv", "ID": "Pameran air, kartu nama.csv", "RU": "Выставка «Вода», визитки.csv"}


def bring_in(world: World) -> None:
    """By the way that everybody takes: the file is dropped, its columns taken as they were guessed, and started."""
    by = next(iter(world.heads.values()))
    file = ContentFile(content(world).encode("utf-8-sig"))
    name = NAMES[world.words.country]
    source = acts.drop_file(importer=importers["clients"], file=file, name=name, by=by, inline=True)
    source = acts.decide(source=source, targets={}, answers=source.answers, by=by, inline=True)
    acts.start(source=source, by=by, inline=True)


def content(world: World) -> str:
    out = io.StringIO()
    table = csv.writer(out, delimiter=";" if world.words.country == "RU" else ",")
    table.writerow(HEADS[world.words.country])
    table.writerows(row(world.maker.company(world.words)) for _ in range(ROWS))
    return out.getvalue()


def row(made: MadeClient) -> list[str]:
    person = made.people[0]
    return [
        made.name, person.name, person.position, phones.national(person.phone), person.email, made.city, made.about
    ]  # fmt: skip
