"""A list of guesses does not tell which numbers colleagues have: the form and imports share one limit."""

from pathlib import Path

import pytest
from django.test import Client as Browser
from django.urls import reverse

from kartu.clients import actions, probing
from kartu.clients.duplicates.search import search
from kartu.clients.models import Client, DuplicatePair
from kartu.clients.tests.test_import import check, drop, everything, renewed
from kartu.clients.tests.test_import_updates import started
from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.records.imports import acts
from kartu.records.imports.fixing import fix_row
from kartu.records.models import Import
from kartu.security.models import ViewRow

pytestmark = pytest.mark.django_db
TOLD = "Already here, with a colleague. Ask your manager"
NUMBERS = [f"+6281255500{at:02}" for at in range(6)]


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def theirs(stranger: User) -> Client:
    """A client of another team's with six phones, an e-mail and a tax number."""
    client = actions.add_client(name="PT Rahasia", phone=NUMBERS[0], email="x@rahasia.example", by=stranger)
    for number in NUMBERS[1:]:
        actions.add_channel(client=client, kind="phone", value=number, by=stranger)
    actions.add_entity(client=client, name=client.name, country="RU", registry_ids={"inn": "7707083893"}, by=stranger)
    return client


def guessed(numbers: list[str], by: User, known_by: str = "phone") -> Import:
    text = "Company;Phone\n" + "".join(f"PT Tebak {number};{number}\n" for number in numbers)
    return checked(drop(text, by), by, known_by)


def checked(source: Import, by: User, known_by: str = "phone") -> Import:
    acts.decide(source=source, targets={}, answers={"known_by": known_by}, by=by)
    run_jobs()
    return renewed(source)


def told(source: Import) -> list[int]:
    return [row.number for row in source.rows.all() if row.problems and row.problems[0][1] == TOLD]


def probes(by: User) -> list[ViewRow]:
    return [row for row in ViewRow.objects.filter(actor_id=by.pk) if probing.KNOWN_ELSEWHERE in row.detail]


@pytest.mark.usefixtures("theirs")
def test_a_few_of_a_list_of_guesses_are_told_and_all_are_logged(head: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "MOST_PROBES", 2)

    source = guessed([*NUMBERS[:4], "+628125559999"], head)

    assert told(source) == [2, 3]
    assert (source.new_count, source.same_count, source.rejected_count) == (3, 2, 0), "the others are like any new one"
    assert [row.detail[probing.KNOWN_ELSEWHERE]["phone"] for row in probes(head)] == NUMBERS[:4]


@pytest.mark.usefixtures("theirs")
def test_what_was_told_is_told_again_and_nothing_more(head: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "MOST_PROBES", 2)
    source = guessed(NUMBERS[:3], head)

    assert told(checked(source, head)) == [2, 3]
    assert told(guessed(NUMBERS[3:], head)) == []
    source = started(renewed(source), head)

    assert (told(source), source.new_count) == ([2, 3], 1)


@pytest.mark.usefixtures("theirs")
@pytest.mark.parametrize(
    "text",
    [
        f"Company;Phone\nPT Rahasia;{NUMBERS[0]}\n",
        "Company;Email\nPT Rahasia;x@rahasia.example\n",
        "Company;ИНН;Country\nPT Tebak;7707083893;RU\n",
    ],
    ids=["phone", "email", "tax"],
)
def test_each_kind_of_number_counts(head: User, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(check(drop(text, head), head)) == [2]

    monkeypatch.setattr(probing, "MOST_PROBES", 0)

    assert told(check(drop(text.replace(";", "; "), head), head)) == []


@pytest.mark.usefixtures("theirs")
def test_the_form_and_imports_share_the_limit(head: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "MOST_PROBES", 2)
    window = Browser()
    window.force_login(head)

    def form_tells(number: str) -> bool:
        answer = window.post(reverse("clients:twins"), {"phone": number, "country": "ID"})
        return "Already with us" in answer.content.decode()

    assert form_tells(NUMBERS[0])
    assert told(guessed(NUMBERS[1:3], head)) == [2]
    assert not form_tells(NUMBERS[3]) and form_tells(NUMBERS[0])


@pytest.mark.usefixtures("theirs")
def test_rows_put_right_one_by_one_are_no_way_round(head: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "MOST_PROBES", 2)
    source = guessed(["12"], head)

    rows = [fix_row(source=renewed(source), number=2, cells={1: number}) for number in NUMBERS[:4]]

    assert [row.fate for row in rows] == ["same", "same", "new", "new"]


def test_a_list_of_fair_leads_comes_in(head: User, stranger: User, owner: User) -> None:
    """Of 60 leads 25 are with colleagues: 20 are told, the others come in, and those who lead find the pairs."""
    for at in range(25):
        actions.add_client(name=f"PT Kawan {at}", phone=f"+6281266600{at:02}", by=stranger)
    text = "Company;Phone\n" + "".join(f"PT Kawan {at};+6281266600{at:02}\n" for at in range(60))

    source = started(check(drop(text, head), head), head)

    assert (source.state, source.new_count, len(told(source))) == (Import.State.DONE, 40, 20)
    assert Client.objects.visible_to(head).filter(batch_id=source.change_set_id).count() == 40
    search()
    assert DuplicatePair.objects.reached_by(owner).count() == 5
    assert everything(Client).count() == 65
