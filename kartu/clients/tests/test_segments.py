"""Segments: who sees what of them, what they find in the list, what freezing keeps, and their pages."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from kartu.clients import actions
from kartu.clients.actions.segments import count_segments
from kartu.clients.lists import CLIENTS
from kartu.clients.models import Client, Segment, SegmentSize, Tag
from kartu.clients.segments import meaning
from kartu.clients.segments.fields import fields_for
from kartu.clients.segments.meaning import understood
from kartu.clients.tests.lists.asked import find, make, question
from kartu.core.expressions import ExpressionError
from kartu.core.formats import region
from kartu.records.conditions.tree import tree_of
from kartu.records.custom import actions as shaping
from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.finding import Finding
from kartu.records.lists.kinds import Text
from kartu.records.lists.question import Question
from kartu.records.lists.spec import Column
from kartu.records.models import Field
from kartu.security.models import AuditRow

PAGES = "/clients/segments/"
BANDUNG = 'city = "Bandung"'


@pytest.fixture
def three(seller, stranger) -> list[Client]:
    return [
        *make(seller, {"name": "A", "city": "Bandung"}, {"name": "B", "city": "Jakarta"}),
        *make(stranger, {"name": "C", "city": "Bandung"}),
    ]


@pytest.fixture
def bandung(owner, three) -> Segment:
    return actions.add_segment(name="From Bandung", text=BANDUNG, is_shared=True, by=owner)


@pytest.fixture
def secret(monkeypatch) -> str:
    """A column that only the owner knows of (sellers have no right to the log)."""
    column = Column("secret", "Secret", Text(shown="about"), field="about", right="clients.access_log")
    monkeypatch.setitem(CLIENTS.by_key, "secret", column)
    return "secret"


def names(segments: str, person) -> list[str]:
    query = urlencode({"f": f"segment:{segments}"})
    rows = Finding(Question.of(CLIENTS, QueryDict(query), Asking(person)), Asking(person)).rows
    return sorted(rows.values_list("name", flat=True))


# --- rights --------------------------------------------------------------------------------------------------------


def test_each_finds_in_a_shared_one_only_what_he_may_see(bandung, owner, seller, stranger):
    assert names(f"any:{bandung.pk}", owner) == ["A", "C"]
    assert names(f"any:{bandung.pk}", seller) == ["A"]
    assert names(f"none:{bandung.pk}", seller) == ["B"]
    assert names(f"any:{bandung.pk}", stranger) == ["C"]


def test_me_is_whoever_looks(three, owner, seller, stranger):
    mine = actions.add_segment(name="Mine", text="responsible = me", is_shared=True, by=owner)

    assert names(f"any:{mine.pk}", owner) == []
    assert names(f"any:{mine.pk}", seller) == ["A", "B"]
    assert names(f"any:{mine.pk}", stranger) == ["C"]


def test_a_private_one_is_its_makers_alone(three, seller, stranger, client):
    private = actions.add_segment(name="Mine", text=BANDUNG, by=seller)

    with pytest.raises(BadQuestion):
        names(f"any:{private.pk}", stranger)
    client.force_login(stranger)
    assert client.get(f"{PAGES}{private.pk}/").status_code == 404
    assert "Mine" not in client.get(PAGES).content.decode()


def test_a_hidden_column_is_refused_like_one_that_never_was(secret, owner, seller):
    with pytest.raises(ExpressionError) as hidden:
        understood('secret = "x"', Asking(seller))
    with pytest.raises(ExpressionError) as unknown:
        understood('nonsense = "x"', Asking(seller))

    assert hidden.value.message.replace("secret", "nonsense") == unknown.value.message
    assert hidden.value.at == unknown.value.at
    assert understood('secret = "x"', Asking(owner))


def test_a_segment_over_a_hidden_column_is_not_there_for_who_may_not_know_it(secret, three, owner, seller, client):
    telling = actions.add_segment(name="Telling", text='secret = ""  or secret is empty', is_shared=True, by=owner)
    frozen = actions.freeze_segment(segment=telling, by=owner)
    actions.change_segment(segment=frozen, name="Kept", text="", is_shared=True, by=owner)
    never = telling.pk + 1000

    assert names(f"any:{telling.pk}", owner) == ["A", "B", "C"]
    for pk in (telling.pk, frozen.pk, never):
        with pytest.raises(BadQuestion, match="There is no such segment"):
            names(f"none:{pk}", seller)
    client.force_login(seller)
    pages = [client.get(f"{PAGES}{pk}/") for pk in (telling.pk, frozen.pk, never)]
    assert [page.status_code for page in pages] == [404, 404, 404]
    assert "Telling" not in client.get(PAGES).content.decode()
    assert "Telling" not in client.get("/lists/clients/filter/?query=&k0=segment&o0=any").content.decode()


def test_control_without_that_look_the_hidden_value_is_found_out(secret, three, owner, seller, monkeypatch):
    telling = actions.add_segment(name="Telling", text="secret is empty", is_shared=True, by=owner)
    monkeypatch.setattr(meaning, "fields_for", lambda asking: REAL(Asking(owner)))

    assert names(f"any:{telling.pk}", seller) == ["A", "B"]


REAL = meaning.fields_for


def test_only_its_maker_and_the_owner_change_a_shared_one(bandung, owner, seller, head, client):
    theirs = actions.add_segment(name="Of the head", text=BANDUNG, is_shared=True, by=head)
    for person in (seller,):
        with pytest.raises(PermissionDenied):
            actions.change_segment(segment=theirs, name="x", text=BANDUNG, is_shared=True, by=person)
        with pytest.raises(PermissionDenied):
            actions.trash_segment(segment=theirs, by=person)
    actions.change_segment(segment=theirs, name="Better", text=BANDUNG, is_shared=True, by=owner)

    assert Segment.objects.visible_to(head).get(pk=theirs.pk).name == "Better"


def test_only_who_may_share_shares(seller):
    with pytest.raises(PermissionDenied):
        actions.add_segment(name="x", text=BANDUNG, is_shared=True, by=seller)


def test_sizes_are_told_to_whoever_sees_as_much(bandung, owner, seller, client):
    count_segments(date(2026, 11, 27))
    count_segments(date(2026, 11, 28))
    page = f"{PAGES}{bandung.pk}/"

    client.force_login(owner)
    assert "trend-k" in client.get(page).content.decode()
    client.force_login(seller)
    assert "trend-k" not in client.get(page).content.decode()


# --- what they find ------------------------------------------------------------------------------------------------


def test_it_combines_with_other_chips(bandung, owner):
    assert find(f"f=segment:any:{bandung.pk}&f=name:is:a", owner).count == 1
    assert find(f"f=segment:none:{bandung.pk}&s=-name", owner).count == 1


def test_a_changed_segment_is_asked_anew(bandung, owner):
    """The list keeps the SQL of its questions: another condition is another question."""
    assert find(f"f=segment:any:{bandung.pk}", owner).count == 2

    actions.change_segment(segment=bandung, name="From Bandung", text='city = "Jakarta"', is_shared=True, by=owner)

    assert find(f"f=segment:any:{bandung.pk}", owner).count == 1


def test_it_is_kept_by_numbers_and_outlives_a_new_name(owner, three):
    tag = Tag.objects.create(name="VIP")
    segment = actions.add_segment(name="VIP", text='tags in ("vip")', by=owner)

    assert segment.text == f"tags in (#{tag.pk})"


def test_a_removed_one_is_refused_in_words(bandung, owner):
    actions.trash_segment(segment=bandung, by=owner)

    with pytest.raises(BadQuestion):
        question(f"f=segment:any:{bandung.pk}", owner)


# --- frozen --------------------------------------------------------------------------------------------------------


def test_a_frozen_one_keeps_its_clients_and_tells_who_came_and_left(bandung, three, owner, seller, client):
    frozen = actions.freeze_segment(segment=bandung, by=owner)
    actions.change_segment(segment=frozen, name="Kept", text="", is_shared=True, by=owner)
    Client.objects.as_system("a test").filter(pk=three[0].pk).update(city="Jakarta", city_key="jakarta")
    make(seller, {"name": "D", "city": "Bandung"})

    assert names(f"any:{frozen.pk}", owner) == ["A", "C"]
    assert names(f"any:{frozen.pk}", seller) == ["A"]
    client.force_login(owner)
    moved = client.get(f"{PAGES}{frozen.pk}/").context["moved"]
    assert [count for _what, count, _url in moved] == ["1", "1", "1"]
    for (_what, _count, url), expected in zip(moved, (["C"], ["D"], ["A"]), strict=True):
        found = Finding(Question.of(CLIENTS, QueryDict(url.partition("?")[2]), Asking(owner)), Asking(owner)).rows
        assert sorted(found.values_list("name", flat=True)) == expected


def test_what_is_too_much_is_not_frozen(bandung, owner, monkeypatch):
    monkeypatch.setattr("kartu.clients.actions.segments.MOST_MEMBERS", 1)

    with pytest.raises(ValidationError):
        actions.freeze_segment(segment=bandung, by=owner)


def test_the_night_counts_each_as_its_maker_sees_it_once_a_day(bandung, seller):
    own = actions.add_segment(name="Mine", text=BANDUNG, by=seller)
    day = timezone.localdate()

    count_segments(day)
    count_segments(day)

    assert dict(SegmentSize.objects.values_list("segment_id", "count")) == {bandung.pk: 2, own.pk: 1}


# --- pages ---------------------------------------------------------------------------------------------------------

FORM = {"name": "Silent", "gr": "all", "kr_0": "last_touch", "or_0": "older", "vr_0": "90"}


def test_it_is_built_by_clicks_in_groups_within_groups(client, owner, three):
    client.force_login(owner)
    posted = {
        **FORM, "name": "Deep", "gr_1": "none", "kr_1_0": "city", "or_1_0": "any", "vr_1_0": "Bandung, Jakarta",
        "gr_1_1": "any", "kr_1_1_0": "calls.count", "dr_1_1_0": "90", "or_1_1_0": "more", "vr_1_1_0": "2",
        "kr_1_1_1": "=", "tr_1_1_1": "days_since(created) < 30",
    }  # fmt: skip

    answer = client.post(f"{PAGES}new/", posted)

    kept = Segment.objects.visible_to(owner).get()
    assert answer.url == f"{PAGES}{kept.pk}/"
    assert kept.text == (
        'last_touch older than 90 days and not (city in ("Bandung", "Jakarta") or '
        "(calls.count(90) > 2 or days_since(created) < 30))"
    )
    again = client.get(f"{PAGES}{kept.pk}/edit/").content.decode()
    assert 'name="tr_1_1_1"' in again or 'name="tr_1_2"' in again
    assert 'name="vr_0" value="90"' in again


def test_the_buttons_of_the_builder_add_and_take_out(client, owner, three):
    client.force_login(owner)

    def built(**more: str) -> str:
        return client.get(f"{PAGES}build/", {**FORM, **more}).content.decode()

    assert 'name="kr_1"' in built(act="add-r")
    assert 'name="gr_1"' in built(act="group-r") and 'name="kr_1_0"' in built(act="group-r")
    assert 'name="kr_0"' not in built(act="drop-r_0")
    assert 'name="kr_1"' in built(act="read", whole="calls.count = 0 and meetings.count > 1")
    assert "There is no field “nonsense” (at letter 1)" in built(act="read", whole="nonsense = 1")


@pytest.mark.parametrize(("column", "how"), [("city", "empty"), ("favourite", "no"), ("colleague_left", "no")])
def test_what_was_typed_for_another_field_does_not_stand_in_the_way(column, how, client, owner, three):
    client.force_login(owner)
    sent = {"gr": "all", "kr_0": column, "or_0": how, "vr_0": "90"}

    assert "finds" in client.get(f"{PAGES}build/", sent).context["finds"]


def test_how_many_it_finds_is_told_while_it_is_built(client, seller, three):
    client.force_login(seller)

    page = client.get(f"{PAGES}build/", {"gr": "all", "kr_0": "city", "or_0": "any", "vr_0": "Bandung"})

    assert "finds 1" in page.content.decode()


@pytest.mark.parametrize(
    "more",
    [
        {"kr_0": "password", "or_0": "has"},
        {"gr": "xor"},
        {"gr_0": "all", "gr_0_0": "all", "gr_0_0_0": "all", "gr_0_0_0_0": "all", "kr_0_0_0_0_0": "name"},
    ],
)
def test_what_the_builder_never_offered_is_refused(more, client, owner):
    client.force_login(owner)

    assert client.get(f"{PAGES}build/", {**FORM, **more}).status_code == 400


def test_an_unfinished_one_is_not_kept(client, owner):
    client.force_login(owner)

    answer = client.post(f"{PAGES}new/", {**FORM, "vr_0": "", "name": ""})

    assert answer.status_code == 422
    assert not Segment.objects.visible_to(owner).exists()


def test_keeping_and_removing_can_be_taken_back(client, owner, three):
    client.force_login(owner)
    client.post(f"{PAGES}new/", FORM)
    kept = Segment.objects.visible_to(owner).get()
    assert AuditRow.objects.filter(object_type="clients.segment", object_id=kept.pk).exists()

    client.post(f"{PAGES}{kept.pk}/trash/")
    assert not Segment.objects.visible_to(owner).exists()
    client.post(f"/changes/{AuditRow.objects.filter(object_type='clients.segment').latest('pk').change_set_id}/undo/")

    assert Segment.objects.visible_to(owner).get() == kept


@pytest.mark.parametrize("page", ["", "{pk}/", "{pk}/edit/", "new/", "build/?gr=all&kr_0=city&or_0=any&vr_0=x"])
def test_pages_take_as_many_queries_with_one_as_with_ten(page, client, owner, bandung):
    client.force_login(owner)
    count_segments(timezone.localdate() - timedelta(1))
    url = PAGES + page.format(pk=bandung.pk)

    def queries() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    for_one = queries()
    tag = Tag.objects.create(name="VIP")
    for number in range(9):
        actions.add_segment(name=f"S{number}", text=f"{BANDUNG} and tags != #{tag.pk}", by=owner)
    count_segments(timezone.localdate())
    make(owner, *({"name": "Z", "city": "Bandung"} for _ in range(9)))

    assert queries() <= for_one + 1  # the names of tags, which are asked for once
    assert for_one <= 16


@pytest.mark.parametrize(("language", "shown"), [("id", "1,500"), ("ru", "1,500"), ("en", "1.500")])
def test_a_number_is_shown_so_that_it_is_read_as_the_same(language, shown, owner):
    asking = Asking(owner)
    fields = fields_for(asking)
    condition = understood("calls.minutes > 1.500", asking)

    with translation.override(language):
        tree = tree_of(condition.node, fields)
        again = tree.node(fields)

    assert tree.parts[0].draft.typed == [shown]
    assert again == condition.node


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_number_is_shown_in_every_language_of_every_country(language, owner):
    """Babel knows no English of Russia; the marks are those of the country."""
    asking = Asking(owner)
    condition = understood("calls.minutes > 1.500", asking)
    token = region.set("RU")

    try:
        with translation.override(language):
            tree = tree_of(condition.node, fields_for(asking))
            again = tree.node(fields_for(asking))
    finally:
        region.reset(token)

    assert (tree.parts[0].draft.typed, again) == (["1,500"], condition.node)


# --- the firm's own fields -----------------------------------------------------------------------------------------

OWN_FIELDS = {
    "text": (["K-2", "K-7"], {'= "K-2"': "A", 'contains "k-"': "AB", 'starts "K-7"': "B", "is empty": "C"}),
    "whole": (["3", "7"], {"> 3": "B", "<= 3": "A", "in (3, 7)": "AB", "is empty": "C", "is not empty": "AB"}),
    "decimal": (["1.5", "2.25"], {"= 1.5": "A", ">= 2.25": "B", "< 2": "A"}),
    "money": (["1000", "25000"], {"> 1000": "B", "= 1000": "A"}),
    "date": (["2026-01-31", "2026-02-01"], {"< 2026-02-01": "A", "= 2026-02-01": "B", "is empty": "C"}),
    "flag": ([True, False], {"= yes": "A", "= no": "BC", "is empty": "C"}),
    "choice": (["c1", "c2"], {'= "Diesel"': "A", 'in ("Gas")': "B", "is empty": "C"}),
    "choices": ([["c1"], ["c1", "c2"]], {'= "Diesel"': "AB", '= "Gas"': "B", "is empty": "C"}),
    "email": (["a@x.id", "b@y.id"], {'contains "x.id"': "A", "is not empty": "AB"}),
}
ASKED = [(type, condition) for type, (_values, conditions) in OWN_FIELDS.items() for condition in conditions]


@pytest.fixture
def own(owner, seller):
    """Clients A, B with the two values of a field of the given type, C without."""

    def made(type: str) -> str:
        section = shaping.add_section(entity="clients.client", kind="fields", name="Machines", by=owner)
        more = {"choices": ["Diesel", "Gas"]} if type.startswith("choice") else {}
        field = shaping.add_field(section=section, type=type, name="Model", by=owner, **more)
        rows = make(seller, {"name": "A"}, {"name": "B"}, {"name": "C"})
        for row, value in zip(rows, OWN_FIELDS[type][0], strict=False):
            client = Client.objects.visible_to(owner).get(pk=row.pk)
            actions.set_custom(client=client, values={f"custom.{field.pk}": value}, by=owner)
        return f"f{field.pk}"

    return made


@pytest.mark.parametrize(("type", "condition"), ASKED)
def test_fields_of_the_firms_own_are_asked_for_like_others(type, condition, own, owner, client):
    key, found = own(type), OWN_FIELDS[type][1][condition]
    wanted, others = set(found), set("ABC") - set(found)
    segment = actions.add_segment(name="Own", text=f"{key} {condition}", by=owner)
    turned = actions.add_segment(name="Turned", text=f'not ({key} {condition}) and name != "Z"', by=owner)
    client.force_login(owner)

    assert set(names(f"any:{segment.pk}", owner)) == wanted
    assert set(names(f"none:{segment.pk}", owner)) == others
    assert set(names(f"any:{turned.pk}", owner)) == others
    assert client.get(f"{PAGES}{segment.pk}/").status_code == 200
    assert client.get(f"{PAGES}{segment.pk}/edit/").status_code == 200


@pytest.mark.parametrize(
    "text", ["meetings.last > calls.last", "contacts.count = 0", "calls.last is empty", "today = today"]
)
def test_a_list_asks_by_what_is_no_plain_comparison_of_a_column(text, own, owner, client):
    own("text")
    segment = actions.add_segment(name="By totals", text=text, by=owner)
    client.force_login(owner)

    page = client.get("/clients/", {"f": f"segment:any:{segment.pk}"})

    assert page.status_code == 200
    assert names(f"any:{segment.pk}", owner) == ([] if ">" in text else ["A", "B", "C"])


def test_a_segment_over_a_field_out_of_sight_is_not_there(own, owner, seller):
    key = own("text")
    segment = actions.add_segment(name="Own", text=f"{key} is not empty", is_shared=True, by=owner)
    field = Field.objects.as_system("a test").get()
    shaping.change_field(field=field, name="Model", see_roles=[owner.role_id], by=owner)

    with pytest.raises(BadQuestion):
        names(f"any:{segment.pk}", seller)
    assert names(f"any:{segment.pk}", owner) == ["A", "B"]
