"""What no template may hold: the content policy forbids it, or the face does."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

from kartu.core.frontend import HOW_TO_BUILD
from kartu.core.menu import menu, new_menu

pytestmark = pytest.mark.no_database

ROOT = settings.BASE_DIR
TEMPLATES = sorted(ROOT.glob("kartu/*/templates/**/*.html"))
COMPONENTS = sorted(ROOT.glob("kartu/core/components/*.py"))
FORBIDDEN = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style", re.I),
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)", re.I),
    "a handler in the page": re.compile(r"<[^>{]*\son[a-z]+\s*=", re.I),
    "a script address": re.compile(r"javascript:", re.I),
    "htmx evaluating text": re.compile(r"hx-on|\bjs:|hx-trigger=[\"'][^\"']*\["),
    "a colour": re.compile(
        r"(?<!href=)[\"'(\s:]#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})\b(?![\w-])|\brgba?\(|\bhsla?\(", re.I
    ),
    "trusted text": re.compile(r"\|\s*safe\b|autoescape off|mark_safe"),
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def wrongs(text: str) -> list[str]:
    return [wrong for wrong, pattern in FORBIDDEN.items() if pattern.search(text)]


@pytest.mark.parametrize("path", TEMPLATES + COMPONENTS, ids=name_of)
def test_a_template_holds_no_script_no_style_no_colour_and_trusts_no_text(path):
    assert wrongs(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('<p style="color: red">', "a style attribute"),
        ("<style>p { margin: 0 }</style>", "a style element"),
        ("<script>alert(1)</script>", "a script in the page"),
        ('<button type="button" onclick="go()">', "a handler in the page"),
        ('<a href="javascript:go()">', "a script address"),
        ('<div hx-on:click="go()">', "htmx evaluating text"),
        ('<input hx-trigger="keyup[key==1]">', "htmx evaluating text"),
        ('<path fill="#3a45b4"/>', "a colour"),
        ("{{ note|safe }}", "trusted text"),
    ],
)
def test_the_watch_over_templates_sees_what_it_should(text, wrong):
    assert wrong in wrongs(text)


@pytest.mark.parametrize("text", ['<a href="#add">Add</a>', '<script src="app.js"></script>', "<th data-on=1>"])
def test_the_watch_over_templates_lets_the_rest_pass(text):
    assert wrongs(text) == []


ALONE = re.compile(
    r"<(button|a|summary)\b((?>[^>{]|{[^%{]|{%.*?%}|{{.*?}})*+)>"
    r"((?:\s|{% icon [^%]*%}|<svg[^>]*>.*?</svg>)*)</\1>",
    re.S,
)
TAG = re.compile(r"{%\s*(button|menu)\b(.*?)%}", re.S)


def unnamed(text: str) -> list[str]:
    """Buttons and links in `text` that show only an icon and say nothing."""
    raw = [match.group(0) for match in ALONE.finditer(text) if match.group(3).strip() and "aria-label" not in match[2]]
    tags = [match.group(0) for match in TAG.finditer(text) if not named(match.group(2))]
    return raw + tags


def named(attributes: str) -> bool:
    first = attributes.split()[0] if attributes.split() else ""
    return bool(first and "=" not in first) or "aria=" in attributes or "label=" in attributes


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_button_with_an_icon_alone_says_what_it_does(path):
    assert unnamed(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        '<button type="button">{% icon "x" %}</button>',
        '<a href="{{ url }}">{% icon "x" %}</a>',
        '{% button icon="x" %}',
    ],
)
def test_the_watch_over_icons_sees_a_silent_one(text):
    assert unnamed(text) == [text]


def test_every_icon_named_anywhere_is_in_the_sprite():
    icons = ROOT / "node_modules" / "@tabler" / "icons" / "icons"
    if not icons.is_dir():
        pytest.skip("the front end's packages are not here: npm ci")
    use = re.compile(r"icon[\"']?\s*(?:=|:|\()?\s*[\"']([a-z][a-z0-9-]*)[\"']")
    sources = TEMPLATES + [path for path in ROOT.glob("kartu/**/*.py") if "tests" not in path.parts]
    named = {name for path in sources for name in use.findall(path.read_text(encoding="utf-8"))}

    assert {name for name in named if not drawing_of(icons, name).exists()} == set()


def drawing_of(icons: Path, name: str) -> Path:
    """ "star" is drawn in lines, "star-filled" is its full form."""
    return icons / ("filled" if name.endswith("-filled") else "outline") / f"{name.removesuffix('-filled')}.svg"


def test_every_place_and_every_making_has_its_icon_in_the_sprite():
    if not settings.FRONTEND_MANIFEST.exists():
        pytest.skip(HOW_TO_BUILD)
    sprite = (settings.STATIC_ROOT / json.loads(settings.FRONTEND_MANIFEST.read_text())["icons.svg"]).read_text()
    icons = {item.icon for item in [*menu, *new_menu]}

    assert {icon for icon in icons if f'id="{icon}"' not in sprite} == set()
