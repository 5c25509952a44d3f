"""What is typed into the quick line and pinned to the card: read, linked, with files beside it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kartu.clients import actions, probing
from kartu.clients.models import Client, ClientEntity, Touch
from kartu.clients.told_text import told
from kartu.core.testing import run_jobs
from kartu.records.models import File
from kartu.security.models import ViewRow


def log(client, card, **typed):
    return client.post(f"/clients/{card.pk}/touches/", {"kind": "note", "direction": "out", **typed})


NUMBERS = [
    ("ID", "Gate: 0812-8890-4417. Director signs", '<a class="tn" href="tel:+6281288904417">0812-8890-4417</a>'),
    ("RU", "охрана 8 912 664-07-18, потом", '<a class="tn" href="tel:+79126640718">8 912 664-07-18</a>'),
    ("ID", "ask +7 912 664-07-18", '<a class="tn" href="tel:+79126640718">+7 912 664-07-18</a>'),
]


@pytest.mark.parametrize(("country", "text", "link"), NUMBERS)
def test_a_number_in_a_text_can_be_dialled(country, text, link):
    assert link in told(text, country)


@pytest.mark.parametrize("text", ["28.11.2026 10:00", "Rp 48.200.000", "order 15 pumps of 2026", "INV-2026-0931"])
def test_a_date_a_sum_and_a_number_of_a_paper_are_no_phones(text):
    assert "tel:" not in told(text, "ID")


def test_a_text_is_escaped_around_its_links():
    html = told('<script>0812-8890-4417</script>\n@Ayu "x"', "ID", {7: "Ayu <b>"})

    assert "<script>" not in html and "<b>" not in html
    assert "&lt;script&gt;" in html and "<br>" in html and 'href="/people/7/"' in html


def test_pinned_numbers_are_links_on_the_card(client, seller, sinar):
    actions.change_client(client=sinar, values={"pinned": "Security: 0812-8890-4417"}, by=seller)
    client.force_login(seller)

    assert 'href="tel:+6281288904417"' in client.get(f"/clients/{sinar.pk}/").content.decode()


def test_a_colleague_who_is_mentioned_is_a_link_and_is_told(client, seller, head, sinar):
    client.force_login(seller)
    log(client, sinar, text=f"@{head.name}, look at the price")

    html = client.get(f"/clients/{sinar.pk}/").content.decode()
    run_jobs()

    assert f'href="/people/{head.pk}/" data-preview="/people/{head.pk}/look/">@{head.name}</a>' in html
    client.force_login(head)
    assert "bell" in client.get("/clients/").content.decode()
    assert sinar.name in client.get("/notifications/").content.decode()


@pytest.mark.parametrize("text", ["Called Rina, wants it on friday", "call them", "Rina: call fri 15:00 does not suit"])
def test_a_note_of_what_was_stays_a_note(client, seller, sinar, text):
    client.force_login(seller)

    log(client, sinar, text=text)

    assert Touch.objects.visible_to(seller).get().text == text


def test_files_come_with_the_line_and_stand_at_it(client, seller, stranger, sinar):
    client.force_login(seller)
    sent = [SimpleUploadedFile("offer.txt", b"10 pumps"), SimpleUploadedFile("empty.txt", b"")]

    answer = log(client, sinar, text="Sent the offer", files=sent)

    touch = Touch.objects.visible_to(seller).get()
    file = File.objects.visible_to(seller).get()
    assert (file.about_type, file.about_id, file.name) == ("clients.touch", touch.pk, "offer.txt")
    assert "empty.txt" in answer.headers["HX-Trigger"]
    assert "offer.txt" in client.get(f"/clients/{sinar.pk}/").content.decode()
    client.force_login(stranger)
    assert client.get(f"/files/{file.pk}/").status_code == 404
    assert client.get(f"/clients/{sinar.pk}/touches/{touch.pk}/files/").status_code == 404


def test_the_history_says_how_many_entries_it_has(client, seller, sinar):
    for number in range(3):
        actions.log_touch(client=sinar, kind="note", text=f"Note {number}", by=seller)
    client.force_login(seller)

    page = client.get(f"/clients/{sinar.pk}/")

    entries = [entry for _day, some in page.context["page"].days for entry in some]
    assert page.context["entry_count"] == len(entries) >= 3
    assert f"everything, {len(entries)} entries" in page.content.decode()


def tax(by, card: Client, number: str) -> ClientEntity:
    return actions.add_entity(client=card, name=card.name, country="RU", registry_ids={"inn": number}, by=by)


def test_a_tax_number_that_is_with_us_is_noticed_while_typing(client, seller, stranger, sinar, volga):
    tax(seller, sinar, "7707083893")
    tax(stranger, volga, "500100732259")
    client.force_login(seller)

    mine = client.post("/clients/twins/", {"tax_number": "77 0708 3893", "country": "RU"}).content.decode()
    hidden = client.post("/clients/twins/", {"tax_number": "500100732259", "country": "RU"}).content.decode()

    assert sinar.name in mine
    assert "Already with us" in hidden and volga.name not in hidden and stranger.name not in hidden
    assert [row for row in ViewRow.objects.filter(kind="search") if "known elsewhere" in row.detail]


def test_who_tries_many_numbers_out_is_not_told_any_more(client, seller, stranger, volga, monkeypatch):
    monkeypatch.setattr(probing, "MOST_PROBES", 2)
    numbers = [f"8 912 555 00{at:02}" for at in range(4)]
    for number in numbers:
        actions.add_channel(client=volga, kind="phone", value=number, by=stranger)
    client.force_login(seller)

    def is_told(number: str) -> bool:
        answer = client.post("/clients/twins/", {"phone": number, "country": "RU"})
        return "Already with us" in answer.content.decode()

    assert [is_told(number) for number in [numbers[0], *numbers]] == [True, True, True, False, False]
    assert ViewRow.objects.filter(kind="search").count() == 5
    monkeypatch.setattr(probing, "PROBING", timedelta(0))
    assert is_told(numbers[0])


def test_a_new_client_begins_its_requisites_with_the_tax_number(client, seller, firm):
    client.force_login(seller)
    typed = {"kind": "company", "name": "ООО Ромашка", "country": "RU"}

    refused = client.post("/clients/new/", {**typed, "tax_number": "7707083894"})
    assert refused.status_code == 422 and not Client.objects.visible_to(seller).exists()
    client.post("/clients/new/", {**typed, "tax_number": "7707083893"})

    assert ClientEntity.objects.visible_to(seller).get().tax_id == "7707083893"
