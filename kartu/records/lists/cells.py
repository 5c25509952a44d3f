"""The table of a list, and the views above it, as HTML made in Python: a template engine takes ten times as long.

Every value goes through `escape` in the kind's or the column's renderer; here only marks of our own are put around.
"""

from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kartu.core.components.basics import icon
from kartu.records.lists.kinds import Kind
from kartu.records.lists.look import Look
from kartu.records.lists.rows import Row
from kartu.records.lists.spec import Column, ListSpec

if TYPE_CHECKING:
    from kartu.records.lists.page import Head, ShownView


def body_html(spec: ListSpec, rows: Sequence[Row], columns: Sequence[Column], look: Look) -> SafeString:
    """All rows, as the content of <tbody>."""
    select = escape(_("Select"))
    pick = f'<td class="pick-t"><input type="checkbox" class="form-check-input" data-pick aria-label="{select}"></td>'
    makers = [cell_maker(column, at, look) for at, column in enumerate(columns)]
    preview = spec.preview_url
    lines = []
    for row in rows:
        look_at = f' data-preview="{escape(preview(row.pk))}"' if preview else ""
        lines.append(f'<tr data-id="{row.pk}"{look_at}>{pick}{"".join([make(row) for make in makers])}</tr>')
    return mark_safe("".join(lines))  # noqa: S308 - made of escaped values, see above


def cell_maker(column: Column, at: int, look: Look) -> Callable[[Row], str]:
    """What makes the cells of a column; all that is the same in each of them is settled here."""
    start = opening_of(column, at, look)
    if column.is_first or column.cell is not None or type(column.kind).bare is not Kind.bare:
        return lambda row: f"{start}{bare_html(row, column)}{content_html(row, column, look)}</td>"
    start, html, field = f"{start}>", column.kind.html, column.field
    return lambda row: f"{start}{html(row, field, look)}</td>"


def opening_of(column: Column, at: int, look: Look) -> str:
    """What every cell of the column begins with; numbers stand to the right, on a phone a row has two lines."""
    names = ["num"] if column.kind.is_number else []
    names += ["l0"] if at == 0 else [f"l{column.phone_line}"] if column.phone_line else []
    css = f' class="{" ".join(names)}"' if names else ""
    change = " data-cell" if column.key in look.changeable else ""
    return f'<td data-col="{column.key}"{css}{change}'


def bare_html(row: Row, column: Column) -> str:
    bare = column.kind.bare(row, column.field)
    return ">" if bare is None else f' data-bare="{escape(bare)}">'


def content_html(row: Row, column: Column, look: Look) -> str:
    """The escaped content of a cell; the first column is the link to the row."""
    if column.cell is not None:
        return column.cell(row, look)
    content = column.kind.html(row, column.field, look)
    if column.is_first:
        named = content or escape(_("No name"))
        return f'<a class="ink b5" href="{escape(look.url(row.pk))}">{named}</a>'
    return content


def head_html(heads: Sequence["Head"]) -> SafeString:
    """The head of the table: widths of the columns, what they are called, and by which it is sorted."""
    widths, names = ['<col width="46">'], []
    for head in heads:
        key, width = head.column.key, f' width="{head.width}"' if head.width else ""
        widths.append(f'<col data-col="{key}"{width}>')
        css = f' class="{head.css}"' if head.css else ""
        sorted_so = f' aria-sort="{head.sorted}"' if head.sorted else ""
        names.append(f'<th data-col="{key}" scope="col"{css}{sorted_so}>{name_html(head)}{GRIP}</th>')
    every = escape(_("Select all on this page"))
    pick = f'<th><input type="checkbox" class="form-check-input" data-pick-all aria-label="{every}"></th>'
    head = f"<colgroup>{''.join(widths)}</colgroup><thead><tr>{pick}{''.join(names)}</tr></thead>"
    return mark_safe(head)  # noqa: S308 - made of escaped values


GRIP = '<span class="th-grip" data-widen aria-hidden="true"></span>'
ARROWS = {"ascending": "arrow-up", "descending": "arrow-down"}


def name_html(head: "Head") -> str:
    name = escape(head.column.head)
    if not head.url:
        return name
    arrow = f" {icon(ARROWS[head.sorted])}" if head.sorted else ""
    return f'<a class="t3" href="{escape(head.url)}">{name}{arrow}</a>'


def foot_html(counted: str, totals: Sequence[tuple[Column, str]]) -> SafeString:
    """The foot of the table: how many rows there are, and sums of columns."""
    cells = [f"<td{NUMBER if column.kind.is_number else ''}>{escape(total)}</td>" for column, total in totals]
    return mark_safe(f"<tfoot><tr><td></td><td>{escape(counted)}</td>{''.join(cells)}</tr></tfoot>")  # noqa: S308 - escaped


NUMBER = ' class="num"'


def views_html(views: Sequence["ShownView"]) -> SafeString:
    """The views above the table. Their counts are asked for when the page stands."""
    links = []
    for shown in views:
        css, current = ("v on", ' aria-current="page"') if shown.is_on else ("v", "")
        saved = shown.view.saved
        shared = f" {icon('users', label=_('Shared with colleagues'))}" if saved and saved.is_shared else ""
        count = f'<span data-count="{escape(shown.view.key)}"></span>'
        links.append(
            f'<a class="{css}" href="{escape(shown.url)}"{current}>{escape(shown.view.label)}{shared}{count}</a>'
        )
    return mark_safe("".join(links))  # noqa: S308 - made of escaped values
