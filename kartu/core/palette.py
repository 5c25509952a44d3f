"""The palette, Ctrl K: what its answers are made of, and the places and makings that it offers itself."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.actors import Actor
from kartu.core.menu import menu_for, new_for
from kartu.core.text import fold

_NEW = gettext_lazy("New: %(what)s")


def answer(request: HttpRequest, groups: list[dict]) -> HttpResponse:
    """What the palette shows: groups of `{"label", "items": [{"url", "icon", "text", "fact", "keys", "drawer"}]}`.

    `fact` is the one thing that tells namesakes apart; `drawer` opens the address at the side.
    """
    # A template looks "keys" up on a dictionary that lacks them, and finds its method of that name.
    whole = [{**group, "items": [{"keys": [], **item} for item in group["items"]]} for group in groups]
    return render(request, "core/_palette.html", {"groups": [group for group in whole if group["items"]]})


def commands(person: Actor, query: str) -> list[dict]:
    """The groups "Do" and "Go to" for `query`; nothing for an empty one, which shows what was seen last."""
    if not fold(query):
        return []
    makes = [
        {
            "url": reverse(item.url_name),
            "icon": item.icon,
            "text": _NEW % {"what": item.label},
            "keys": _keys(item.letter),
            "drawer": True,
        }
        for item in new_for(person)
        if reads_like(query, *in_all_languages(_NEW, what=item.label))
    ]
    places = [
        {"url": reverse(item.url_name), "icon": item.icon, "text": item.label}
        for item in menu_for(person)
        if reads_like(query, *in_all_languages(item.label))
    ]
    return [{"label": _("Do"), "items": makes}, {"label": _("Go to"), "items": places}]


def in_all_languages(text: str, **parts: str) -> list[str]:
    """`text`, a lazy translation, as each language of the program has it: people think in their own and type it."""
    spellings = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            spellings.append(str(text) % {name: str(part) for name, part in parts.items()} if parts else str(text))
    return list(dict.fromkeys(spellings))


def reads_like(query: str, *texts: str) -> bool:
    """Whether every word of `query` begins a word of one of `texts`."""
    wanted = fold(query).split()
    spaced = [f" {fold(text)}" for text in texts]
    return any(all(f" {word}" in text for word in wanted) for text in spaced)


def _keys(letter: str) -> list[str]:
    return ["N", letter.upper()] if letter else []


def mark(text: str, query: str) -> SafeString:
    """`text` with the first place that reads like `query` marked; without one, `text` as it is."""
    wanted = fold(query)
    # Folding may change the length of a text ("ß", "№"): then no place can be told, and nothing is marked.
    folded = [fold(sign) or sign for sign in text]
    start = "".join(folded).find(wanted) if wanted and all(len(sign) == 1 for sign in folded) else -1
    if start < 0:
        return format_html("{}", text)
    end = start + len(wanted)
    return format_html("{}<mark>{}</mark>{}", text[:start], text[start:end], text[end:])
