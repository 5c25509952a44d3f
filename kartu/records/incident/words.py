"""The evidence in words, as `paper/incident.typ` prints it."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.formats import format_date, format_datetime, format_number, local
from kartu.firm.models import Device
from kartu.records.incident.evidence import Evidence, Thing
from kartu.records.printing import Line, Section
from kartu.security.alerts.rules import alert_rules
from kartu.security.logbook.words import Entry
from kartu.security.models.audit import AuditRow, Verb

DOT = " · "
LONGEST = 160


def told(evidence: Evidence, purpose: str, now: datetime) -> dict[str, Any]:
    """All that stands on the paper but its letterhead, foot and hash."""
    alert = evidence.alert
    rule = alert_rules.get(alert.rule)
    sections = [who(evidence), what(evidence), whence(evidence), said(evidence)]
    tables = [things(evidence), taken_out(evidence), timeline(evidence), seals(evidence)]
    return {
        "title": _("Incident: %(who)s") % {"who": alert.who},
        "kind": _("Incident paper"),
        "who": str(rule.label if rule else alert.rule),
        "about": _("made for: %(purpose)s") % {"purpose": purpose},
        "tags": [],
        "facts": [
            (_("Counted"), format_number(alert.count), ""),
            (_("Limit"), format_number(alert.limit), ""),
            (_("Day"), format_date(alert.day), ""),
            (_("Alert"), f"№ {alert.pk}", str(alert.get_state_display())),
        ],
        "sections": [asdict(section) for section in [*sections, proof(evidence, now)] if section],
        "tables": [table for table in tables if table["rows"]],
        "empty": "",
        "result": "",
    }


def second(at: datetime) -> str:
    return f"{format_date(at)}, {local(at):%H:%M:%S}"


def moment(evidence: Evidence, at: datetime | None) -> str:
    """In a table: the day is told only where it is another one than the alert's."""
    if at is None:
        return ""
    return f"{local(at):%H:%M:%S}" if local(at).date() == evidence.alert.day else second(at)


def who(evidence: Evidence) -> Section:
    person = evidence.alert.person
    if person is None:
        return Section(_("Who"), text=_("Somebody unknown"))
    place = [person.team and person.team.name, person.branch and person.branch.name]
    lines = [
        Line(_("Name"), person.name),
        Line(_("Signs in as"), person.email),
        Line(_("Role"), str(person.role), DOT.join(filter(None, place))),
    ]
    if not person.is_active:
        lines.append(Line(_("Access"), _("closed")))
    return Section(_("Who"), lines=lines)


def what(evidence: Evidence) -> Section:
    alert = evidence.alert
    rule = alert_rules.get(alert.rule)
    counted = _("%(count)s, the limit is %(limit)s") % {
        "count": format_number(alert.count),
        "limit": format_number(alert.limit),
    }
    lines = [
        Line(_("Rule"), str(rule.label if rule else alert.rule), alert.rule),
        Line(_("Counted"), counted),
        Line(_("Began"), second(alert.since)),
        Line(_("Ended"), second(alert.last_at)),
        Line(_("Noticed"), second(alert.raised_at)),
        Line(_("What follows"), str(alert.get_policy_display())),
    ]
    return Section(_("What"), lines=lines)


def whence(evidence: Evidence) -> Section:
    lines = [Line(_("Address"), address) for address in evidence.addresses]
    lines += [Line(_("Sign-in"), device_said(device), key) for key, device in evidence.devices]
    return Section(_("From where"), lines=lines)


def device_said(device: Device | None) -> str:
    if device is None:
        return _("has ended since")
    begun = _("since %(when)s") % {"when": format_datetime(device.signed_in_at)}
    return DOT.join([str(device), begun])


def said(evidence: Evidence) -> Section:
    alert = evidence.alert
    lines = []
    if alert.reason:
        lines.append(Line(str(alert.who), alert.reason))
    if alert.note:
        lines.append(Line(alert.looked_by.name if alert.looked_by else "", alert.note))
    return Section(_("What was said to it"), lines=lines)


