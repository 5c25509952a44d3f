"""Addresses and pieces that are looked up once: the same as Django's, for every number, word and mount."""

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse, set_script_prefix
from django.utils.translation import override

from kartu.core.addresses import address
from kartu.core.pieces import piece

pytestmark = pytest.mark.no_database

SWITCHES = {
    "is_favourite": False,
    "may_change": True,
    "may_hand_over": True,
    "may_print": False,
    "may_trash": True,
    "may_merge": True,
}


@pytest.mark.parametrize("ids", [(1, 2), (2, 1), (7, 7), (0, 123456789012)])
def test_an_address_is_the_one_that_django_gives(ids) -> None:
    assert address("clients:touch", *ids) == reverse("clients:touch", args=ids)


def test_an_address_follows_where_the_program_is_mounted() -> None:
    assert address("clients:card", 5) == "/clients/5/"
    set_script_prefix("/crm/")
    try:
        assert address("clients:card", 5) == "/crm/clients/5/"
    finally:
        set_script_prefix("/")


def test_only_numbers_stand_in_an_address() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        address("clients:card", "5/><script>")
    with pytest.raises(NoReverseMatch):
        address("clients:card", 5, 6)


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ('{% url "clients:card" 5 %}', "/clients/5/"),
        ('{% url "clients:card" pk=5 %}', "/clients/5/"),
        ('{% url "clients:field" 5 "name" %}', "/clients/5/field/name/"),
        ('{% url "clients:card" 5 as here %}[{{ here }}]', "[/clients/5/]"),
        ('{% url "clients:nowhere" 5 as here %}[{{ here }}]', "[]"),
        ('{% url "clients:card" missing as here %}[{{ here }}]', "[]"),
    ],
)
def test_a_template_names_an_address_as_ever(tag: str, shown: str) -> None:
    assert Template(tag).render(Context({})) == shown


def test_an_address_that_is_not_there_fails_in_a_template() -> None:
    with pytest.raises(NoReverseMatch):
        Template('{% url "clients:nowhere" 5 %}').render(Context({}))


@pytest.mark.parametrize("pk", [5, 17, 1234567])
def test_a_piece_is_what_its_template_gives_for_the_number(pk: int) -> None:
    assert piece("clients/_menu.html", pk, **SWITCHES) == render_to_string("clients/_menu.html", {"pk": pk, **SWITCHES})


def test_a_piece_is_another_one_for_other_switches_and_in_another_language() -> None:
    may, may_not = (piece("clients/_menu.html", 5, **{**SWITCHES, "may_trash": may}) for may in (True, False))
    with override("ru"):
        russian = piece("clients/_menu.html", 5, **SWITCHES)

    assert "/clients/5/trash/" in may
    assert "/clients/5/trash/" not in may_not
    assert "Put in the trash" in may
    assert "Put in the trash" not in russian
