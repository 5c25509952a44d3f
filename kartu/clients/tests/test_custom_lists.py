"""Fields of the firm's own as columns of the list of clients."""

import pytest
from django.http import QueryDict

from kartu.clients import actions
from kartu.clients.lists import CLIENTS
from kartu.records.custom import actions as shaping
from kartu.records.lists.asking import Asking
from kartu.records.lists.finding import Finding
from kartu.records.lists.question import Question

pytestmark = pytest.mark.django_db


def field_of(owner, kind: str, name: str = "Area", **told):
    section = shaping.add_section(entity="clients.client", kind="fields", name=f"Machines {name}", by=owner)
    return shaping.add_field(section=section, type=kind, name=name, by=owner, **told)


def client_with(owner, name: str, field, value):
    custom = {f"custom.{field.pk}": value} if value is not None else {}
    return actions.add_client(name=name, custom=custom, by=owner)


def found(person, query: str, size: int = 50) -> list[str]:
    asking = Asking(person)
    question = Question.of(CLIENTS, QueryDict(query), asking)
    names = dict(CLIENTS.model.objects.visible_to(person).values_list("pk", "name"))
    return [names[pk] for pk in Finding(question, asking).page(size).ids]


VALUES = {
    "text": ("Ärger", "beta", "Яма"),
    "long": ("a\nb", "b", "c"),
    "barcode": ("460", "461", "9"),
    "whole": (2, 10, 33),
    "decimal": ("-1.5", "2.25", "10"),
    "money": ("-100", "20", "3000"),
    "date": ("2025-12-31", "2026-01-01", "2026-10-01"),
    "moment": ("2025-12-31T10:00:00Z", "2026-01-01T10:00:00Z", "2026-10-01T00:00:00Z"),
    "flag": (False, True),
    "choice": ("c1", "c2", "c3"),
    "phone": ("+6281211112222", "+6281311112222"),
    "email": ("a@x.example", "b@x.example"),
    "link": ("https://a.example/", "https://b.example/"),
}


@pytest.mark.parametrize("kind", VALUES)
def test_rows_stand_in_the_order_of_the_values_and_those_without_one_last(owner, kind):
    field = field_of(owner, kind, **({"choices": ["Z", "A", "M"]} if kind == "choice" else {}))
    names = "abcdefg"[: len(VALUES[kind])]
    for name, value in reversed(list(zip(names, VALUES[kind], strict=True))):
        client_with(owner, name, field, value)
    client_with(owner, "nothing", field, None)

    assert found(owner, f"s=f{field.pk}") == [*names, "nothing"]
    assert found(owner, f"s=-f{field.pk}") == [*reversed(names), "nothing"]
    assert found(owner, f"f=f{field.pk}:empty") == ["nothing"]
    assert sorted(found(owner, f"f=f{field.pk}:filled")) == sorted(names)
    assert sorted(found(owner, f"f=f{field.pk}:filled&s=f{field.pk}")) == sorted(names)


def test_what_lies_in_the_trash_and_what_is_out_of_reach_is_not_counted(owner, seller):
    field = field_of(owner, "whole")
    mine = actions.add_client(name="mine", custom={f"custom.{field.pk}": 5}, by=seller)
    client_with(owner, "not the seller's", field, 6)
    gone = client_with(owner, "gone", field, 7)
    actions.trash_client(client=gone, by=owner)

    def count(person, query: str) -> int:
        asking = Asking(person)
        return Finding(Question.of(CLIENTS, QueryDict(query), asking), asking).count

    assert count(owner, f"f=f{field.pk}:more:1") == 2
    assert count(seller, f"f=f{field.pk}:more:1") == 1
    assert count(owner, f"f=f{field.pk}:more:1&f=name:has:mine") == 1
    assert mine.pk


@pytest.mark.parametrize("sort", ["name", "-name", "f{whole}", "-f{text}", "created"])
@pytest.mark.parametrize("who", ["owner", "seller"])
def test_conditions_on_several_fields_find_what_each_of_them_finds(owner, seller, who, sort):
    whole, text = field_of(owner, "whole", "Size"), field_of(owner, "text", "Area")
    person = {"owner": owner, "seller": seller}[who]
    kept = set()
    for number in range(60):
        values = {whole.pk: number % 3 or None, text.pk: ["north", "south", None, "north"][number % 4]}
        custom = {f"custom.{pk}": value for pk, value in values.items() if value is not None}
        by = seller if number % 2 == 0 else owner
        row = actions.add_client(name=f"c{number:02}", custom=custom, by=by)
        if number % 7 == 0:
            actions.trash_client(client=row, by=owner)
        elif values == {whole.pk: 1, text.pk: "north"} and (who == "owner" or by == seller):
            kept.add(row.name)

    query = f"f=f{whole.pk}:is:1&f=f{text.pk}:is:north&s={sort.format(whole=whole.pk, text=text.pk)}"
    asking = Asking(person)
    question = Question.of(CLIENTS, QueryDict(query), asking)
    pages = Finding(question, asking)
    ids = pages.page(3).ids
    while (page := Finding(question.at(pages.page(len(ids)).last), asking).page(3)).ids and page.ids[0] not in ids:
        ids += page.ids
    assert len(kept) > 2
    assert {CLIENTS.model.objects.as_system("names").get(pk=pk).name for pk in ids} == kept
    assert len(ids) == len(kept) == pages.count
    assert pages.counts.everything == CLIENTS.model.objects.visible_to(person).live().count()


def test_rows_without_a_value_are_counted_without_those_in_the_trash(owner):
    field = field_of(owner, "whole")
    for name, value in (("a", 1), ("b", None), ("c", 2), ("d", None), ("e", 3)):
        row = client_with(owner, name, field, value)
        if name in "cd":
            actions.trash_client(client=row, by=owner)

    asking = Asking(owner)
    finding = Finding(Question.of(CLIENTS, QueryDict(f"f=f{field.pk}:empty"), asking), asking)
    assert (finding.counts.found, finding.counts.everything) == (1, 3)


def test_thirty_rows_take_as_many_queries_as_one(client, owner, django_assert_max_num_queries):
    field = field_of(owner, "text")
    client.force_login(owner)
    for number in range(30):
        client_with(owner, f"c{number}", field, f"v{number}")
    url = f"/clients/?f=f{field.pk}:filled&s=f{field.pk}"
    client.get(url)

    with django_assert_max_num_queries(15):
        assert client.get(url).status_code == 200
