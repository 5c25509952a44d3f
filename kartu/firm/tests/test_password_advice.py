"""Wherever a password is chosen the page says that a longer one is better, in the language of whoever chooses it."""

import re

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from kartu.firm.forms.fields import NewPasswordField
from kartu.firm.models import Role, SetupLink

LANGUAGES = ("en", "id", "ru")


def advice(language: str) -> str:
    with translation.override(language):
        return gettext(NewPasswordField().help_text)


def shown(browser: Client, url: str, language: str) -> str:
    response = browser.get(url, headers={"accept-language": language})
    assert response.status_code == 200
    return response.content.decode()


def test_it_names_fifteen_characters_and_is_translated():
    told = [advice(language) for language in LANGUAGES]

    assert all("8" in each and "15" in each for each in told)
    assert len(set(told)) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_owner_is_told(db, client, language):
    _link, token = SetupLink.issue()

    assert advice(language) in shown(client, f"/setup/{token}/", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_changes_it_takes_a_new_one_or_joins_is_told(owner, seller, client, language):
    client.force_login(owner)
    key = client.post(f"/people/{seller.pk}/key/").content.decode()
    typed = {"name": "Anna", "email": "", "team": "", "branch": "", "role": Role.objects.get(code="seller").pk}
    invitation = client.post("/people/invite/", typed).content.decode()
    links = [re.search(r'value="http://testserver(/(?:key|join)/[^"]+)"', page)[1] for page in (key, invitation)]

    pages = [shown(Client(), link, language) for link in links]
    type(owner).objects.filter(pk=owner.pk).update(language=language)
    pages.append(shown(client, "/me/", language))

    assert [advice(language) in page for page in pages] == [True, True, True]
