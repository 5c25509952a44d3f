"""Sections and fields that are shown only on some cards: tidy, and never a way to know what one may not see."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kartu.clients import actions
from kartu.clients.card import Card, client_for_card
from kartu.clients.dossier.period import Period
from kartu.clients.models import Client, Status, Tag
from kartu.clients.own_sections import dossier
from kartu.records.actions import undo_changes
from kartu.records.changes import change_set
from kartu.records.custom import actions as shaping
from kartu.records.custom.showing import Values, conditions_of, is_shown
from kartu.records.models import Field, Section
from kartu.records.standing import forget
from kartu.security.audit import acting_as
from kartu.security.models import AuditRow

pytestmark = pytest.mark.django_db
ENTITY = "clients.client"
PIECE = {"HX-Request": "true"}


@pytest.fixture
def regular(owner) -> Status:
    with acting_as(owner):
        return Status.objects.create(name="Regular")


@pytest.fixture
def machines(owner) -> Section:
    return shaping.add_section(entity=ENTITY, kind="fields", name="Machines", by=owner)


@pytest.fixture
def needs(machines, owner) -> Field:
    return shaping.add_field(section=machines, type="flag", name="Needs permit", by=owner)


@pytest.fixture
def number(machines, needs, owner) -> Field:
    """Required, and shown only where a permit is needed."""
    field = shaping.add_field(section=machines, type="text", name="Number of permit", is_required=True, by=owner)
    return shaping.show_when(definition=field, text=f"f{needs.pk}", by=owner)


def put(client: Client, field: Field, value, by) -> Client:
    return actions.set_custom(client=client, values={f"custom.{field.pk}": value}, by=by)


def card(client, row: Client) -> str:
    return client.get(reverse("clients:card", args=[row.pk])).content.decode()


def section(client, row: Client, shape: Section) -> str:
    return client.get(reverse("clients:own_section", args=[row.pk, shape.pk]), headers=PIECE).content.decode()


def shown(client: Client, definition: Section | Field, by) -> bool:
    fresh = Client.objects.visible_to(by).get(pk=client.pk)
    return is_shown(shaping.shape_of(definition, ENTITY), Values(ENTITY, fresh))


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_a_section_stands_on_the_cards_for_which_its_condition_holds(
    machines, needs, regular, sinar, owner, seller, client
):
    shaping.show_when(definition=machines, text='status = "regular"', by=owner)
    client.force_login(seller)
    assert "Machines" not in card(client, sinar)

    actions.change_client(client=sinar, values={"status_id": regular.pk}, by=seller)

    assert "Machines" in card(client, sinar)
    assert Section.objects.as_system("a test").get(pk=machines.pk).shown_when == f"status = #{regular.pk}"


def test_a_field_is_shown_for_what_another_one_holds_and_keeps_its_value_when_it_is_not(
    machines, needs, number, sinar, seller, client
):
    client.force_login(seller)
    assert "Number of permit" not in section(client, sinar, machines)

    put(sinar, needs, True, seller)
    put(sinar, number, "K-17", seller)
    assert "K-17" in section(client, sinar, machines)

    put(sinar, needs, False, seller)
    assert "K-17" not in section(client, sinar, machines)
    assert Client.objects.visible_to(seller).get(pk=sinar.pk).custom[str(number.pk)] == "K-17"
    client.post(reverse("records:list_columns", args=["clients"]), {"columns": f"name,f{number.pk}"})
    assert "K-17" in client.get("/clients/").content.decode()


def test_a_section_opened_by_its_address_says_why_it_is_not_shown(
    machines, needs, regular, sinar, owner, seller, client
):
    shaping.show_when(definition=machines, text='status = "regular"', by=owner)
    client.force_login(seller)

    told = section(client, sinar, machines)

    assert "Status is Regular" in told
    assert "Needs permit" not in told


def test_the_dossier_leaves_out_what_the_card_does_not_show(machines, needs, number, sinar, seller):
    put(sinar, needs, True, seller)
    put(sinar, number, "K-17", seller)

    def labels() -> list[str]:
        printed = dossier(Card(client_for_card(sinar.pk, seller), seller), Period())
        return [line.lead for box in printed.boxes for line in box.lines]

    assert labels() == ["Needs permit", "Number of permit"]
    put(sinar, needs, False, seller)
    assert labels() == ["Needs permit"]


@pytest.mark.parametrize(
    ("kind", "told", "value", "other", "text"),
    [
        ("text", {}, "Ёлка", "X", '{f} = "елка"'),
        ("whole", {}, 5, 4, "{f} > 4"),
        ("decimal", {}, "5.5", "5.4", "{f} >= 5.5"),
        ("money", {}, "10", "9", "{f} = 10"),
        ("date", {}, "2026-01-31", "2026-02-01", "{f} < 2026-02-01"),
        ("moment", {}, "2026-01-31T10:00:00Z", "2026-03-01T10:00:00Z", "{f} < 2026-02-15"),
        ("flag", {}, True, False, "{f}"),
        ("choice", {"choices": ["Diesel", "Gas"]}, "c2", "c1", '{f} = "Gas"'),
        ("choices", {"choices": ["A", "B"]}, ["c1", "c2"], ["c1"], '{f} = "B"'),
        ("phone", {}, "+6281311207765", "+6281311207766", '{f} contains "7765"'),
        ("email", {}, "a@b.example", "c@b.example", '{f} = "A@b.example"'),
    ],
)
def test_fields_of_all_types_can_be_asked_for(machines, sinar, owner, seller, kind, told, value, other, text):
    asked = shaping.add_field(section=machines, type=kind, name="Asked", by=owner, **told)
    field = shaping.add_field(section=machines, type="text", name="Shown", by=owner)
    shaping.show_when(definition=field, text=text.format(f=f"f{asked.pk}"), by=owner)

    found = []
    for each in (None, other, value):
        if each is not None:
            put(sinar, asked, each, seller)
        found.append(shown(sinar, field, seller))

    assert found == [False, False, True]


def test_tags_and_the_columns_of_a_client_can_be_asked_for(machines, sinar, owner, seller):
    with acting_as(owner):
        tag = Tag.objects.create(name="VIP")
    shaping.show_when(definition=machines, text='tags = "vip" and kind = "company" and phone contains "7765"', by=owner)
    assert not shown(sinar, machines, seller)

    actions.set_tags(client=sinar, tags=[tag], by=seller)

    assert shown(sinar, machines, seller)


def test_a_card_with_conditions_takes_no_query_more(machines, needs, number, sinar, owner, seller, client):
    client.force_login(seller)

    def queries() -> int:
        card(client, sinar)
        with CaptureQueriesContext(connection) as asked:
            card(client, sinar)
        return len(asked)

    before = queries()
    shaping.show_when(definition=machines, text='name contains "sinar"', by=owner)

    assert queries() == before


# --- required ---------------------------------------------------------------------------------------------------------


def test_a_required_field_must_hold_something_only_where_it_is_shown(needs, number, sinar, seller):
    put(sinar, needs, True, seller)
    put(sinar, number, "K-17", seller)
    with pytest.raises(ValidationError, match="Number of permit"):
        put(sinar, number, None, seller)

    put(sinar, needs, False, seller)
    put(sinar, number, None, seller)

    assert str(number.pk) not in Client.objects.visible_to(seller).get(pk=sinar.pk).custom


def test_the_form_of_a_section_asks_for_a_required_field_once_it_is_shown(
    machines, needs, number, sinar, seller, client
):
    client.force_login(seller)
    url = reverse("clients:edit_section", args=[sinar.pk, machines.pk])

    refused = client.post(url, {f"f{needs.pk}": "yes", f"f{number.pk}": ""})
    assert refused.status_code == 422
    assert f'data-field="f{number.pk}">' in refused.content.decode()
    assert client.post(url, {f"f{needs.pk}": "no", f"f{number.pk}": ""}).status_code == 302
    assert f'data-field="f{number.pk}" hidden' in client.get(url).content.decode()


def test_the_form_of_a_new_client_asks_for_a_required_field_once_it_is_shown(needs, number, seller, client):
    client.force_login(seller)
    url = reverse("clients:new")
    given = {"kind": "company", "name": "PT Baru", "responsible": seller.pk}

    assert client.post(url, given | {f"f{needs.pk}": "yes", f"f{number.pk}": ""}).status_code == 422
    assert client.post(url, given | {f"f{needs.pk}": "", f"f{number.pk}": ""}).status_code == 302


def hidden(answer) -> list[str]:
    return json.loads(answer.headers["HX-Trigger"])["kartu:fields"]["hidden"]


def test_a_form_is_told_what_to_show_while_it_is_filled_in(
    machines, needs, number, regular, sinar, owner, seller, client
):
    client.force_login(seller)
    url = reverse("clients:section_shown", args=[sinar.pk, machines.pk])
    assert hidden(client.post(url, {f"f{needs.pk}": "", f"f{number.pk}": ""})) == [f"f{number.pk}"]
    assert hidden(client.post(url, {f"f{needs.pk}": "yes", f"f{number.pk}": ""})) == []

    shaping.show_when(definition=needs, text='status = "Regular"', by=owner)
    new = reverse("clients:new_shown")
    given = {"kind": "company", "name": "", "responsible": seller.pk}
    assert hidden(client.post(new, given)) == [f"f{needs.pk}", f"f{number.pk}"]
    assert hidden(client.post(new, given | {"status": regular.pk})) == [f"f{number.pk}"]
    assert not AuditRow.objects.filter(object_type="clients.client", verb="change").exists()


def test_a_value_edited_in_place_tells_the_card_only_when_something_else_is_shown(
    machines, needs, number, sinar, seller, client
):
    client.force_login(seller)
    url = reverse("clients:own_field", args=[sinar.pk, needs.pk])

    first = client.post(url, {f"f{needs.pk}": "yes", "base": ""}, headers=PIECE)
    second = client.post(
        reverse("clients:own_field", args=[sinar.pk, number.pk]), {f"f{number.pk}": "K", "base": ""}, headers=PIECE
    )

    assert "clients:shown" in first.headers["HX-Trigger"]
    assert "clients:shown" not in second.headers["HX-Trigger"]


# --- rights -----------------------------------------------------------------------------------------------------------


def test_a_condition_does_not_tell_what_one_may_not_see(machines, sinar, owner, head, seller):
    secret = shaping.add_field(section=machines, type="money", name="Margin", see_roles=[head.role_id], by=owner)
    field = shaping.add_field(section=machines, type="text", name="Model", by=owner)

    with pytest.raises(ValidationError, match="“Margin” is not seen by everybody who sees this"):
        shaping.show_when(definition=field, text=f"f{secret.pk} > 30", by=owner)
    with pytest.raises(ValidationError, match="“Margin” is not seen"):
        shaping.show_when(definition=machines, text=f"f{secret.pk} > 30", by=owner)

    # Who sees the one sees the other.
    shaping.change_field(field=field, name="Model", see_roles=[head.role_id], by=owner)
    shaping.show_when(definition=field, text=f"f{secret.pk} > 30", by=owner)
    with pytest.raises(ValidationError, match="Model"):
        shaping.change_field(field=field, name="Model", see_roles=[], by=owner)


def test_a_field_that_a_condition_asks_for_is_not_narrowed_hidden_or_thrown_away(
    machines, needs, number, owner, head, client
):
    other = shaping.add_section(entity=ENTITY, kind="fields", name="Contracts", by=owner)
    model = shaping.add_field(section=other, type="text", name="Model", by=owner)
    shaping.show_when(definition=model, text=f"f{needs.pk}", by=owner)

    for act in (
        lambda: shaping.change_field(field=needs, name="Needs permit", see_roles=[head.role_id], by=owner),
        lambda: shaping.change_section(section=machines, name="Machines", see_roles=[head.role_id], by=owner),
        lambda: shaping.hide(definition=needs, is_hidden=True, by=owner),
        lambda: shaping.trash(definition=needs, by=owner),
        lambda: shaping.trash(definition=machines, by=owner),
    ):
        with pytest.raises(ValidationError, match="Model"):
            act()
    client.force_login(owner)
    answer = client.post(reverse("records:trash_definition", args=["fields", needs.pk]), headers=PIECE)
    assert "Model" in answer.headers["HX-Trigger"]
    assert Field.objects.as_system("a test").get(pk=needs.pk).trashed_at is None


def test_a_condition_that_has_come_to_ask_for_more_than_one_may_know_hides_nothing(
    machines, needs, sinar, owner, head, seller
):
    field = shaping.add_field(section=machines, type="text", name="Model", by=owner)
    shaping.show_when(definition=field, text=f"f{needs.pk}", by=owner)
    put(sinar, needs, False, owner)
    assert not shown(sinar, field, seller)

    # As an undo would leave it, which asks no action.
    with acting_as(owner):
        row = Field.objects.as_system("a test").get(pk=needs.pk)
        row.see_roles = [head.role_id]
        row.save()
    forget()

    assert shown(sinar, field, seller)
    put(sinar, needs, True, owner)
    assert shown(sinar, field, seller)
    assert conditions_of(ENTITY).broken == {f"f{field.pk}"}


@pytest.mark.parametrize(
    "text", ["responsible = me", "favourite", "calls.count > 1", 'segment = "x"', "nonsense", "1 +"]
)
def test_a_condition_asks_for_nothing_that_is_another_for_each_who_looks(machines, owner, text):
    with pytest.raises(ValidationError) as refused:
        shaping.show_when(definition=machines, text=text, by=owner)
    assert list(refused.value.error_dict) == ["shown_when"]


def test_nothing_is_shown_by_itself(machines, needs, number, owner):
    for definition, text in ((needs, f"f{needs.pk}"), (needs, f"f{number.pk} is empty"), (machines, f"f{needs.pk}")):
        with pytest.raises(ValidationError, match="by itself"):
            shaping.show_when(definition=definition, text=text, by=owner)


def test_columns_of_a_table_have_no_conditions(owner):
    table = shaping.add_section(entity=ENTITY, kind="table", name="Pets", by=owner)
    column = shaping.add_field(section=table, type="text", name="Pet", by=owner)
    with pytest.raises(ValidationError, match="table"):
        shaping.show_when(definition=column, text="city is empty", by=owner)


def test_only_who_sets_cards_up_says_when_something_is_shown(machines, owner, seller, client):
    client.force_login(seller)
    assert client.post(reverse("records:when_shown", args=["sections", machines.pk]), {}).status_code == 403
    assert Section.objects.as_system("a test").get(pk=machines.pk).shown_when == ""


# --- setting it up ----------------------------------------------------------------------------------------------------


def test_it_is_put_together_by_clicks_and_taken_back(machines, needs, regular, owner, client):
    client.force_login(owner)
    url = reverse("records:when_shown", args=["sections", machines.pk])
    page = client.get(url).content.decode()
    assert "Favourite" not in page and "Needs permit" not in page
    built = client.get(
        reverse("records:build_when", args=["sections", machines.pk]),
        {"gr": "all", "kr_0": "status", "or_0": "any", "vr_0": regular.pk},
    ).content.decode()
    assert "Status is Regular" in built

    client.post(url, {"gr": "all", "kr_0": "status", "or_0": "any", "vr_0": regular.pk})
    assert Section.objects.as_system("a test").get().shown_when == f"status = #{regular.pk}"
    assert (
        "Shown when: Status is Regular" in client.get(reverse("records:section", args=[machines.pk])).content.decode()
    )

    unfinished = client.post(url, {"gr": "all", "kr_0": "city", "or_0": "has", "vr_0": ""})
    assert unfinished.status_code == 422
    client.post(url, {"gr": "all", "kr_0": "city", "or_0": "empty", "always": "1"})
    assert Section.objects.as_system("a test").get().shown_when == ""


def test_a_condition_is_undone_and_stands_in_the_log(machines, owner, sinar):
    with change_set("edit", "When", by=owner) as changes:
        shaping.show_when(definition=machines, text="city is not empty", by=owner)
    assert not shown(sinar, machines, owner)
    [line] = AuditRow.objects.filter(object_type="records.section", verb="change").select_related("payload")
    assert line.payload.values["after"]["shown_when"] == "city is not empty"

    undo_changes(changes=changes, by=owner)

    assert shown(sinar, machines, owner)
