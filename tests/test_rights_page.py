"""The page of rights tells what the roles really reach."""

import re
from html import unescape

import pytest
from django.test import Client

from kartu.core.actors import Scope
from kartu.core.rights import rights
from kartu.firm.models import Role, User
from kartu.security.views.rights import NOUNS


def table(page: str) -> dict[str, list[str]]:
    """Label of a right -> its cells."""
    rows = [re.findall(r"<td>(.*?)</td>", row, re.DOTALL) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)]
    return {unescape(row[0]): [unescape(re.sub(r"<.*?>", "", cell)).strip() for cell in row[1:]] for row in rows if row}


def page_for(person: User) -> str:
    browser = Client()
    browser.force_login(person)
    return browser.get("/rights/").content.decode()


def test_every_right_stands_on_the_page_with_the_reach_of_every_role(seller):
    shown = table(page_for(seller))

    assert len(shown) == len(rights)
    assert shown["See clients"] == ["all", "of the team", "own", "–", "all", "own", "all", "all"]
    assert shown["Put clients in the trash"] == ["all", "of the team", *["–"] * 6]
    assert shown["Invite colleagues, change their role, close their access"] == ["yes", *["–"] * 7]


@pytest.mark.parametrize("code", ["head", "seller", "extra"])
def test_what_the_page_says_is_what_a_person_may(firm, seller, code):
    role, _new = Role.objects.get_or_create(
        code=code, defaults={"name": "Extra", "grants": {"clients.view": 3, "clients.trash": 1, "firm.people": 3}}
    )
    person = User.objects.create_user("p@example.com", "correct horse", name="P", role=role)

    shown = table(page_for(person))

    column = list(Role.objects.in_use()).index(role)
    words = {None: "–", Scope.OWN: "own", Scope.TEAM: "of the team", Scope.ALL: "all"}
    for right in rights:
        scope = person.scope(right.code)
        expected = "yes" if scope and not right.scoped else words[scope]
        assert shown[str(right.label)][column] == expected, right.code


def test_a_right_that_a_role_lost_is_not_shown_as_had(seller):
    Role.objects.filter(code="seller").update(grants={"clients.view": 0})

    assert table(page_for(seller))["See clients"][2] == "–"


def test_every_noun_of_a_right_has_a_word():
    of_the_program = [right.code for right in rights if ".tests." not in rights.added_by(right.code)]

    assert {code.partition(".")[0] for code in of_the_program} - set(NOUNS) == set()
