"""The pages of an import, from the drop to the result, for those who may and those who may not."""

import io
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse

from kartu.clients.models import Client
from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.records.models import Import

pytestmark = pytest.mark.django_db
SHEET = "Company;Phone;Note\nPT Satu;0812345678;=1+1\nPT Dua;12;x\n"


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


def browser(person: User) -> Browser:
    window = Browser()
    window.force_login(person)
    return window


def dropped(window: Browser, text: str = SHEET, name: str = "clients.csv") -> Import:
    answer = window.post(reverse("records:import_new"), {"file": SimpleUploadedFile(name, text.encode())})
    source = Import.objects.order_by("-pk").first()
    assert (answer.status_code, answer["Location"]) == (302, reverse("records:import", args=[source.pk]))
    run_jobs()
    return Import.objects.get(pk=source.pk)


def page(window: Browser, source: Import) -> str:
    answer = window.get(reverse("records:import", args=[source.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def press(window: Browser, source: Import, what: str, **data: str) -> Import:
    answer = window.post(reverse(f"records:import_{what}", args=[source.pk]), data)
    assert answer.status_code == 302
    run_jobs()
    return Import.objects.get(pk=source.pk)


UNREAD = ("reading", "cancelling", "cancelled", "refused")


@pytest.mark.parametrize("state", Import.State.values)
def test_an_import_has_a_page_in_every_state(owner: User, state: str) -> None:
    window = browser(owner)
    window.post(reverse("records:import_new"), {"file": SimpleUploadedFile("clients.csv", SHEET.encode())})
    source = Import.objects.get()
    if state not in UNREAD:
        run_jobs()
    Import.objects.update(state=state)

    assert "clients.csv" in page(window, source)


def test_a_list_comes_in_page_by_page_and_is_taken_back(owner: User) -> None:
    window = browser(owner)
    source = dropped(window)
    assert '<option value="company"' in page(window, source)

    source = press(window, source, "columns", **{"column-0": "company", "column-1": "phone", "column-2": "note"})
    checked = page(window, source)
    assert "PT Dua" in checked and "Bring 1 row in" in checked
    assert not Client.objects.visible_to(owner).exists()

    source = press(window, source, "start")
    assert [client.name for client in Client.objects.visible_to(owner)] == ["PT Satu"]
    assert reverse("records:import_undo", args=[source.pk]) in page(window, source)

    press(window, source, "undo")
    assert not Client.objects.visible_to(owner).exists()
    assert "clients.csv" in window.get(reverse("records:imports")).content.decode()


def test_pasted_cells_are_read(owner: User) -> None:
    window = browser(owner)

    window.post(reverse("records:import_new"), {"cells": "Company\tPhone\nPT Satu\t0812345678\n"})
    run_jobs()

    assert Import.objects.get().layout["delimiter"] == "\t"
    assert window.post(reverse("records:import_new"), {"cells": " "}).status_code == 422


def test_rows_left_out_come_back_as_a_workbook_that_runs_nothing(owner: User) -> None:
    window = browser(owner)
    source = press(window, dropped(window, SHEET.replace("PT Dua;12;x", "=2+3;12;x")), "columns")

    answer = window.get(reverse("records:import_rejected", args=[source.pk]))

    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows())
    assert [cell.value for cell in rows[0]] == ["Row", "Why", "Company", "Phone", "Note"]
    assert (rows[1][0].value, rows[1][2].value, rows[1][2].data_type) == (3, "=2+3", "s")


def test_a_mapping_without_a_name_is_refused_on_its_page(owner: User) -> None:
    window = browser(owner)
    source = dropped(window)
    nothing = {f"column-{at}": "" for at in range(3)}

    answer = window.post(reverse("records:import_columns", args=[source.pk]), nothing)

    assert answer.status_code == 422
    assert "name of the client" in answer.content.decode()


def test_a_refused_file_says_why(owner: User) -> None:
    window = browser(owner)

    assert "This is a PDF." in page(window, dropped(window, "%PDF-1.7", "a.pdf"))


def test_work_in_hand_shows_its_progress_and_then_the_page(owner: User) -> None:
    window = browser(owner)
    source = dropped(window)
    now = reverse("records:import_now", args=[source.pk])
    assert window.get(now)["HX-Refresh"] == "true"

    Import.objects.filter(pk=source.pk).update(state=Import.State.RUNNING)

    assert reverse("records:import_stop", args=[source.pk]) in window.get(now).content.decode()
    assert "clients.csv" in page(window, source)


def test_whoever_drops_a_file_comes_to_its_page_before_anybody_has_read_it(owner: User) -> None:
    window = browser(owner)

    answer = window.post(reverse("records:import_new"), {"file": SimpleUploadedFile("a.csv", b"Company\nPT Satu\n")})

    source = Import.objects.get(state=Import.State.READING)
    assert answer["Location"] == reverse("records:import", args=[source.pk])
    assert reverse("records:import_now", args=[source.pk]) in page(window, source)


UNREAD = (Import.State.READING, Import.State.REFUSED, Import.State.CANCELLED)


@pytest.mark.parametrize(("state", "is_read"), [(state, True) for state in Import.State] + [(s, False) for s in UNREAD])
def test_no_page_and_no_button_breaks_whatever_became_of_the_import(
    owner: User, state: Import.State, is_read: bool
) -> None:
    window = browser(owner)
    source = dropped(window)
    Import.objects.filter(pk=source.pk).update(state=state, read_count=0)
    if not is_read:
        Import.objects.filter(pk=source.pk).update(layout={}, choices=[])

    for route in ROUTES:
        assert window.get(reverse(f"records:{route}", args=[source.pk])).status_code in (200, 404)
    assert window.get(reverse("records:import_rows", args=[source.pk]) + "?after=²" + "9" * 5000).status_code == 200
    for act in ACTS:
        answer = window.post(reverse(f"records:{act}", args=[source.pk]), {"header": "9" * 5000})
        assert answer.status_code in (204, 302, 422)
        Import.objects.filter(pk=source.pk).update(state=state)


ROUTES = ["import", "import_now", "import_rows", "import_rejected"]
ACTS = ["import_reading", "import_columns", "import_start", "import_stop", "import_undo"]


def test_a_stranger_finds_no_import_of_others(owner: User, head: User, seller: User) -> None:
    source = dropped(browser(owner))
    before = Import.objects.values().get()

    for person in (head, seller):
        window = browser(person)
        answers = [window.get(reverse(f"records:{route}", args=[source.pk])) for route in ROUTES]
        answers += [window.post(reverse(f"records:{route}", args=[source.pk])) for route in ACTS]
        assert {answer.status_code for answer in answers} == {404}

    assert Import.objects.values().get() == before


def test_a_seller_finds_no_import_pages_at_all(seller: User) -> None:
    window = browser(seller)

    assert window.get(reverse("records:imports")).status_code == 404
    assert window.get(reverse("records:import_new")).status_code == 404
    file = SimpleUploadedFile("a.csv", b"Name\nA\n")
    assert window.post(reverse("records:import_new"), {"file": file}).status_code == 404
    assert not Import.objects.exists()


def test_the_command_tells_and_does_the_same(owner: User, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(SHEET)

    out = io.StringIO()
    call_command("import", str(path), "--dry-run", stdout=out)
    assert "2 rows read, 1 new, 0 already here, 1 not taken" in out.getvalue()
    assert "row 3: not taken" in out.getvalue() and not Client.objects.visible_to(owner).exists()

    call_command("import", str(path), "--user", owner.email, stdout=out)
    assert [client.name for client in Client.objects.visible_to(owner)] == ["PT Satu"]


def test_the_command_names_what_is_wrong(owner: User, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_text("%PDF-1.7")

    with pytest.raises(CommandError, match="This is a PDF"):
        call_command("import", str(path))
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import", str(tmp_path / "nowhere.csv"))
    with pytest.raises(CommandError, match="no such person"):
        call_command("import", str(path), "--user", "nobody@example.com")
