"""Blocks: notes, empty states, facts, tabs, menus, toasts, waiting."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kartu.core.components.basics import BUTTONS, TONES, glyph
from kartu.core.components.html import attrs, classes, one_of
from kartu.core.formats import format_number

NOTES = {"bad": ("alert-triangle", "bad"), "warn": ("alert-triangle", "warn"), "info": ("info-circle", "acc")}
EMPTIES = ("nothing", "found", "done")
WITH_CTRL = "Ctrl "


def note(content: SafeString, *, title: str = "", kind: str = "warn", icon: str = "", css: str = "") -> SafeString:
    """A remark that stays where the work is: what happened, what to do.

    kind: bad (said aloud at once), warn or info. icon: another icon. The content may hold links and buttons.
    """
    name, tone = NOTES[one_of("kind", kind, NOTES)]
    heading = format_html('<b class="b6">{}</b><br>', title) if title else ""
    said = attrs(role="alert") if kind == "bad" else ""
    return format_html(
        '<div class="{}"{}>{}<div class="grow">{}{}</div></div>',
        classes("note", kind if kind != "warn" else "", css),
        said,
        glyph(icon or name, tone),
        heading,
        content,
    )


def empty_state(
    content: SafeString, *, title: str, text: str = "", icon: str = "inbox", kind: str = "nothing"
) -> SafeString:
    """Nothing to show. The content is the one button, perhaps with "See it in 20 s" beside it.

    kind: nothing (yet: what this is and what it will do), found (nothing: repeat the question, offer to loosen it) or
    done (a happy state).
    """
    one_of("kind", kind, EMPTIES)
    actions = format_html('<div class="row-x">{}</div>', content) if content.strip() else ""
    said = attrs(role="status") if kind == "found" else ""
    return format_html(
        '<div class="empty"{}>{}<b class="b6">{}</b><span class="t2">{}</span>{}</div>',
        said,
        glyph(icon),
        title,
        text,
        actions,
    )


def facts(content: SafeString, *, css: str = "") -> SafeString:
    """A strip of facts under the head of a card, made of `fact`s. css: "facts-6" for six."""
    return format_html('<div class="{}">{}</div>', classes("facts", css), content)


def fact(
    label: str, value: str, *, note: str = "", note_icon: str = "", tone: str = "", href: str = "", look: str = ""
) -> SafeString:
    """One fact. A number is a link: `href` leads to its records. tone colours the value; note is the line below.

    look: address of what hovering, or Space, shows of the record that the fact names.
    """
    one_of("tone", tone, TONES)
    below = format_html("{} {}", glyph(note_icon), note) if note_icon else note
    inner = format_html(
        '<div class="xs t3">{}</div><div class="{}">{}</div><div class="{}">{}</div>',
        label,
        classes("v", tone),
        value,
        classes("xs cut", tone if note_icon else "t2"),
        below,
    )
    return (
        format_html('<a href="{}"{}>{}</a>', href, attrs(data_preview=look), inner)
        if href
        else format_html("<div>{}</div>", inner)
    )


def kv(content: SafeString) -> SafeString:
    """A list of names and values, made of `pair`s."""
    return format_html('<dl class="kv">{}</dl>', content)


def pair(content: SafeString, *, label: str) -> SafeString:
    """One name and its value (the content) in a `kv`."""
    return format_html("<dt>{}</dt><dd>{}</dd>", label, content)


def tabs(content: SafeString, *, label: str, panel: str, group: str = "") -> SafeString:
    """Sections of a card, made of `tab`s. panel: id of the element that shows the chosen one.

    group: name under which the choice is remembered for the next record (`kartu.core.tabs.remembered`).
    """
    said = attrs(aria_label=label, data_tabs=panel, data_tabs_group=group)
    return format_html('<nav class="tabs"{}>{}</nav>', said, content)


def tab(label: str, *, href: str, key: str, on: bool = False, count: int | None = None) -> SafeString:
    """One section. href: address of its piece, which also works as a page. key: its name in the address (`?tab=`).
    count: records in it; none and nothing show no counter."""
    counter = format_html(" <span>{}</span>", count) if count else ""
    state = attrs(class_="on" if on else "", aria_current="page" if on else "", data_tab=key)
    return format_html('<a href="{}"{}>{}{}</a>', href, state, label, counter)


def menu(content: SafeString, *, label: str = "", icon: str = "", aria: str = "", kind: str = "plain") -> SafeString:
    """A button that opens a list of links and buttons, made of `menu_item`s or anything else. kind: as of `button`."""
    css = classes("btn", BUTTONS[one_of("kind", kind, BUTTONS)], "" if label else "btn-ic")
    summary = format_html("{}{}", glyph(icon), label)
    return format_html(
        '<details class="menu-k" data-menu><summary class="{}"{}>{}</summary><div class="pop">{}</div></details>',
        css,
        attrs(aria_label=aria),
        summary,
        content,
    )


def menu_item(
    label: str,
    *,
    href: str = "",
    icon: str = "",
    keys: str = "",
    drawer: bool = False,
    tone: str = "",
    act: str = "",
    hx_post: str = "",
    hx_confirm: str = "",
    on: bool = False,
    command: bool = False,
) -> SafeString:
    """One line of a `menu`: a link with `href`, else a button. keys: shown at its end; a single
    letter, or "Ctrl P", presses it. on: the chosen one. command: the palette offers it too."""
    end = format_html('<kbd class="end">{}</kbd>', keys) if keys else ""
    inner = format_html("{}<span>{}</span>{}", glyph(icon), label, end)
    common = attrs(
        class_=classes("mi", one_of("tone", tone, TONES)),
        data_drawer=drawer,
        data_act=act,
        data_key=keys if len(keys) == 1 else "",
        data_ctrl_key=keys.removeprefix(WITH_CTRL).lower() if keys.startswith(WITH_CTRL) else "",
        data_command=command,
        aria_label=label if command else "",
        hx_post=hx_post,
        hx_confirm=hx_confirm,
        aria_current="true" if on else "",
    )
    if href:
        return format_html('<a href="{}"{}>{}</a>', href, common, inner)
    return format_html('<button type="button"{}>{}</button>', common, inner)


def toast(text: str, *, undo_url: str = "", more_url: str = "") -> SafeString:
    """Something is done, in the past tense, with the way back for 10 s. more_url: the page that tells it whole."""
    told = attrs(data_toast=True, data_undo=undo_url, data_more=more_url)
    return format_html('<div class="toast-k"{}><span class="grow">{}</span></div>', told, text)


def skeleton(*, rows: int = 3) -> SafeString:
    """The shape of rows that are being fetched, for waits over 2 s."""
    widths = (("w1", "w3"), ("w2", "w3"), ("w1", "w3"))
    lines = format_html_join(
        "",
        '<div class="row-x"><span class="skel {}"></span><span class="grow"></span><span class="skel {}"></span></div>',
        (widths[row % len(widths)] for row in range(rows)),
    )
    return format_html('<div class="skels" role="status" aria-label="{}">{}</div>', _("Loading"), lines)


def progress(
    *, done: int, total: int, label: str, note: str = "", stop_url: str = "", reload_url: str = ""
) -> SafeString:
    """Long work: how far, how long, Stop. `stop_url` is posted to; `reload_url` gives this piece again each second."""
    percent = min(100, done * 100 // total) if total else 0
    counts = _("%(done)s of %(total)s") % {"done": format_number(done), "total": format_number(total)}
    bar = format_html(
        '<svg class="spanbar" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{} %">'
        '<rect class="f-sunk" width="100" height="6"/><rect class="f-acc" width="{}" height="6"/></svg>',
        percent,
        percent,
    )
    stop = format_html('<button type="button" class="link ms-auto"{}>{}</button>', attrs(hx_post=stop_url), _("Stop"))
    again = attrs(hx_get=reload_url, hx_trigger="load delay:1s", hx_swap="outerHTML") if reload_url else ""
    return format_html(
        '<div class="progress-k"{}><div class="row-x sm"><b class="b5 cut">{}</b>'
        '<span class="ms-auto t2 tn nw">{}</span></div>{}'
        '<div class="row-x xs t2"><span aria-live="polite">{}</span>{}</div></div>',
        again,
        label,
        counts,
        bar,
        note,
        stop if stop_url else "",
    )


def drawer(content: SafeString, *, title: str, depth: int = 1, for_what: str = "", footer: str = "") -> SafeString:
    """A drawer as it stands on the page: head, content, and what the content leaves for its foot.

    Pages opened by `data-drawer` need none: they extend `layout`. depth: shown from 2 on. for_what: "for the new
    invoice". footer: words in the foot, unless the content brings its own.
    """
    number = format_html('<span class="chip">{}</span>', depth) if depth > 1 else ""
    purpose = format_html(' <span class="t3 fw-normal sm">{}</span>', for_what) if for_what else ""
    return format_html(
        '<section class="{}" role="dialog" aria-label="{}"><div class="dh">{}<h2 class="grow">{}{}</h2>'
        '<button type="button" class="btn btn-ghost btn-ic" data-act="close" aria-label="{}">{}</button></div>'
        "{}{}</section>",
        classes("drawer", "d2" if depth > 1 else ""),
        title,
        number,
        title,
        purpose,
        _("Close"),
        glyph("x"),
        content,
        format_html('<div class="df">{}</div>', footer) if footer else "",
    )
