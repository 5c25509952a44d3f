"""The list of pairs, two cards side by side, the note while typing, the quality of data."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kartu.clients import actions, quality
from kartu.clients.duplicates.search import search
from kartu.clients.models import Channel, Client, Doubt, DuplicatePair, NotSame
from kartu.clients.tests.conftest import seen
from kartu.core.actors import System
from kartu.core.testing import run_jobs
from kartu.records.models import ChangeSet
from kartu.security import audit


@pytest.fixture
def pair(seller) -> tuple[Client, Client]:
    one = actions.add_client(name="ООО «Ромашка»", phone="0812 3456 7890", by=seller)
    other = actions.add_client(name="Romashka LLC", phone="0812 3456 7890", about="Flowers", by=seller)
    search()
    return one, other


def page(client, url: str) -> str:
    return client.get(url).content.decode()


def test_the_list_tells_the_pairs_and_why(client, head, pair):
    client.force_login(head)

    html = page(client, "/clients/duplicates/")

    assert "Ромашка" in html and "Romashka LLC" in html
    assert "Same phone, the names sound alike" in html
    assert f'data-id="{pair[0].pk}-{pair[1].pk}"' in html


def test_a_seller_has_no_duplicates_to_merge_and_a_stranger_sees_no_names(client, seller, owner, stranger, pair):
    client.force_login(seller)
    assert client.get("/clients/duplicates/").status_code == 403
    assert "/clients/duplicates/" not in page(client, "/clients/quality/")
    both = page(client, "/clients/quality/twice/")
    assert "Romashka LLC" in both and "Same phone, the names sound alike" in both
    client.force_login(stranger)
    assert "Romashka" not in page(client, "/clients/quality/twice/")

    client.force_login(owner)
    assert "Romashka" in page(client, "/clients/duplicates/")


def test_the_list_takes_the_same_queries_for_one_pair_and_for_three(client, head, seller, pair):
    client.force_login(head)
    page(client, "/clients/duplicates/")
    with asked() as few:
        page(client, "/clients/duplicates/")
    for name in ("Ромашка плюс", "Romashka plus", "Василёк", "Vasilek"):
        actions.add_client(name=name, by=seller)
    search()

    with asked() as many:
        page(client, "/clients/duplicates/")

    assert DuplicatePair.objects.count() >= 3
    assert len(many) == len(few)


def asked():
    return CaptureQueriesContext(connection)


def test_told_apart_they_are_not_offered_again_till_it_is_taken_back(client, head, pair):
    client.force_login(head)
    token = f"{pair[0].pk}-{pair[1].pk}"

    assert client.post("/clients/duplicates/apart/", {"ids": token}).status_code == 204

    assert "Romashka" not in page(client, "/clients/duplicates/")
    assert NotSame.objects.visible_to(head).count() == 1
    client.post(ChangeSet.objects.get().undo_url)
    assert "Romashka" in page(client, "/clients/duplicates/")


@pytest.mark.parametrize("ids", ["", "1", "x-y", "1-2-3", "9" * 30 + "-1", "١-٢"])
def test_pairs_that_are_none_are_not_found(client, head, pair, ids):
    client.force_login(head)

    assert client.post("/clients/duplicates/apart/", {"ids": ids}).status_code == 404
    assert client.post("/clients/duplicates/merge/", {"ids": ids}).status_code == 404


def test_many_pairs_are_merged_in_one_go_and_taken_back_in_one(client, head, seller, pair):
    third = actions.add_client(name="Romashka", phone="0812 3456 7890", email="a@b.example", by=seller)
    lookalike = actions.add_client(name="Pомашка", phone="0812 3456 7890", by=seller)
    client.force_login(head)
    one, other = pair
    tokens = f"{one.pk}-{other.pk},{other.pk}-{third.pk},{one.pk}-{lookalike.pk}"

    client.post("/clients/duplicates/merge/", {"ids": tokens})

    left = list(Client.objects.visible_to(seller).order_by("pk"))
    assert left == [one, lookalike]
    assert (left[0].about, left[0].email) == ("Flowers", "a@b.example")
    client.post(ChangeSet.objects.get().undo_url)
    assert Client.objects.visible_to(seller).count() == 4


def test_two_cards_side_by_side_offer_what_the_first_lacks(client, head, pair):
    client.force_login(head)

    html = page(client, f"/clients/{pair[0].pk}/merge/{pair[1].pk}/")

    assert 'name="about" value="theirs" checked' in html
    assert 'name="name" value="ours" checked' in html
    assert f"/clients/{pair[1].pk}/merge/{pair[0].pk}/" in html


def merged(client, one: Client, other: Client, **chosen: str):
    versions = f"{one.version}-{other.version}"
    return client.post(f"/clients/{one.pk}/merge/{other.pk}/", {"versions": versions, **chosen})


def test_the_chosen_values_are_kept(client, head, pair):
    client.force_login(head)

    response = merged(client, *pair, name="theirs", about="ours")

    assert response["Location"] == f"/clients/{pair[0].pk}/"
    card = seen(pair[0], head)
    assert (card.name, card.about) == ("Romashka LLC", "")


def test_what_was_compared_too_long_ago_is_shown_again(client, head, seller, pair):
    client.force_login(head)
    actions.change_client(client=seen(pair[0], seller), values={"about": "Garden"}, by=seller)

    response = merged(client, *pair, name="theirs")

    assert response.status_code == 409
    assert 'name="name" value="theirs" checked' in response.content.decode()
    assert Client.objects.visible_to(head).count() == 2


def test_a_strangers_card_is_not_compared(client, head, pair, volga):
    client.force_login(head)

    assert client.get(f"/clients/{pair[0].pk}/merge/{volga.pk}/").status_code == 404
    assert client.get(f"/clients/{volga.pk}/merge/{pair[0].pk}/").status_code == 404
    answer = client.post(f"/clients/{pair[0].pk}/merge/", {"other": volga.pk})
    assert answer.status_code == 422
    assert client.post(f"/clients/{pair[0].pk}/merge/", {"other": pair[0].pk}).status_code == 422


# ---- while typing


def note(client, url: str = "/clients/twins/", **typed: str) -> str:
    return client.post(url, {"country": "ID", **typed}).content.decode()


def test_a_name_in_another_alphabet_is_recognised_while_typing(client, seller, pair):
    client.force_login(seller)

    assert "Already here? ООО «Ромашка»" in note(client, name="Romashka", kind="company")
    assert "same phone" in note(client, phone="0812 3456 7890").lower()
    assert "another alphabet" in note(client, name="Pомашка", kind="company")


def test_a_hidden_client_is_told_of_without_its_name(client, stranger, pair):
    client.force_login(stranger)

    html = note(client, name="Romashka", phone="0812 3456 7890")

    assert "Already with us" in html
    assert "Ромашка" not in html and "Romashka" not in html and "Sari" not in html
    assert note(client, name="Romashka").strip() == ""


def test_a_person_is_recognised_at_another_client(client, seller, stranger, pair, sinar, volga):
    actions.add_contact(client=pair[0], name="Иванов Иван Петрович", phone="0811 222 333", by=seller)
    client.force_login(seller)
    url = f"/clients/{sinar.pk}/contacts/twins/"

    html = note(client, url, name="Ivan Ivanov")
    assert "ООО «Ромашка»" in html and "Иванов Иван Петрович" in html and "Open the card" in html
    assert "ООО «Ромашка»" in note(client, url, phone="0811222333")
    assert f'hx-post="{url}"' in page(client, f"/clients/{sinar.pk}/contacts/new/")

    client.force_login(stranger)
    html = note(client, f"/clients/{volga.pk}/contacts/twins/", name="Ivan Ivanov", phone="+62811222333")
    assert "Already with us" in html and "Ромашка" not in html


# ---- quality of data


def test_every_figure_opens_its_rows(client, owner, seller, pair):
    actions.add_client(name="Nobody knows how", by=seller)
    client.force_login(owner)

    for figure in quality.figures(owner):
        assert client.get(figure.url).status_code == 200
    found = {str(figure.label): figure.count for figure in quality.figures(owner)}
    assert found == {
        "Without phone and e-mail": 1,
        "Looked after by nobody": 0,
        "Never spoken to": 3,
        "Doubtful phones": 0,
        "Doubtful tax numbers": 0,
        "Perhaps on two cards": 1,
    }
    assert "Nobody knows how" in page(client, quality.figures(owner)[0].url)


def spoil_phone(of: Client) -> None:
    with audit.acting_as(System("a test")):
        channel = Channel.objects.as_system("a test").filter(client=of).get()
        channel.value = "+62111"
        channel.save()


@pytest.mark.parametrize("name", ["owner", "head", "seller", "stranger"])
def test_each_figure_is_as_many_rows_as_it_opens(client, request, seller, stranger, pair, name):
    actions.add_client(name="Nobody knows how", by=seller)
    actions.add_client(name="Of another team", by=stranger)
    spoil_phone(pair[0])
    quality.search()
    person = request.getfixturevalue(name)
    client.force_login(person)

    for figure in quality.figures(person):
        context = client.get(figure.url).context
        rows = int(context["list"].count) if "list" in context else len(context.get("rows", context.get("pairs", [])))
        assert rows == figure.count, figure.label
        assert figure.url.replace("&", "&amp;") in page(client, "/clients/quality/")


def test_a_number_put_right_is_no_longer_doubtful(client, seller, pair):
    spoil_phone(pair[0])
    quality.search()
    client.force_login(seller)
    assert "+62111" in page(client, "/clients/quality/phone/")

    channel = Channel.objects.visible_to(seller).get(client=pair[0])
    actions.change_channel(channel=channel, values={"value": "0812 3456 7890"}, by=seller)

    assert "+62111" not in page(client, "/clients/quality/phone/")


def test_the_list_of_clients_and_the_menu_lead_to_the_quality(client, seller, pair):
    client.force_login(seller)

    html = page(client, "/clients/")

    assert html.count('href="/clients/quality/"') >= 2


@pytest.mark.parametrize("url", ["/clients/quality/twice/", "/clients/quality/phone/", "/clients/quality/"])
def test_pages_of_quality_take_the_same_queries_for_one_row_and_for_three(client, seller, pair, url):
    spoil_phone(pair[0])
    quality.search()
    client.force_login(seller)
    page(client, url)
    with asked() as few:
        page(client, url)
    for at, name in enumerate(("Ромашка плюс", "Romashka plus", "Василёк", "Vasilek")):
        spoil_phone(actions.add_client(name=name, phone=f"0812 3456 79{at:02}", by=seller))
    search()
    quality.search()

    with asked() as many:
        page(client, url)

    assert Doubt.objects.count() >= 5 and len(many) == len(few)


def test_numbers_that_cannot_be_right_are_listed_for_those_who_see_them(client, head, seller, stranger, pair):
    with audit.acting_as(System("a test")):
        channel = Channel.objects.visible_to(seller).filter(client=pair[0]).get()
        channel.value = "+62111"
        channel.save()

    assert quality.search() == quality.search() == Doubt.objects.count() == 1
    for person, count in ((head, 1), (seller, 1), (stranger, 0)):
        client.force_login(person)
        assert page(client, "/clients/quality/phone/").count("+62111") == count
    assert client.get("/clients/quality/colour/").status_code == 404


def test_looking_now_is_work_in_the_background(client, head, pair):
    DuplicatePair.objects.all().delete()
    client.force_login(head)

    assert "job-" in client.post("/clients/duplicates/search/").content.decode()
    run_jobs()

    assert DuplicatePair.objects.count() == 1
