from io import StringIO

import pytest
from django.core.management import call_command

from kartu.core.menu import menu
from kartu.core.registry import Registry
from kartu.core.rights import declare, rights

pytestmark = pytest.mark.no_database


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    monkeypatch.setattr(Registry, "all", dict(Registry.all))
    return Registry("tests.list", "Things of a test: any text.", key=str)


def test_a_key_stands_for_one_thing(registry: Registry) -> None:
    registry.add("one")

    with pytest.raises(ValueError, match="tests.list holds one already"):
        registry.add("one")


def test_a_name_stands_for_one_registry(registry: Registry) -> None:
    with pytest.raises(ValueError, match="tests.list"):
        Registry("tests.list", "Another one.")


def test_it_remembers_who_added_what(registry: Registry) -> None:
    registry.add("one")

    assert list(registry.contributions()) == [("one", __name__)]
    assert registry.owner == __name__


def test_a_helper_of_the_owner_is_not_taken_for_the_adder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "_items", {})
    monkeypatch.setattr(rights, "_added_by", {})

    declare("tests.try", "Try")

    assert rights.added_by("tests.try") == __name__
    assert menu.owner == "kartu.core.menu"


def test_contributions_are_printed_with_their_modules(registry: Registry) -> None:
    registry.add("a thing")
    out = StringIO()

    call_command("contributions", stdout=out)

    printed = out.getvalue()
    assert f"tests.list  (read by {__name__})\n  Things of a test: any text.\n" in printed
    assert [line.split() for line in printed.splitlines() if "a thing" in line] == [["a", "thing", __name__]]
    assert [line.split()[-1] for line in printed.splitlines() if " clients.view " in line] == ["kartu.clients.rights"]
