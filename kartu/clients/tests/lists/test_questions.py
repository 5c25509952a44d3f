"""What may be asked of a list, and what an address that asks for anything else is told."""

import pytest
from django.http import QueryDict

from kartu.clients.lists import CLIENTS
from kartu.clients.models import Status
from kartu.clients.tests.lists.asked import find, question
from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.question import Question, write_cursor

GOOD = [
    "",
    "f=status:any:3",
    "f=status:any:3,4&f=responsible:none:me",
    "f=name:has:caf%25C3%25A9",
    "f=city:any:Kota%252C%20Bandung,Jakarta",
    "f=last_touch:empty|last_touch:older:90",
    "f=created:between:2026-01-01,2026-02-01&s=-created",
    "f=birthday:next:14",
    "f=favourite:yes",
    "q=sinar&s=-name&v=12",
]

BAD = {
    "an unknown column": "f=password:has:x",
    "a column of the model that the list does not show": "f=trashed_at:empty",
    "a path through relations": "f=responsible__password:has:p",
    "an unknown comparison": "f=name:regex:(a%2B)%2B$",
    "a comparison of another kind": "f=name:more:5",
    "a connector of Django's": "_connector=OR&f=status:any:1",
    "a lookup of Django's": "owner__password__startswith=p",
    "an unknown parameter": "limit=1000000",
    "a parameter twice": "q=a&q=b",
    "no condition at all": "f=status",
    "too many parts": "f=status:any:1:2",
    "a missing value": "f=status:any",
    "a value too many": "f=name:has:a,b",
    "no number": "f=status:any:1;DROP",
    "a number too large for the database": "f=status:any:9999999999999999999",
    "no date": "f=birthday:is:2026-02-30",
    "a date out of all time": "f=birthday:is:0001-01-01",
    "too many days": "f=created:last:99999999",
    "no choice": "f=kind:any:alien",
    "a zero byte": "q=a%00b",
    "too long a text": "q=" + "a" * 300,
    "an unknown sort": "s=password",
    "a sort that there is not": "s=tags",
    "too many filters": "&".join(["f=status:any:1"] * 13),
    "too many values": "f=status:any:" + ",".join(["1"] * 501),
    "a place that is no text": "after=%FF%FF",
    "a place that is no list": "after=e30",
    "a place too long": "after=" + "a" * 3000,
}


@pytest.mark.parametrize("query", GOOD)
def test_a_question_is_written_as_it_was_read(query, owner):
    asked = question(query, owner)

    again = question(asked.query(), owner)

    assert again == asked


@pytest.mark.parametrize("what", BAD)
def test_what_the_list_does_not_know_is_refused(what, owner):
    with pytest.raises(BadQuestion):
        question(BAD[what], owner)


@pytest.mark.parametrize(
    "cursor",
    [
        [],
        ["filled"],
        ["nowhere", "a", 1],
        ["filled", 5, "x"],
        ["filled", "a", 1, 2],
        ["empty", 10**30],
        ["filled", None],
    ],
)
def test_a_place_that_the_sort_does_not_have_is_refused(cursor, owner):
    with pytest.raises(BadQuestion):
        find(f"s=name&after={write_cursor(cursor)}", owner).page()


def test_a_column_without_its_right_does_not_exist(owner, seller, monkeypatch):
    phone = CLIENTS.by_key["phone"]
    object.__setattr__(phone, "right", "clients.history")  # a right that a seller has not
    try:
        assert question("f=phone:has:0813", owner).chips
        for query in ("f=phone:has:0813", "s=phone"):
            with pytest.raises(BadQuestion):
                question(query, seller)
    finally:
        object.__setattr__(phone, "right", "")


SENTENCES = {
    "f=status:any:{new}": "Status is New",
    "f=status:any:{new},{lost}": "Status is New or Lost",
    "f=status:none:{new}": "Status is not New",
    "f=city:any:Bandung,Jakarta,Medan": "City any of 3",
    "f=responsible:any:me": "Looks after is me",
    "f=name:starts:PT": "Client starts with “PT”",
    "f=next_touch:empty": "Next touch is empty",
    "f=last_touch:older:90": "Last touch more than 90 days ago",
    "f=last_touch:older:1": "Last touch more than 1 day ago",
    "f=last_touch:empty|last_touch:older:90": "Last touch is empty or more than 90 days ago",
    "f=city:empty|phone:empty": "City is empty or Phone is empty",
    "f=birthday:between:2026-01-02,2026-02-03": "Birthday is between 2 Jan 2026 and 3 Feb 2026",
    "f=city:any:Bandung,Jakarta|city:has:kota|name:starts:Perusahaan|phone:empty": "City 4 conditions",
}


@pytest.mark.parametrize("query", SENTENCES)
def test_a_chip_reads_like_a_sentence(query, owner, db):
    ids = {name: Status.objects.create(name=name.title()).pk for name in ("new", "lost")}
    asked = Question.of(CLIENTS, QueryDict(query.format(**ids)), Asking(owner))

    assert asked.sentence(Asking(owner)) == SENTENCES[query]
