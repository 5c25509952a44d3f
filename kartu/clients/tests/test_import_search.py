"""What an import brings is found by the same words as what is written by hand."""

from pathlib import Path

import pytest

from kartu.clients.derived import renew
from kartu.clients.models import Channel, Client
from kartu.clients.tests.test_import import SHEET, bring_in, everything, renewed
from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.records.imports import acts
from kartu.search import index
from kartu.search.checking import problems
from kartu.search.find import find
from kartu.search.models import Doc, Word

pytestmark = pytest.mark.django_db
ODD = (
    "Company;Full name;Phone;Email;WhatsApp;Site;Legal name;NPWP;Note\n"
    "PT Ёлка;Budi;0812345671, 022-4201234;info@elka.co.id;;elka.co.id;PT Elka Jaya Abadi;0013121660091000;loyal\n"
    "PT Ёлка;Siti;0812345672;siti@elka.co.id;0812345673;;;;second\n"
    "Tanpa Jalan;;;;0812345679;;;;\n"
    "Tanpa Jalan;Rani;0812345674;rani@jalan.co.id;;;;;\n"
    "Banyak Cerita;;0812345681;;;;;;12.03.2024 called, wants a price / 15.03.2024: sent it\n"
    "Banyak Cerita;Tono;0812345682;;;;;;16.03.2024 rapat di kantor\n"
    ';Щербаков Пётр;+79126640718;;;;;;said "hello"\n'
)


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


def docs() -> dict[tuple[str, int], dict]:
    rows = Doc.objects.values()
    return {
        (row["kind"], row["object_id"]): row | {"text": sorted(row["text"].split()), "sound": row["sound"]}
        for row in rows
    }


@pytest.mark.parametrize("text", [SHEET, ODD])
def test_the_index_after_an_import_is_what_indexing_anew_would_make(owner: User, text: str) -> None:
    assert bring_in(text, owner).new_count > 1
    before, words = docs(), set(Word.objects.values_list("word", flat=True))

    assert problems() == []
    Doc.objects.all().delete()
    index.rebuild()

    assert docs() == before
    assert {kind for kind, _pk in before} == {"client", "contact", "touch"}
    assert set(Word.objects.values_list("word", flat=True)) == words


@pytest.mark.parametrize("asked", ["0812345671", "62812345671", "45671", "elka.co.id", "loyal", "0013121660091000"])
def test_an_imported_client_is_found_by_any_end_of_what_it_has(owner: User, asked: str) -> None:
    bring_in(ODD, owner)

    assert find(asked, by=owner)


def test_the_digits_of_an_imported_number_are_those_of_one_typed_by_hand(owner: User) -> None:
    bring_in(ODD, owner)

    for way in everything(Channel):
        imported = way.digits
        way.derive()
        assert way.digits == imported


def test_a_person_of_a_later_row_gives_the_company_the_number_it_lacked(owner: User) -> None:
    bring_in(ODD, owner)

    client = everything(Client).get(name="Tanpa Jalan")
    assert (client.phone, client.email) == ("+62812345679", "rani@jalan.co.id")


@pytest.mark.parametrize("text", [SHEET, ODD])
def test_what_lists_show_of_imported_clients_is_what_their_parts_say(owner: User, text: str) -> None:
    bring_in(text, owner)
    shown = list(everything(Client).order_by("pk").values())

    renew([client["id"] for client in shown])

    assert list(everything(Client).order_by("pk").values()) == shown


def test_the_index_follows_an_import_that_is_taken_back_and_brought_back(owner: User) -> None:
    source = bring_in(ODD, owner)
    before = docs()
    for verb in (acts.take_back, acts.bring_back):
        verb(source=renewed(source), by=owner)
        run_jobs()
        assert problems() == []
        assert docs() == ({} if verb is acts.take_back else before)
