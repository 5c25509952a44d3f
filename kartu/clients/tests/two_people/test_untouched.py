"""What a person did not touch in a form stays as it is kept, though a page cannot show all of it."""

import pytest
from django.http import QueryDict

from kartu.clients import actions
from kartu.clients.forms.custom import OwnForm, fields_of_section
from kartu.clients.models import Client
from kartu.clients.tests.conftest import seen
from kartu.clients.tests.two_people.pages import ByForms, Page
from kartu.clients.tests.two_people.sheets import Sheet
from kartu.firm.models import User
from kartu.records.custom import actions as shaping
from kartu.records.models import Field, Section


@pytest.fixture
def section(owner) -> Section:
    return shaping.add_section(entity="clients.client", kind="fields", name="Machines", by=owner)


@pytest.fixture
def note(section, owner) -> Field:
    return shaping.add_field(section=section, type="text", name="Note", by=owner)


def form_of(client: Client, section: Section, data: QueryDict | None, person: User) -> OwnForm:
    return OwnForm(data, row=seen(client, person), shapes=fields_of_section(section.pk, person), by=person)


def pages_of(client: Client, section: Section) -> ByForms:
    return ByForms(Sheet("own", "", lambda data, person: form_of(client, section, data, person), {}))


def write(pages: ByForms, person: User, page: Page, field: Field, text: str) -> None:
    assert pages.send(person, page.sent({f"f{field.pk}": (text,)})) is None


KEPT = [
    ("moment", "2026-11-02T03:00:30Z"),
    ("decimal", "1.000001"),
    ("money", "1234567.00"),
    ("long", "One\n\n  two"),
    ("text", " A"),
]


@pytest.mark.parametrize(("kind", "value"), KEPT)
def test_a_value_is_not_rounded_or_respelled_by_who_writes_beside_it(kind, value, section, note, sinar, owner, seller):
    field = shaping.add_field(section=section, type=kind, name="Kept", by=owner)
    actions.set_custom(client=sinar, values={f"custom.{field.pk}": value}, by=seller)
    kept = seen(sinar, seller).custom[str(field.pk)]
    pages = pages_of(sinar, section)

    write(pages, seller, pages.open(seller), note, "Hello")

    assert seen(sinar, seller).custom == {str(field.pk): kept, str(note.pk): "Hello"}


@pytest.mark.parametrize("kind", ["choice", "choices"])
def test_a_choice_that_is_offered_no_more_stays_where_it_was_chosen(kind, section, note, sinar, owner, seller):
    field = shaping.add_field(section=section, type=kind, name="Size", choices=["Small", "Large"], by=owner)
    key = field.options["choices"][1][0]
    value = [key] if kind == "choices" else key
    actions.set_custom(client=sinar, values={f"custom.{field.pk}": value}, by=seller)
    shaping.change_field(field=field, name="Size", choices=["Small"], by=owner)
    pages = pages_of(sinar, section)

    write(pages, seller, pages.open(seller), note, "Hello")

    assert seen(sinar, seller).custom == {str(field.pk): value, str(note.pk): "Hello"}


def test_a_colleague_who_has_left_stays_where_he_was_named(section, note, sinar, owner, seller, stranger):
    field = shaping.add_field(section=section, type="person", name="Engineer", by=owner)
    actions.set_custom(client=sinar, values={f"custom.{field.pk}": stranger.pk}, by=seller)
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    pages = pages_of(sinar, section)

    write(pages, seller, pages.open(seller), note, "Hello")

    assert seen(sinar, seller).custom == {str(field.pk): stranger.pk, str(note.pk): "Hello"}


def test_a_field_that_was_added_while_the_page_was_open_keeps_what_others_put_into_it(
    section, note, sinar, owner, seller
):
    pages = pages_of(sinar, section)
    page = pages.open(seller)
    field = shaping.add_field(section=section, type="text", name="Model", by=owner)
    write(pages, owner, pages.open(owner), field, "X5")

    write(pages, seller, page, note, "Hello")

    assert seen(sinar, seller).custom == {str(field.pk): "X5", str(note.pk): "Hello"}
