"""Whole addresses in one cell, parted by the way each country writes them; nothing is guessed and nothing is lost."""

from collections import Counter
from pathlib import Path

import pytest
from django.test import Client as Browser
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from kartu.clients.imports.countries import country_code
from kartu.clients.imports.parting import Parted, parted
from kartu.clients.models import Address, Client
from kartu.clients.tests.test_import import bring_in, drop, everything, renewed
from kartu.clients.tests.test_import_updates import changed, decided
from kartu.core.testing import run_jobs
from kartu.core.text import fold
from kartu.firm.models import User
from kartu.records.imports import acts

# The firm's country, the cell; then street, city, region, postcode, country as it is parted.
TABLE = [line.split("|") for line in (Path(__file__).parent / "data" / "addresses.txt").read_text().splitlines()]
SAID_BY_THE_FIELD = {
    *("г", "г.", "гор.", "город", "kota", "kotamadya", "prov.", "prov", "provinsi", "kode", "pos", "kodepos"),
}


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case[1][:60])
def test_an_address_is_parted(case: list[str]) -> None:
    home, whole, *expected = case

    found = parted(whole, home)

    assert [found.street, found.city, found.region, found.postcode, found.country] == expected


def letters(*texts: str) -> Counter[str]:
    return Counter(sign for text in texts for sign in text if sign.isalnum())


def lost(whole: str, found: Parted) -> Counter[str]:
    fields = (found.street, found.city, found.region, found.postcode)
    kept, left_out = letters(*fields, *found.left_out), letters(whole)
    return (left_out - kept) + (kept - left_out)


def said_by_field(found: Parted) -> bool:
    """Whether all words that were left out are said by the field itself."""
    words = [word for word in found.left_out if fold(word).strip(".:-") and letters(word)]
    markers = [word for word in words if fold(word).rstrip(":-") in SAID_BY_THE_FIELD]
    others = [word for word in words if word not in markers]
    return not others or country_code(" ".join(others)) == found.country != ""


def test_no_letter_of_the_table_is_lost() -> None:
    assert len(TABLE) > 40
    for home, whole, *_expected in TABLE:
        found = parted(whole, home)
        assert not lost(whole, found), whole
        assert said_by_field(found), whole


PIECES = st.sampled_from(sorted({piece for _home, whole, *_rest in TABLE for piece in whole.split(", ")}))
WORDS = st.text(alphabet="абвг АБг.Мdeс12345690 -,;№/JKLTRWktoa", max_size=14)


@given(st.lists(st.one_of(PIECES, WORDS), max_size=7), st.sampled_from(["ID", "RU", "US", "GB", "DE", ""]))
def test_no_letter_is_lost_whatever_stands_in_the_cell(pieces: list[str], home: str) -> None:
    whole = ", ".join(pieces)

    found = parted(whole, home)

    assert not lost(whole, found)
    assert said_by_field(found)


# ---- through the importer

JALAN = "Jl. Sudirman No. 12, RT 03/RW 05, Kel. Karet, Jakarta Selatan 12920"
SHEET = f"Company;Phone;Address\nPT Satu;0812345678;{JALAN}\n"


@pytest.fixture
def data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


def address(name: str = "PT Satu") -> tuple[str, str, str]:
    row = everything(Address).get(client__name=name)
    return row.street, row.city, row.postcode


PARTED = ("Jl. Sudirman No. 12, RT 03/RW 05, Kel. Karet", "Jakarta Selatan", "12920")


@pytest.mark.django_db
@pytest.mark.usefixtures("data_folder")
class TestInAnImport:
    def test_it_is_parted_and_a_second_run_changes_nothing(self, owner: User) -> None:
        bring_in(SHEET, owner)
        assert address() == PARTED
        assert everything(Client).get().city == "Jakarta Selatan"

        again = decided(SHEET, owner, over=True)

        assert (again.change_count, again.same_count) == (0, 1)

    def test_a_person_keeps_it_as_one_line_and_that_is_remembered(self, owner: User) -> None:
        source = drop(SHEET, owner)
        acts.decide(source=source, targets={}, answers={}, wholes={2: True}, by=owner)
        run_jobs()
        acts.start(source=renewed(source), by=owner)
        run_jobs()

        assert address() == (JALAN, "", "")
        assert drop(SHEET, owner).choices[2]["is_whole"]

    def test_a_line_that_stands_here_stays_one_unless_it_is_overwritten(self, owner: User) -> None:
        source = drop(SHEET, owner)
        acts.decide(source=source, targets={}, answers={}, wholes={2: True}, by=owner)
        run_jobs()
        acts.start(source=renewed(source), by=owner)
        run_jobs()

        for over, expected in ((False, (JALAN, "", "")), (True, PARTED)):
            source = drop(SHEET, owner)
            modes = {2: "over"} if over else {}
            acts.decide(source=source, targets={}, modes=modes, answers={"mode": "both"}, wholes={2: False}, by=owner)
            run_jobs()
            if renewed(source).taken_count:
                acts.start(source=renewed(source), by=owner)
                run_jobs()
            assert address() == expected

    def test_what_a_column_says_is_not_taken_out_of_the_line(self, owner: User) -> None:
        bring_in("Company;Phone;Address;City\nPT Satu;0812345678;Jl. Braga 5, Bandung 40111;Bandung\n", owner)
        bring_in("Company;Phone;Address;City\nPT Dua;0812345679;Jl. Braga 5, Bandung 40111;Garut\n", owner)

        assert address() == ("Jl. Braga 5", "Bandung", "40111")
        assert address("PT Dua") == ("Jl. Braga 5, Bandung 40111", "Garut", "")

    def test_a_city_is_filled_beside_a_line_that_is_here(self, owner: User) -> None:
        bring_in("Company;Phone;Address\nPT Satu;0812345678;Toko sebelah masjid\n", owner)

        changed("Company;Phone;Address;City\nPT Satu;0812345678;Toko sebelah masjid;Garut\n", owner)

        assert address() == ("Toko sebelah masjid", "Garut", "")

    def test_the_pages_show_how_it_is_parted(self, owner: User) -> None:
        source, window = drop(SHEET, owner), Browser()
        window.force_login(owner)
        url = reverse("records:import", args=[source.pk])
        assert "<dd>Jakarta Selatan</dd>" in window.get(url).content.decode()

        window.post(reverse("records:import_columns", args=[source.pk]), {"whole-2": ""})
        run_jobs()
        assert "<dd>Jakarta Selatan</dd>" in window.get(url).content.decode()
        window.post(reverse("records:import_columns", args=[source.pk]), {"whole-2": "whole"})
        run_jobs()

        assert "<dd>" not in window.get(url).content.decode().split("divided-k")[-1]
        assert renewed(source).choices[2]["is_whole"]
