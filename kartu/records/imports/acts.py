"""What a person does with an import: drops a file, decides, checks, starts, stops, takes back.

Each is one transaction: the import has moved on and its work is queued, or neither. Sent twice it is done once.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.core.outbox import publish
from kartu.records.changes import refuse_forgotten
from kartu.records.events import WorkFinished
from kartu.records.idempotency import claim
from kartu.records.imports import engine, limits
from kartu.records.imports.importers import Importer
from kartu.records.imports.layouts import ANEW, plan_of, undecided_dates
from kartu.records.imports.mapping import OVERWRITE, Choice
from kartu.records.imports.moving import importer_of
from kartu.records.imports.refusals import Refused, Why
from kartu.records.imports.rows import staged_path
from kartu.records.imports.staging import unstage
from kartu.records.imports.steps import begin_step
from kartu.records.imports.taking_back import begin_undoing
from kartu.records.imports.texts import sentence
from kartu.records.imports.values import DateOrder
from kartu.records.models import Import
from kartu.security.leaving.notice import check_allowed

State = Import.State


def drop_file(
    *, importer: Importer, file: File, name: str, by: Actor, inline: bool = False, tell: bool = False
) -> Import:
    """Keep the file and have it read in the background (`inline`: here and now); `tell` the person where it waits.

    Raises ValidationError for a file beyond the limit; whatever else is wrong with it shows when it is read.
    """
    check_right(importer, by)
    if file.size > limits.FILE_BYTES:
        raise ValidationError(sentence(Refused(Why.TOO_BIG)), code="too_big")
    source = Import(importer=importer.key, name=name[-255:], by_id=by.pk, fingerprint=_fingerprint(file))
    source.file.save("file", file, save=False)
    try:
        with transaction.atomic():
            claim()
            source.save()
            if not inline:
                engine.queue(source, "read", by=by)
            if tell:
                url = reverse("records:import", args=[source.pk])
                publish(WorkFinished(by.pk, "imports.dropped", source.name[:150], url))
    except BaseException:
        source.file.delete(save=False)
        raise
    if inline:
        engine.work(source.pk, "read", by=by)
        source.refresh_from_db()
    return source


@contextmanager
def moving(source: Import, before: list[str], after: str) -> Iterator[None]:
    """Move `source` on; what is queued within goes with it."""
    with transaction.atomic():
        claim()
        engine.leave(source, before, after)
        yield


@contextmanager
def handed_on(source: Import, before: list[str], after: str, verb: str, *, by: Actor, inline: bool) -> Iterator[None]:
    """Move `source` on and have the worker do `verb`; `inline`: do it here, when what is within has been committed."""
    with moving(source, before, after):
        yield
        if not inline:
            engine.queue(source, verb, by=by)
    if inline:
        engine.work(source.pk, verb, by=by)
    source.refresh_from_db()


def paste_cells(*, importer: Importer, text: str, by: Actor) -> Import:
    """Cells copied from a spreadsheet, as their text arrives: divided by TABs."""
    if not text.strip():
        raise ValidationError(_("Nothing was pasted"), code="empty")
    file = ContentFile(text.encode("utf-8", "replace"))
    return drop_file(importer=importer, file=file, name=_("Pasted cells"), by=by)


def check_right(importer: Importer, by: Actor) -> None:
    if not by.may(importer.right):
        raise PermissionDenied(importer.right)


def _fingerprint(file: File) -> str:
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def read_again(
    *,
    source: Import,
    by: Actor,
    wanted: dict[str, str] | None = None,
    header_row: int | None = None,
    anew: bool = False,
) -> Import:
    """Read the file another way: another sheet, encoding, delimiter, or header row (0: there is none); `anew`: without
    what was decided about a file like it."""
    with moving(source, [State.READY, State.CHECKED, State.REFUSED], State.READING):
        if wanted is not None and wanted != source.wanted:
            # Another sheet is another table: what was decided about the first one does not hold.
            unstage(staged_path(source))
            source.fixes.all().delete()
            source.wanted, header_row = wanted, None
        Import.objects.filter(pk=source.pk).update(
            wanted=source.wanted,
            header_row=header_row,
            refusal="",
            finished_at=None,
            answers={ANEW: "1"} if anew else {},
        )
        engine.queue(source, "read", by=by)
    source.refresh_from_db()
    return source


def decide(
    *,
    source: Import,
    targets: dict[int, str],
    answers: dict[str, str],
    modes: dict[int, str] | None = None,
    orders: dict[int, str] | None = None,
    wholes: dict[int, bool] | None = None,
    by: Actor,
    inline: bool = False,
) -> Import:
    """Take the person's mapping (column -> field, "" for none) and answers, and have the rows checked.

    `modes`: column -> OVERWRITE, or "" to fill what is empty; `orders`: column -> how its dates are written; `wholes`:
    column -> whether its cells stay undivided.

    Raises ValidationError while something is missing.
    """
    if not source.may_be_mapped:
        raise ValidationError(_("This has gone on meanwhile. Look again"), code="gone_on")
    choices = chosen(source, targets, modes or {}, orders or {}, wholes or {})
    wrong = wanting(source, choices, answers)
    if wrong:
        raise ValidationError(wrong)
    with handed_on(source, [State.READY, State.CHECKED], State.CHECKING, "check", by=by, inline=inline):
        Import.objects.filter(pk=source.pk).update(choices=[asdict(choice) for choice in choices], answers=answers)
    return source


def chosen(
    source: Import,
    targets: dict[int, str],
    modes: dict[int, str],
    orders: dict[int, str],
    wholes: dict[int, bool],
) -> list[Choice]:
    """The choices with what the person changed in them; a column that feeds another field loses its set."""
    known = importer_of(source).targets_for(source.by)
    choices = []
    for choice in plan_of(source).choices:
        target = targets.get(choice.at, choice.target)
        if target not in known:
            target = ""
        if target != choice.target:
            choice = Choice(choice.at, target, _own_set(choices, target, known), 1.0, choice.order)
        if orders.get(choice.at) in set(DateOrder):
            choice.order = orders[choice.at]
        overwrites = modes.get(choice.at, choice.mode) == OVERWRITE
        choice.mode = OVERWRITE if overwrites and target and known[target].may_overwrite else ""
        choice.is_whole = bool(target and known[target].divides and wholes.get(choice.at, choice.is_whole))
        choices.append(choice)
    return choices


def _own_set(choices: list[Choice], target: str, known: Any) -> str:
    """The first set in which no column feeds `target` yet."""
    if not target or not known[target].sets or known[target].many:
        return ""
    taken = {choice.set for choice in choices if choice.target == target}
    return next(name for name in ("", *map(str, range(2, len(choices) + 3))) if name not in taken)


def wanting(source: Import, choices: list[Choice], answers: dict[str, str]) -> dict[str, str]:
    """What is still missing or impossible, by where it is to be put right."""
    importer = importer_of(source)
    wrong: dict[str, str] = {}
    if missing := importer.missing(choices):
        wrong["columns"] = missing
    fed: set[str] = set()
    targets = importer.targets_for(source.by)
    for choice in choices:
        target = targets.get(choice.target)
        if target and not target.many and not target.sets and choice.target in fed:
            wrong["columns"] = _("Two columns go into “%(field)s”. Choose one of them.") % {"field": target.label}
        fed.add(choice.target)
    source.choices = [asdict(choice) for choice in choices]
    if undecided_dates(source, importer) and answers.get("dates") not in set(DateOrder):
        wrong["dates"] = _("Say how the dates are written: nothing in the file tells.")
    return wrong


def start(*, source: Import, by: Actor, inline: bool = False) -> Import:
    """Take the checked rows in. Raises Held."""
    if not source.taken_count:
        raise ValidationError(_("No row of the file brings anything new"), code="nothing_new")
    check_allowed(by.pk)  # its change set is made by the job
    with handed_on(source, [State.CHECKED], State.RUNNING, "run", by=by, inline=inline):
        pass
    return source


def take_the_rest(*, source: Import, by: Actor, inline: bool = False) -> Import:
    """Take in, as a further step of the finished import, the rows that were left out and are put right by now."""
    if not source.file:
        raise ValidationError(_("The file is no longer kept. Drop it again"), code="gone")
    with handed_on(source, [State.DONE], State.RUNNING, "run", by=by, inline=inline):
        source.refresh_from_db()
        if not begin_step(source, by).count:
            raise ValidationError(_("No row of the file brings anything new"), code="nothing_new")
    return source


def cancel(*, source: Import, by: Actor) -> Import:
    """Stop the running import, or the running further step; what it has written goes, and nobody has seen it."""
    with moving(source, [State.RUNNING], State.CANCELLING):
        engine.queue(source, "take_back", by=by)
    source.refresh_from_db()
    return source


def take_back(*, source: Import, by: Actor, inline: bool = False) -> Import:
    """Undo a finished import: its records go to the trash, but for those that somebody has built on since, and what
    it changed is as it was, where nobody has changed it since."""
    refuse_forgotten(source.created_at)
    with moving(source, [State.DONE], State.CANCELLING):
        begin_undoing(source, by)
        if not inline:
            engine.queue(source, "take_back", by=by)
    if inline:
        engine.work(source.pk, "take_back", by=by)
    source.refresh_from_db()
    return source


def bring_back(*, source: Import, by: Actor) -> Import:
    """Undo the taking back of an import."""
    refuse_forgotten(source.created_at)
    with moving(source, [State.UNDONE], State.RETURNING):
        begin_undoing(source, by)
        engine.queue(source, "bring_back", by=by)
    source.refresh_from_db()
    return source
