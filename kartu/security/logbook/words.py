"""Lines of the log in plain words, records named as the reader sees them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core import about
from kartu.core.actors import Actor
from kartu.core.addresses import address
from kartu.core.formats import format_number
from kartu.core.rights import rights
from kartu.core.veils import veiled_text
from kartu.firm.models import User
from kartu.security.logbook import html as made
from kartu.security.logbook.asked import LOOKS
from kartu.security.logbook.changes import changes_of_firm
from kartu.security.logbook.kinds import kind_of, model_of
from kartu.security.logbook.places import log_tellers, place_of
from kartu.security.models.audit import AuditRow, Verb
from kartu.security.models.view import ViewRow

LOOK_ICONS = {ViewRow.LIST: "list", ViewRow.SEARCH: "search"}
ICONS = {
    Verb.CREATE: "circle-plus",
    Verb.EXPORT: "file-export",
    Verb.PRINT: "printer",
    Verb.DOWNLOAD: "download",
    Verb.REVEAL: "eye",
    Verb.DENIED: "lock",
    Verb.SIGN_IN: "login",
    Verb.SIGN_OUT: "logout",
    Verb.SIGN_IN_FAILED: "lock",
    Verb.TRASH: "trash",
    Verb.PURGE: "trash",
    Verb.RESTORE: "arrow-back-up",
    Verb.SETTING: "settings",
    Verb.START: "power",
    Verb.STOP: "power",
}
# Pages of their own that lines tell of by a word instead of a kind of record.
PAGES = {
    "security.auditrow": gettext_lazy("the log"),
    "security.alert": gettext_lazy("an alert"),
    "records.exportmark": gettext_lazy("whose file is this"),
}
USER = User._meta.label_lower
MOST_CHANGES = 4


@dataclass
class Entry:
    """One line: who did what; `name` and `url` of the record (`url` is "" where the reader does not see it), or `text`,
    what was asked of a list, and `text_url`, where to ask it again. `what` is the kind of part that was changed."""

    number: str
    at: datetime
    who_id: int | None
    did: str | Promise
    icon: str
    record: tuple[str, int | None]
    what: str = ""
    text: str = ""
    text_url: str = ""
    address: str = ""
    session: str = ""
    tone: str = ""
    why: str = ""
    who: str = ""
    name: str = ""
    url: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def html(self) -> SafeString:
        """A row of the table of lines."""
        return made.line(self)


def entries(rows: Iterable[AuditRow | ViewRow], by: Actor) -> list[Entry]:
    """`rows` (acts with their payloads) in words, in their order."""
    rows = list(rows)
    told = [of_act(row, by) if isinstance(row, AuditRow) else of_look(row, by) for row in rows]
    name_all(told, by)
    acts = [row for row in rows if isinstance(row, AuditRow) and row.root_type in log_tellers]
    firm = changes_of_firm(row for row in rows if isinstance(row, AuditRow))
    changes = {}
    for teller in log_tellers if acts else ():
        if belonging := [row for row in acts if row.root_type == teller.key]:
            changes |= teller.tell(belonging, by)
    for entry, row in zip(told, rows, strict=True):
        if isinstance(row, AuditRow):
            entry.changes = firm.get(row.pk) or changes.get(row.pk, [])[:MOST_CHANGES]
            if row.pk in firm:
                entry.text = ""  # the names of the fields stand in front of what they were and are
        if (text := veiled_text(entry.text, by)) != entry.text:
            entry.text, entry.text_url = text, ""
    return told


def of_act(row: AuditRow, by: Actor) -> Entry:
    values = row.told
    record = (row.root_type, row.root_id) if row.root_type else (row.object_type, row.object_id)
    entry = Entry(
        number=f"a{row.pk}",
        at=row.at,
        who_id=row.actor_id,
        did=Verb(row.verb).label if row.verb in Verb.values else row.verb,
        icon=ICONS.get(row.verb, "pencil"),
        record=record,
        address=row.address,
        session=row.session,
        why=row.why,
        tone="bad" if row.verb in (Verb.DENIED, Verb.SIGN_IN_FAILED) else "",
    )
    if (row.object_type, row.object_id) != record:
        entry.what = kind_of(row.object_type)
    entry.text, entry.text_url = said_of_act(row, values, by)
    return entry


def said_of_act(row: AuditRow, values: dict[str, Any], by: Actor) -> tuple[str, str]:
    """What an act tells beside its record, and where to see it again."""
    if row.verb == Verb.DENIED:
        right = rights.get(values.get("right") or "")
        return str(right.label) if right else str(values.get("target", ""))[:80], ""
    if row.verb in (Verb.START, Verb.STOP):
        return said_of_program(values), ""
    if row.verb in (Verb.CHANGE, Verb.SETTING) and not row.root_type:
        return fields_of(row.object_type, values), ""
    words, url = place_of(row.verb, row.object_type, values, by) or (values.get("said") or named_in(row, values), "")
    rows = values.get("rows")
    counted = [rows_said(rows)] if isinstance(rows, int) else []
    purpose = [f"“{values['purpose']}”"] if values.get("purpose") else []
    return " · ".join(str(part) for part in [words, *counted, *purpose] if part), url


def said_of_program(values: dict[str, Any]) -> str:
    told = [f"{_('version')} {values['version']}"] if values.get("version") else []
    if values.get("unclean"):
        told.append(_("it was not stopped properly before"))
    return " · ".join(told)


def named_in(row: AuditRow, values: dict[str, Any]) -> str:
    """What the thing was called. Of parts of a record only those hear who see the record."""
    name = "" if row.root_type else values.get("name") or values.get("file") or values.get("backup")
    return name if isinstance(name, str) else ""


def rows_said(rows: int) -> str:
    return _("rows: %(count)s") % {"count": format_number(rows)}


def fields_of(object_type: str, values: dict[str, Any]) -> str:
    """The names of the columns that an act on the firm has changed."""
    after = values.get("after")
    model = model_of(object_type)
    if not isinstance(after, dict) or model is None:
        return ""
    labels = {column.attname: str(column.verbose_name) for column in model._meta.concrete_fields}
    return ", ".join(sorted({labels[name] for name in after if name in labels}))


def of_look(row: ViewRow, by: Actor) -> Entry:
    detail = row.detail if isinstance(row.detail, dict) else {}
    entry = Entry(
        number=f"v{row.pk}",
        at=row.at,
        who_id=row.actor_id,
        did=LOOKS.get(row.kind, row.kind),
        icon=LOOK_ICONS.get(row.kind, "eye"),
        record=(row.object_type, row.object_id),
        address=row.address,
        session=row.session,
    )
    words, entry.text_url = place_of(row.kind, row.object_type, detail, by) or ("", "")
    words = words or str(detail.get("text") or detail.get("query") or "")
    if row.kind == ViewRow.PAGE:
        words = str(PAGES.get(row.object_type, "")) if not row.object_id else words
    shown = detail.get("shown", detail.get("count"))
    entry.text = " · ".join(part for part in (words, rows_said(shown) if isinstance(shown, int) else "") if part)
    return entry


def name_all(told: Iterable[Entry], by: Actor) -> None:
    """Give each its person, and its record's name and page: one query a kind of record."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for entry in told:
        if entry.record[1]:
            wanted[entry.record[0]].add(entry.record[1])
        if entry.who_id:
            wanted[USER].add(entry.who_id)
    names = {(model, pk): name for model, pks in wanted.items() for pk, name in named(model, pks, by).items()}
    for entry in told:
        model, pk = entry.record
        unseen = f"{kind_of(model)} № {pk}".strip() if pk else ""
        is_himself = (model, pk) == (USER, entry.who_id)
        entry.name, entry.url = ("", "") if is_himself else names.get((model, pk), (unseen, ""))
        entry.who = names.get((USER, entry.who_id), ("", ""))[0]


def named(model: str, pks: set[int], by: Actor) -> dict[int, tuple[str, str]]:
    """Id -> (name, page) of the records that `by` sees."""
    if model == USER:
        rows = User.objects.filter(pk__in=pks).values_list("pk", "name")
        return {pk: (name, address("firm:person", pk)) for pk, name in rows}
    return about.named(model, pks, by=by)
