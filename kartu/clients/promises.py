"""A line that promises a call: "call Rina fri 15:00", "hubungi Bu Rina besok 9", «позвонить Марии завтра 10»."""

import re
from collections.abc import Iterable

from kartu.clients.models import Contact
from kartu.core.spoken_times import find_moment
from kartu.core.text import fold

CALLS = {
    "call", "phone", "ring", "hubungi", "telp", "tlp", "telepon", "telpon", "позвонить", "перезвонить", "звонок",
    "созвониться", "набрать",
}  # fmt: skip
WORD = re.compile(r"\w+")


def promises_call(text: str) -> bool:
    """Whether `text` begins with the word for calling and names a moment: no note of what was, but of what will be."""
    first = WORD.search(fold(text))
    return bool(first and first[0] in CALLS and find_moment(text))


def named_in(text: str, contacts: Iterable[Contact]) -> Contact | None:
    """The one of `contacts` whose given name stands in `text`; None where several could be meant."""
    words = set(WORD.findall(fold(text)))
    named = [contact for contact in contacts if words & set(WORD.findall(fold(contact.name)))]
    return named[0] if len(named) == 1 else None
