"""The page of a list: the question, the rows found, and all that stands around them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render

from kartu.core import formats
from kartu.core.actors import Actor
from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.bulk import acts_for
from kartu.records.lists.cells import body_html, foot_html, head_html, views_html
from kartu.records.lists.conditions import Chip
from kartu.records.lists.finding import CAP, Finding, Found
from kartu.records.lists.keeping import View, setting_of, shown_columns, views_of
from kartu.records.lists.look import Look
from kartu.records.lists.question import QUESTION, Question, as_query, memory_of
from kartu.records.lists.rows import Row, read_rows, totals_of
from kartu.records.lists.spec import Beside, Column, ListSpec
from kartu.records.models import ListSetting
from kartu.records.rights import SAVE_VIEWS, SHARE_VIEWS
from kartu.security import views_log
from kartu.security.seals.ids import packed


def list_page(request: HttpRequest, spec: ListSpec, **more: Any) -> HttpResponse:
    """Answer a GET of the list's own address. `more` goes into the template's context."""
    page = ListPage(spec, Asking(request.user), request.GET)
    if page.is_past_the_end:
        return HttpResponseRedirect(page.question.changed().url())
    page.log()
    context = {"list": page, "list_job": request.session.get("list_jobs", {}).get(spec.key), **more}
    return render(request, "records/lists/page.html", context)


@dataclass(frozen=True)
class Head:
    """The head of a column. `url`: sorts by it, or turns the sort round; `sorted`: "ascending", "descending" or ""."""

    column: Column
    width: int
    url: str
    sorted: str

    @property
    def css(self) -> str:
        return "num" if self.column.kind.is_number else ""


@dataclass(frozen=True)
class ShownView:
    view: View
    url: str
    is_on: bool


@dataclass(frozen=True)
class ShownChip:
    label: str
    words: str
    builder_url: str
    without_url: str


class ListPage:
    """What the template shows of a list; each part is worked out when it is asked for."""

    def __init__(self, spec: ListSpec, asking: Asking, data: QueryDict) -> None:
        self.spec = spec
        self.asking = asking
        self.person: Actor = asking.person
        self.data = data

    @cached_property
    def setting(self) -> ListSetting:
        return setting_of(self.spec, self.person)

    @cached_property
    def views(self) -> list[View]:
        return views_of(self.spec, self.person)

    @cached_property
    def question(self) -> Question:
        """What the address asks; a view's question where it names nothing but the view, or nothing at all."""
        data = self.data
        key = data.get("v") or ("" if data else self.setting.first_view)
        if key and not any(name in data for name in QUESTION):
            view = next((view for view in self.views if view.key == key), None)
            if view is None and data:
                raise Http404(f"no view {key[:20]}")
            if view is not None:
                data = self._asked_by(view)
        return Question.of(self.spec, data, self.asking)

    def _asked_by(self, view: View) -> QueryDict:
        place = {name: self.data[name] for name in ("after", "before") if name in self.data}
        try:
            data = as_query(view.question, v=view.key, **place)
            Question.of(self.spec, data, self.asking)
        except BadQuestion:  # kept by a person who may see more, or before a column was given up
            data = as_query({}, v=view.key)
        return data

    @cached_property
    def finding(self) -> Finding:
        return Finding(self.question, self.asking)

    @cached_property
    def found(self) -> Found:
        return self.finding.page()

    @cached_property
    def is_past_the_end(self) -> bool:
        """Whether the address names a place behind which nothing is left."""
        return self.question.cursor is not None and not self.found.ids

    @cached_property
    def shown(self) -> list[tuple[Column, int]]:
        return shown_columns(self.spec, self.setting, self.person)

    @cached_property
    def columns(self) -> list[Column]:
        return [column for column, _width in self.shown]

    @cached_property
    def rows(self) -> list[Row]:
        return read_rows(self.spec, self.columns, self.found.ids, self.asking)

    @cached_property
    def body(self) -> str:
        look = Look(self.asking, self.row_url, changeable_columns(self.spec, self.columns, self.person))
        return body_html(self.spec, self.rows, self.columns, look)

    def row_url(self, pk: int) -> str:
        """The page of a row, which remembers this list: previous, next and Back lead on in it."""
        return f"{self.spec.row_url(pk)}?{self.memory}"

    @cached_property
    def memory(self) -> str:
        return memory_of(self.question)

    @cached_property
    def heads(self) -> list[Head]:
        return [self._head(column, width) for column, width in self.shown]

    @cached_property
    def head(self) -> str:
        return head_html(self.heads)

    @cached_property
    def foot(self) -> str:
        return foot_html(self.counted, self.totals)

    def _head(self, column: Column, width: int) -> Head:
        if not column.can_sort:
            return Head(column, width, "", "")
        is_sorted = self.question.sort == column.key
        turned = f"-{column.key}" if is_sorted and not self.question.down else column.key
        direction = ("descending" if self.question.down else "ascending") if is_sorted else ""
        return Head(column, width, self.question.sorted_by(turned).url(), direction)

    @cached_property
    def chips(self) -> list[ShownChip]:
        return [self._chip(number, chip) for number, chip in enumerate(self.question.chips)]

    def _chip(self, number: int, chip: Chip) -> ShownChip:
        without = self.question.without(chip).url()
        return ShownChip(chip.label, chip.said(self.asking), f"{self.builder_url}&at={number}", without)

    @cached_property
    def builder_url(self) -> str:
        return f"{self.urls['filter']}?{self.question.changed().query()}"

    @cached_property
    def shown_views(self) -> list[ShownView]:
        on = self.question.view or ("" if self.question.is_narrowed else "all")
        return [ShownView(view, f"{self.spec.url}?v={view.key}", view.key == on) for view in self.views]

    @cached_property
    def view_links(self) -> str:
        return views_html(self.shown_views)

    @cached_property
    def on(self) -> View | None:
        return next((view for view in self.views if view.key == self.question.view), None)

    @cached_property
    def count(self) -> str:
        return number_said(self.finding.count)

    @cached_property
    def count_of_all(self) -> str:
        return number_said(self.finding.counts.everything)

    @cached_property
    def counted(self) -> str:
        """ "86 clients"."""
        return str(self.spec.count(self.finding.count)) % {"count": self.count}

    @cached_property
    def totals(self) -> list[tuple[Column, str]]:
        """(column, sum as shown) of every shown column but the first."""
        sums = {key: value for key, value in totals_of(self.finding, self.columns).items() if value is not None}
        return [
            (column, formats.format_number(sums[column.key]) if column.key in sums else "")
            for column in self.columns[1:]
        ]

    @cached_property
    def next_url(self) -> str:
        return self.question.at(self.found.last).url() if self.found.has_after else ""

    @cached_property
    def previous_url(self) -> str:
        return self.question.at(self.found.first, backwards=True).url() if self.found.has_before else ""

    @cached_property
    def here(self) -> str:
        """The address of this very page."""
        return self.question.url()

    @cached_property
    def query(self) -> str:
        return self.question.changed().query()

    @cached_property
    def clear_url(self) -> str:
        return self.question.changed(chips=(), text="", view="").url()

    @cached_property
    def loosened(self) -> list[tuple[ShownChip, str]]:
        """Chips with how many rows there would be without them: offered when nothing is found."""
        offers = []
        for shown, chip in zip(self.chips[:3], self.question.chips, strict=False):
            count = Finding(self.question.without(chip), self.asking).count
            if count:
                offers.append((shown, number_said(count)))
        return offers

    @cached_property
    def sentence(self) -> str:
        return self.question.sentence(self.asking)

    @cached_property
    def is_empty_at_all(self) -> bool:
        return not self.finding.count and not self.finding.counts.everything

    @cached_property
    def acts(self) -> list:
        return acts_for(self.spec, self.person)

    @cached_property
    def may_export(self) -> bool:
        return self.spec.may(self.person, "export")

    @cached_property
    def beside(self) -> list[Beside]:
        return [each for each in self.spec.beside if self.person.may(each.right)]

    @cached_property
    def may_print(self) -> bool:
        return self.spec.may(self.person, "print")

    @cached_property
    def may_keep(self) -> bool:
        return self.person.may(SAVE_VIEWS)

    @cached_property
    def may_share(self) -> bool:
        return self.person.may(SHARE_VIEWS)

    @cached_property
    def urls(self) -> dict[str, str]:
        """Addresses of the list's pieces: of cells it is what comes before the row's id."""
        return self.spec.urls

    @cached_property
    def act_urls(self) -> list[tuple[Any, str]]:
        return [(act, self.spec.act_url(act.key)) for act in self.acts]

    def log(self) -> None:
        """Note that the person has looked at the list: what was asked, how many rows were shown, and which."""
        told = {"list": self.spec.key, **self.question.parts()}
        ids = packed(row.pk for row in self.rows)
        detail = {**told, "shown": len(self.rows), "found": self.finding.count, "ids": ids}
        views_log.saw("list", by=self.person, object_type=self.spec.label, detail=detail)


def changeable_columns(spec: ListSpec, columns: list[Column], person: Actor) -> frozenset[str]:
    """Keys of the columns that `person` may change in place."""
    return frozenset(
        column.key
        for column in columns
        if column.edit and person.may(column.edit.right or spec.rights.get("change", "-"))
    )


def number_said(count: int) -> str:
    """ "1.284", or "10.000+" for more than are counted."""
    return f"{formats.format_number(CAP)}+" if count > CAP else formats.format_number(count)
