"""The dossier itself: what is wanted of it, what it says, the row in the log, the bytes."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kartu.clients.card import Card
from kartu.clients.dossier.period import Period
from kartu.clients.models import Client
from kartu.clients.registries import DossierPart, dossier_parts
from kartu.core import formats
from kartu.core.actors import Actor
from kartu.records.marks import Mark
from kartu.records.models import ExportMark
from kartu.records.printing import Section, foot, letterhead, render
from kartu.security import audit
from kartu.security.models.audit import Verb

DOT = " · "


@dataclass(frozen=True)
class Wanted:
    """How somebody wants a dossier: `parts` are keys of the registry."""

    language: str
    period: Period
    parts: tuple[str, ...]


def parts_for(by: Actor) -> list[DossierPart]:
    return [part for part in dossier_parts if not part.right or by.may(part.right)]


def print_dossier(*, client: Client, wanted: Wanted, by: Actor) -> bytes:
    """The PDF of `client` (fetched by `client_for_card`) as `by` may see it. The log hears of it before it is made.

    Raises NotPrintable.
    """
    now = timezone.now().replace(microsecond=0)
    with translation.override(wanted.language):
        mark = ExportMark.begin(by, now)
        data = dossier(Card(client, by), wanted, now, mark)
        audit.record(Verb.PRINT, client, by=by, values={**told(wanted, data), "number": mark.number})
        return render("clients/paper/dossier.typ", data, language=wanted.language, at=now)


def told(wanted: Wanted, data: dict[str, Any]) -> dict[str, Any]:
    """What the log keeps of it."""
    since, until = (day.isoformat() if day else None for day in (wanted.period.since, wanted.period.until))
    touches = sum(len(section["history"]) for section in data["sections"])
    return {
        "paper": "dossier",
        "language": wanted.language,
        "parts": [part.key for part in dossier_parts if part.key in wanted.parts],
        "since": since,
        "until": until,
        "touches": touches,
    }


def dossier(card: Card, wanted: Wanted, now: datetime, mark: Mark | None = None) -> dict[str, Any]:
    """All that stands on the paper, in words."""
    parts = {part.key: part.section(card, wanted.period) for part in parts_for(card.by) if part.key in wanted.parts}
    sections = [section for section in parts.values() if section]
    return {
        **foot(card.by, now, mark),
        **letterhead(),
        "title": card.client.name,
        "kind": _("Client dossier"),
        "who": who(card.client),
        "about": card.client.about,
        "tags": [tag.name for tag in card.tags],
        "facts": facts(card.client, parts),
        "sections": [asdict(section) for section in sections],
        "empty": "" if sections else nothing(wanted),
        "result": _("Result:"),
    }


def nothing(wanted: Wanted) -> str:
    return _("Nothing has been written down about them yet.") if wanted.parts else ""


def who(client: Client) -> str:
    parts = [client.get_kind_display(), client.category and client.category.name, client.status and client.status.name]
    return DOT.join(part for part in parts if part)


def facts(client: Client, parts: dict[str, Section]) -> list[tuple[str, str, str]]:
    """(label, value, note) of what everybody asks first. What was or will be spoken about is told only on a paper
    whose parts tell of it too."""
    responsible = client.responsible.name if client.responsible else _("Nobody")
    coming = client.next_touch_text if parts.get("next") else ""
    last = client.last_touch_text if parts.get("history") else ""
    return [
        (_("Looked after by"), responsible, client.team.name if client.team else ""),
        (_("Next touch"), *moment(client.next_touch_at, coming, _("Not planned"))),
        (_("Last touch"), *moment(client.last_touch_at, last, _("None yet"))),
        (_("Added"), formats.format_date(client.created_at), client.created_by.name if client.created_by else ""),
    ]


def moment(at: datetime | None, text: str, without: str) -> tuple[str, str]:
    return (formats.format_datetime(at), text) if at else (without, "")