def proof(evidence: Evidence, now: datetime) -> Section:
    zone = timezone.get_current_timezone_name()
    head, told_head = evidence.head, evidence.told_head
    lines = [Line(_("Times are of"), zone), Line(_("Lines compared"), compared(evidence), second(now))]
    if head:
        lines.append(Line(_("Newest seal"), f"{head}", second(head.at)))
    if told_head:
        note = _("sent to the owners on %(day)s") % {"day": format_date(told_head.day)}
        lines.append(Line(_("Kept outside"), f"{told_head}", note))
    text = _(
        "Each minute the lines of the log are sealed: a seal holds the hash of its lines and of the seal before. A "
        "seal that was kept outside of the program proves all lines in front of it: Settings, Seals of the log, or the "
        "command kartu audit verify."
    )
    return Section(_("What proves it"), text=text, lines=lines)


def compared(evidence: Evidence) -> str:
    if evidence.broken:
        return DOT.join(str(finding) for finding in evidence.broken[:5])
    held = sum(len(seal.rows) for seal in evidence.seals)
    counts = {"lines": format_number(held), "seals": format_number(len(evidence.seals))}
    return _("%(lines)s lines and their seals (%(seals)s) were compared: nothing was altered.") % counts


def things(evidence: Evidence) -> dict[str, Any]:
    """What was counted: clients above all."""
    found = evidence.things
    end = ""
    if evidence.alert.count > len(found) and found:
        counts = {"shown": format_number(len(found)), "count": format_number(evidence.alert.count)}
        end = _("%(shown)s of %(count)s were kept by name.") % counts
    return {
        "title": _("Concerned"),
        "heads": [_("Record"), _("Number"), _("First"), _("Last")],
        "widths": [5, 1.4, 2, 2],
        "rows": [thing_row(evidence, thing) for thing in found],
        "end": end,
    }


def thing_row(evidence: Evidence, thing: Thing) -> list[str]:
    return [thing.name, str(thing.pk), moment(evidence, thing.first), moment(evidence, thing.last)]


def taken_out(evidence: Evidence) -> dict[str, Any]:
    """Files, papers, downloads: each with the hash by which a file that turns up is known again."""
    by_number = {entry.number: entry for entry in evidence.entries}
    rows = [out_row(evidence, row, values, by_number[f"a{row.pk}"]) for row, values in evidence.out()]
    return {
        "title": _("Taken out"),
        "heads": [_("When"), _("What"), _("Which"), _("SHA-256 of the file")],
        "widths": [1.5, 1.5, 4, 4.5],
        "rows": rows,
        "end": "",
    }


def out_row(evidence: Evidence, row: AuditRow, values: dict[str, Any], entry: Entry) -> list[str]:
    number = f"№ {values['number']}" if isinstance(values.get("number"), int) else ""
    file = values.get("format") or values.get("file") or ""
    which = DOT.join(filter(None, [entry.name, entry.text, str(file), number]))
    return [moment(evidence, row.at), str(Verb(row.verb).label), which, str(values.get("sha256") or "")]


def timeline(evidence: Evidence) -> dict[str, Any]:
    return {
        "title": _("Line by line"),
        "heads": [_("When"), _("What"), _("Record"), _("From where"), _("Line of the log"), _("Seal")],
        "widths": [1.5, 2, 4.5, 1.8, 1.3, 1],
        "rows": [line_row(evidence, entry) for entry in evidence.entries],
        "end": _("Only the newest stand here.") if evidence.are_more else "",
    }


def line_row(evidence: Evidence, entry: Entry) -> list[str]:
    changes = [f"{label}: {before or '—'} → {after or '—'}" for label, before, after in entry.changes]
    record = DOT.join(filter(None, [entry.what, entry.name, entry.text, *changes]))
    record = record if len(record) <= LONGEST else f"{record[: LONGEST - 1]}…"
    seal = evidence.seal_of(entry)
    number = str(seal.number) if seal else _("not yet")
    return [moment(evidence, entry.at), str(entry.did), record, entry.address, entry.number, number]


def seals(evidence: Evidence) -> dict[str, Any]:
    return {
        "title": _("Seals of these lines"),
        "heads": [_("Seal"), _("Sealed"), _("Lines"), _("Hash of the seal")],
        "widths": [0.8, 2.4, 0.7, 7],
        "rows": [[str(seal.number), second(seal.at), str(len(seal.rows)), seal.hash] for seal in evidence.seals],
        "end": "",
    }
