"""Icons, buttons, chips, statuses, people: what stands in a line of text."""

from functools import lru_cache

from django.template import TemplateSyntaxError
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kartu.core.components.html import attrs, classes, one_of
from kartu.core.frontend import asset_url

TONES = ("", "ok", "warn", "bad", "acc")
BUTTONS = {"plain": "", "primary": "btn-primary", "ghost": "btn-ghost", "danger": "btn-ghost bad", "sure": "btn-danger"}


def icon(name: str, *, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite. `name`: its name in Tabler's outline set. `label`: what it says to those who do not see
    it, only where no word stands beside it. `css`: further classes."""
    return _icon(asset_url("icons.svg"), name, str(label), css)


@lru_cache(maxsize=1024)
def _icon(sprite: str, name: str, label: str, css: str) -> SafeString:
    said = attrs(role="img", aria_label=label) if label else attrs(aria_hidden="true")
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24"{}><use href="{}#{}"/></svg>', classes("ti", css), said, sprite, name
    )


def button(
    label: str = "",
    *,
    icon: str = "",
    kind: str = "plain",
    href: str = "",
    type: str = "",
    name: str = "",
    value: str = "",
    form: str = "",
    aria: str = "",
    keys: str = "",
    drawer: bool = False,
    drawer_for: str = "",
    command: bool = False,
    disabled: bool = False,
    copy: str = "",
    act: str = "",
    css: str = "",
    hx_get: str = "",
    hx_post: str = "",
    hx_target: str = "",
    hx_swap: str = "",
    hx_confirm: str = "",
) -> SafeString:
    """A button, or a link that looks like one.

    label: the verb. icon: before it; alone, `aria` must say what it does. kind: plain, primary (one on a screen: the
    next step), ghost, danger (ghost red), sure (solid red, only in a question). href: makes it a link; drawer: opens
    that link at the side, drawer_for: "for the new invoice" in its head. type: "submit" or "button". name, value, form:
    as in HTML. keys: the letter that presses it. command: offered by the palette while it is on the page. copy: text
    that it copies. act: name of a behaviour that it starts (print, back, reload, close, find).
    """
    one_of("kind", kind, BUTTONS)
    one_of("type", type, ("", "submit", "button"))
    if not label and not aria:
        raise TemplateSyntaxError("A button without a word needs aria")
    shown = format_html("{}{}", glyph(icon), label)
    looks = {"class_": classes("btn", BUTTONS[kind], "" if label else "btn-ic", css), "aria_label": aria}
    opens = {"aria_keyshortcuts": keys, "data_key": keys, "data_drawer": drawer, "data_drawer_for": drawer_for}
    does = {"data_command": command, "data_copy": copy, "data_act": act}
    asks = {"hx_get": hx_get, "hx_post": hx_post, "hx_target": hx_target, "hx_swap": hx_swap, "hx_confirm": hx_confirm}
    common = attrs(**looks, **opens, **does, **asks)
    if href:
        return format_html('<a href="{}"{}>{}</a>', href, common, shown)
    type = type or ("button" if hx_get or hx_post or copy or act else "submit")
    own = attrs(type=type, name=name, value=value, form=form, disabled=disabled)
    return format_html("<button{}{}>{}</button>", own, common, shown)


def glyph(name: str, css: str = "") -> SafeString | str:
    """The icon called `name`, or nothing: for components whose own attribute is called `icon`."""
    return _icon(asset_url("icons.svg"), name, "", css) if name else ""


def chip(text: str, *, icon: str = "", tone: str = "", hide_on_phone: bool = False) -> SafeString:
    """A quiet label on a soft ground. tone: "", ok, warn, bad or acc, never without a word."""
    css = classes("chip", one_of("tone", tone, TONES), "hide-m" if hide_on_phone else "")
    return format_html('<span class="{}">{}{}</span>', css, glyph(icon), text)


def status(text: str, *, icon: str, tone: str = "", css: str = "") -> SafeString:
    """The state of something: icon and word, colour third. tone: "", ok, warn, bad or acc."""
    css = classes("st", one_of("tone", tone, TONES), css)
    return format_html('<span class="{}">{}{}</span>', css, glyph(icon), text)


def avatar(name: str, *, key: int | None = None, big: bool = False, picture: str = "") -> SafeString:
    """Who does it: the letters of `name` on a colour that stays with the person.

    key: number that chooses the colour (the person's id). big: of a card's head. picture: address of a photograph.
    """
    css = classes("ava", f"c{key % 5 + 1}" if key is not None else "", "lg" if big else "")
    if picture:
        return format_html('<img class="{}" src="{}" alt="">', css, picture)
    return format_html('<span class="{}" aria-hidden="true">{}</span>', css, initials(name))


def initials(name: str) -> str:
    """One or two letters for a name of any shape, legal forms and quotes left aside."""
    words = [word.strip("«»\"'“”„.,()") for word in str(name).split()]
    words = [word for word in words if word and word.upper() not in LEGAL_FORMS] or [word for word in words if word]
    if not words:
        return "?"
    letters = words[0][0] + words[1][0] if len(words) > 1 else words[0][:2]
    return letters.upper()


LEGAL_FORMS = {"PT", "CV", "UD", "ООО", "АО", "ПАО", "ЗАО", "ИП", "LTD", "LLC", "GMBH", "INC"}
