"""A few files on cards: an offer as a PDF, the plan of a pump room as a picture, notes of a survey as a text."""

import io
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from PIL import Image, ImageDraw, ImageFont

from kartu.clients.demo.card import Card, World
from kartu.core import formats
from kartu.records.files import sniff, store
from kartu.records.models import File
from kartu.records.printing.engine import NotPrintable
from kartu.records.printing.sheets import ListSheet, list_pdf

INK, LINE, WATER, SOFT = "#3a3630", "#8d867a", "#3a45b4", "#ecedfa"
PLANS, OFFERS, SURVEYS = 3, 2, 3


@dataclass(frozen=True)
class PaperWords:
    """What stands in the files, by country; `lines`: what is offered, how many, for how much each."""

    offer: str
    heads: tuple[str, str, str, str]
    lines: tuple[tuple[str, int, int], ...]
    total: str
    plan: str
    survey: str
    notes: str


WORDS = {
    "GB": PaperWords(
        offer="Offer {number}",
        heads=("What", "Pieces", "Price, £", "Sum, £"),
        lines=(
            ("Booster pump TB 40, 1.5 kW", 3, 640),
            ("Control box with phone alarm", 1, 315),
            ("Flange set DN 40", 6, 19),
            ("Fitting and trial run", 1, 480),
        ),
        total="Altogether",
        plan="Pump room plan.png",
        survey="Survey notes.txt",
        notes=(
            "Survey of the pump room\n\nDoor 78 cm, two steps down.\nFeed: DN 65, 3.2 bar at noon, 2.4 bar in the "
            "evening.\nPower: 3 x 16 A, free place for one box on the left wall.\nDrain in the corner, works.\n\n"
            "Two people and a trolley are enough. Water off between 10 and 12 only.\n"
        ),
    ),
    "ID": PaperWords(
        offer="Penawaran {number}",
        heads=("Barang atau jasa", "Jumlah", "Harga, Rp", "Total, Rp"),
        lines=(
            ("Pompa booster TB 40, 1,5 kW", 3, 8400000),
            ("Panel dengan alarm telepon", 1, 4250000),
            ("Set flensa DN 40", 6, 185000),
            ("Pemasangan dan uji jalan", 1, 3500000),
        ),
        total="Jumlah seluruhnya",
        plan="Denah ruang pompa.png",
        survey="Catatan survei.txt",
        notes=(
            "Survei ruang pompa\n\nPintu 78 cm, turun dua anak tangga.\nPipa masuk: DN 65, 3,2 bar siang, 2,4 bar "
            "malam.\nListrik: 3 x 16 A, masih ada tempat satu panel di dinding kiri.\nSaluran buang di sudut, "
            "lancar.\n\nCukup dua orang dan satu troli. Air hanya boleh mati pukul 10 sampai 12.\n"
        ),
    ),
    "RU": PaperWords(
        offer="Коммерческое предложение {number}",
        heads=("Что", "Штук", "Цена, ₽", "Сумма, ₽"),
        lines=(
            ("Насос повысительный ТБ 40, 1,5 кВт", 3, 64000),
            ("Щит управления с оповещением", 1, 31500),
            ("Комплект фланцев DN 40", 6, 1850),
            ("Монтаж и пробный пуск", 1, 48000),
        ),
        total="Всего",
        plan="План насосной.png",
        survey="Записи с осмотра.txt",
        notes=(
            "Осмотр насосной\n\nДверь 78 см, две ступени вниз.\nВвод: DN 65, днём 3,2 бар, вечером 2,4 бар.\n"
            "Питание: 3 x 16 А, на левой стене есть место под один щит.\nТрап в углу, работает.\n\n"
            "Хватит двух человек и тележки. Воду отключать только с 10 до 12.\n"
        ),
    ),
}


def attach(world: World, cards: list[Card]) -> None:
    """Files on the first few of `cards`, put there some days after they were met."""
    words = WORDS[world.words.country]
    for number, card in enumerate(cards[:PLANS]):
        put(world, card, words.plan, plan(number), 20)
    for card in cards[:SURVEYS]:
        put(world, card, words.survey, words.notes.encode(), 20)
    for number, card in enumerate(cards[:OFFERS]):
        name = words.offer.format(number=f"{world.calendar.today.year}-{118 + number}")
        with suppress(NotPrintable):  # fonts come with the built front end: without it there is only the rest
            put(world, card, f"{name}.pdf", offer(world, card, name, words), 24)


def put(world: World, card: Card, name: str, content: bytes, days: int) -> None:
    stored = store.keep([content])
    at = min(card.began + timedelta(days=days), world.calendar.now)
    file = File(
        about_type="clients.client",
        about_id=card.client.pk,
        name=name,
        stored=stored.name,
        size=stored.size,
        sha256=stored.sha256,
        kind=sniff.kind_of(stored.path),
        created_by=card.person,
    )
    world.past.make(file, at=at, by=card.person)


def offer(world: World, card: Card, name: str, words: PaperWords) -> bytes:
    token = formats.region.set(world.words.country)
    try:
        return list_pdf(offer_sheet(world, card, name, words), by=card.person)
    finally:
        formats.region.reset(token)


def offer_sheet(world: World, card: Card, name: str, words: PaperWords) -> ListSheet:
    shown = formats.format_number
    rows = [[what, str(pieces), shown(price), shown(pieces * price)] for what, pieces, price in words.lines]
    total = shown(sum(pieces * price for _what, pieces, price in words.lines))
    return ListSheet(
        title=name,
        question=card.client.name,
        heads=list(words.heads),
        rows=rows,
        numeric={1, 2, 3},
        widths=[5, 1, 1.5, 1.5],
        totals=[words.total, "", "", total],
    )


def plan(number: int) -> bytes:
    """A room seen from above: walls and a door, pumps on their pipe, the box on the wall, measures in centimetres."""
    picture = Image.new("RGB", (1200, 800), "#ffffff")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(26)
    pen.rectangle((120, 110, 1080, 660), outline=INK, width=14)
    pen.rectangle((520, 644, 700, 676), fill="#ffffff")
    pen.arc((520, 490, 860, 830), 180, 270, fill=LINE, width=4)
    pen.line((200, 300, 1000, 300), fill=WATER, width=16)
    pen.line((200, 460, 1000, 460), fill=WATER, width=10)
    for at in range(3 + number % 2):
        x = 300 + at * 190
        pen.line((x, 300, x, 460), fill=WATER, width=10)
        pen.ellipse((x - 52, 328, x + 52, 432), fill=SOFT, outline=INK, width=6)
        pen.polygon(((x - 22, 402), (x + 22, 402), (x, 350)), fill=WATER)
    pen.rectangle((140, 340, 176, 440), fill=SOFT, outline=INK, width=5)
    pen.line((120, 740, 1080, 740), fill=LINE, width=3)
    pen.text((570, 750), str(480 + 40 * number), fill=INK, font=font)
    pen.text((585, 690), "78", fill=INK, font=font)
    out = io.BytesIO()
    picture.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()
