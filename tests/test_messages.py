"""The program speaks three languages, completely."""

import re

import pytest

from tools import messages

pytestmark = pytest.mark.no_database

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_word_of_the_sources_is_translated(language):
    catalog = messages.kept(language)

    missing = [
        message.id
        for message in messages.found()
        if message.id and not ((kept := catalog.get(message.id, message.context)) and messages.is_whole(kept))
    ]

    assert missing == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_translation_has_the_blanks_of_its_original(language):
    wrong = []
    for message in messages.kept(language):
        if not message.id:
            continue
        original = message.id[-1] if isinstance(message.id, tuple | list) else message.id
        forms = message.string if isinstance(message.string, tuple | list) else [message.string]
        wrong += [original for form in forms if set(PLACEHOLDER.findall(form)) != set(PLACEHOLDER.findall(original))]

    assert wrong == []


def test_words_are_found_in_templates_and_in_python():
    words = {message.id if isinstance(message.id, str) else message.id[0] for message in messages.found()}

    assert {"Skip to content", "See clients", "%(count)s client"} <= words
