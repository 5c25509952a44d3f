"""Files on a client: who reaches them, what is kept, and that nothing of them ever runs."""

import io
import os
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from kartu.clients.models import Client
from kartu.core.actors import System
from kartu.records.actions import attach_file
from kartu.records.files import names, orphans, sniff, store
from kartu.records.models import File
from kartu.security.audit import acting_as
from kartu.security.models import AuditRow


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def card(seller) -> Client:
    with acting_as(System("a test")):
        client = Client(name="PT Sinar", responsible=seller, team=seller.team)
        client.save()
    return Client.objects.visible_to(seller).get()


def upload(browser, card: Client, name: str = "offer.txt", content: bytes = b"3 pumps") -> object:
    return browser.post(f"/files/of/clients.client/{card.pk}/", {"file": SimpleUploadedFile(name, content)})


def png(width: int = 20) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, 10), "red").save(out, "PNG")
    return out.getvalue()


def test_a_dropped_file_is_kept_under_a_random_name_and_found_on_the_card(client, seller, card):
    client.force_login(seller)

    answer = upload(client, card)

    file = File.objects.visible_to(seller).get()
    assert answer.status_code == 204
    assert (file.name, file.size, file.kind) == ("offer.txt", 7, "text/plain")
    assert store.digest_of(file.stored) == file.sha256
    assert "offer" not in str(store.path_of(file.stored))
    assert "offer.txt" in client.get(f"/files/of/clients.client/{card.pk}/").content.decode()


def test_a_stranger_neither_lists_nor_loads_nor_adds_nor_trashes(client, seller, stranger, card):
    file = attach_file(target=card, name="secret.txt", chunks=[b"token-81723"], by=seller)
    client.force_login(stranger)

    asked = [
        client.get(f"/files/of/clients.client/{card.pk}/"),
        client.get(f"/files/{file.pk}/"),
        client.get(f"/files/{file.pk}/look/"),
        client.get(f"/files/{file.pk}/picture/"),
        client.post(f"/files/{file.pk}/trash/"),
        upload(client, card),
    ]

    assert [answer.status_code for answer in asked] == [404] * 6
    assert File.objects.visible_to(seller).count() == 1
    assert len(list(store.names_on_disk())) == 1


def test_a_download_is_logged_before_the_first_byte_and_never_opened_by_the_browser(client, seller, card):
    file = attach_file(target=card, name="page.html", chunks=[b"<script>alert(1)</script>"], by=seller)
    client.force_login(seller)

    answer = client.get(f"/files/{file.pk}/")

    assert AuditRow.objects.filter(verb="download", object_id=file.pk).exists()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="page.html"'
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_a_look_shows_text_as_text(client, seller, card):
    file = attach_file(target=card, name="page.svg", chunks=[b"<svg onload='alert(1)'/>"], by=seller)
    client.force_login(seller)

    page = client.get(f"/files/{file.pk}/look/").content.decode()

    assert "&lt;svg onload=" in page
    assert "<svg onload" not in page


def test_a_picture_is_drawn_anew(client, seller, card):
    file = attach_file(target=card, name="pump.png", chunks=[png() + b"<script>hidden</script>"], by=seller)
    client.force_login(seller)

    answer = client.get(f"/files/{file.pk}/picture/")

    assert answer.headers["Content-Type"] == "image/webp"
    assert b"script" not in answer.content


def test_a_picture_bomb_is_not_opened(client, seller, card):
    head = png()
    bomb = head[:16] + (60_000).to_bytes(4) + (60_000).to_bytes(4) + head[24:]
    file = attach_file(target=card, name="bomb.png", chunks=[bomb], by=seller)
    client.force_login(seller)

    assert client.get(f"/files/{file.pk}/picture/").status_code == 404


def test_a_program_dressed_up_as_a_document_is_refused_and_not_kept(client, seller, card):
    client.force_login(seller)

    answer = upload(client, card, "invoice.docx", b"MZ\x90\x00this is a program")

    assert answer.status_code == 422
    assert not File.objects.visible_to(seller).exists()
    assert not list(store.names_on_disk())


def test_an_empty_or_too_big_file_is_refused_with_its_reason(client, seller, card, settings):
    settings.MAX_FILE_SIZE = 10
    client.force_login(seller)

    answers = [upload(client, card, "a.txt", b""), upload(client, card, "b.txt", b"more than ten bytes")]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert not list(store.names_on_disk())


def test_what_is_in_the_trash_is_not_loaded_and_comes_back(client, seller, card):
    file = attach_file(target=card, name="a.txt", chunks=[b"x"], by=seller)
    client.force_login(seller)

    assert client.post(f"/files/{file.pk}/trash/").status_code == 204
    assert client.get(f"/files/{file.pk}/").status_code == 404
    assert client.post(f"/files/{file.pk}/restore/").status_code == 204
    assert client.get(f"/files/{file.pk}/").status_code == 200


def test_files_of_a_client_in_the_trash_are_out_of_sight(seller, card):
    attach_file(target=card, name="a.txt", chunks=[b"x"], by=seller)
    with acting_as(System("a test")):
        card.trashed_at = timezone.now()
        card.save()

    assert not File.objects.visible_to(seller).exists()


def test_the_panel_takes_as_many_queries_for_thirty_files_as_for_one(
    client, seller, card, django_assert_max_num_queries
):
    for number in range(30):
        attach_file(target=card, name=f"{number}.txt", chunks=[b"x"], by=seller)
    client.force_login(seller)

    with django_assert_max_num_queries(8):
        client.get(f"/files/of/clients.client/{card.pk}/")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\offer.pdf", "offer.pdf"),
        ("inv\u202excod.exe", "inv␀xcod.exe"),
        ("a\x00b\r\n.txt", "a␀b␀␀.txt"),
        ("...", "file"),
        ("", "file"),
        ("я" * 300 + ".docx", "я" * 174 + "….docx"),
    ],
)
def test_names_are_made_harmless(given, shown):
    assert names.display_name(given) == shown


def docx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (png(), "image/png"),
        (b"%PDF-1.7 ...", "application/pdf"),
        (docx(), sniff.OFFICE["word/"]),
        (b"PK\x03\x04 broken", "application/zip"),
        ("просто текст".encode(), "text/plain"),
        (("я" * 5000).encode(), "text/plain"),
        ("cp1251 текст".encode("cp1251"), sniff.UNKNOWN),
        (b"\x7fELF....", sniff.PROGRAM),
        (b"\x00\x01\x02", sniff.UNKNOWN),
    ],
)
def test_a_file_is_what_its_bytes_say(tmp_path, content, kind):
    path = tmp_path / "x"
    path.write_bytes(content)

    assert sniff.kind_of(path) == kind


def test_lost_and_changed_bytes_are_told_and_old_orphans_go(seller, card):
    kept, lost, changed = (attach_file(target=card, name=n, chunks=[n.encode()], by=seller) for n in ("a", "b", "c"))
    store.path_of(lost.stored).unlink()
    store.path_of(changed.stored).write_bytes(b"other")
    orphan = store.keep([b"nobody's"])
    os.utime(orphan.path, (0, 0))

    told = orphans.broken()
    gone = orphans.discard_old()

    assert len(told) == 3
    assert gone == 1
    assert store.digest_of(kept.stored) == kept.sha256
