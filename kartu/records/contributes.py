"""What this app adds to the lists of the apps below it. Read this file first."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.core.api import resources
from kartu.core.menu import MenuItem, menu
from kartu.firm.links import PersonAct, PersonMark, RecordLink, person_acts, person_marks, record_links
from kartu.firm.models import Branch, LegalEntity, Team, User
from kartu.firm.required import Stake, stakes
from kartu.firm.rights import SETTINGS
from kartu.firm.signals import let_in, shown_out, told
from kartu.firm.tabs import IN_CLIENTS, IN_SAFETY, IN_SERVER, SettingsTab, settings_tabs
from kartu.records import api, invariants
from kartu.records.actions import restore_file
from kartu.records.changes import hidden_ids, undone
from kartu.records.custom import held_files, references, working
from kartu.records.custom.actions import restore as restore_definition
from kartu.records.custom.entities import entities
from kartu.records.idempotency import claim
from kartu.records.imports.importers import allowed
from kartu.records.jobs import work_out_formulas
from kartu.records.leaving import acts as leaving
from kartu.records.leaving import owned as _owned  # noqa: F401 - adds itself
from kartu.records.leaving import ways as _ways  # noqa: F401 - adds itself
from kartu.records.leaving.handing import look_again
from kartu.records.log_out import list_again
from kartu.records.models import Field, File, Import, Section
from kartu.records.rights import APPROVE_EXPORTS, FILES_ATTACH, SHAPE, UNDO
from kartu.records.standing import forget
from kartu.records.trash import Trashed, trash
from kartu.records.uses import Use, Used, used
from kartu.security import audit
from kartu.security.alerts.papers import AlertPaper, alert_papers
from kartu.security.invariants import Invariant
from kartu.security.invariants import invariants as held
from kartu.security.logbook.places import LogPlace, LogWayOut, log_places, log_ways_out
from kartu.security.rights import EXPORT_LOG, SERVER
from kartu.security.rows import GuardedQuerySet, hidden_batches

log_places.add(LogPlace("lists", list_again))
alert_papers.add(
    AlertPaper(
        "incident",
        _("Incident paper"),
        EXPORT_LOG,
        lambda alert: reverse("records:incident", args=[alert.pk]),
        order=10,
    )
)
log_ways_out.add(LogWayOut("csv", _("To a file"), EXPORT_LOG, "records:log_file"))

for resource in api.RESOURCES:
    resources.add(resource)

hidden_batches.append(hidden_ids)

audit.written.connect(claim, dispatch_uid="records.idempotency")
told.connect(claim, dispatch_uid="records.idempotency")

shown_out.connect(leaving.note_shown_out, dispatch_uid="records.leaving")
let_in.connect(leaving.note_let_in, dispatch_uid="records.leaving")

settings_tabs.add(
    SettingsTab("everything", _("Take everything along"), "records:everything", group=IN_SERVER, order=25, right=SERVER)
)
settings_tabs.add(SettingsTab("changes", _("Changes"), "records:changes", group=IN_SAFETY, order=40, right=UNDO))
settings_tabs.add(
    SettingsTab(
        "exports", _("Large exports"), "records:export_requests", group=IN_SAFETY, order=20, right=APPROVE_EXPORTS
    )
)
settings_tabs.add(SettingsTab("trash", _("Trash"), "records:trash", group=IN_SAFETY, order=50))


settings_tabs.add(
    SettingsTab("sections", _("Sections and fields"), "records:sections", group=IN_CLIENTS, order=30, right=SHAPE)
)


def firm_row(model: type[models.Model], right: str = "") -> Callable[[int, Actor], models.Model | None]:
    """Finds a record of the firm: colleagues know each other, all else asks for `right`."""
    return lambda pk, by: model.objects.filter(pk=pk).first() if not right or by.may(right) else None


def members(row: Team | Branch) -> list[Use]:
    people = User.objects.filter(is_active=True)
    count = people.filter(**{"team" if isinstance(row, Team) else "branch": row}).count()
    teams = Team.objects.filter(branch=row, is_active=True).count() if isinstance(row, Branch) else 0
    return [Use(_("people"), count, url=reverse("firm:people")), Use(_("teams"), teams, url=reverse("firm:teams"))]


def headed(person: User) -> list[Use]:
    return [Use(_("teams that this person heads"), Team.objects.filter(head=person).count(), url=reverse("firm:teams"))]


def used_in(row: models.Model) -> str:
    return reverse("records:used_in", args=[row._meta.label_lower, row.pk])


used.add(Used("firm.user", firm_row(User), lambda row: reverse("firm:person", args=[row.pk]), headed, order=10))
used.add(Used("firm.team", firm_row(Team), lambda row: reverse("firm:teams"), members, order=20))
used.add(Used("firm.branch", firm_row(Branch), lambda row: reverse("firm:branches"), members, order=30))
used.add(Used("firm.legalentity", firm_row(LegalEntity, SETTINGS), lambda row: reverse("firm:entities"), order=40))
record_links.add(RecordLink("used_in", _("Used in"), "link", used_in, order=10))


person_acts.add(
    PersonAct(
        "let_go",
        _("Let go"),
        "user-minus",
        lambda person: reverse("records:leaving", args=[person.pk]),
        lambda person: person.is_active,
        order=10,
    )
)
person_acts.add(
    PersonAct(
        "hand_over",
        _("Hand over"),
        "user-share",
        lambda person: reverse("records:leaving", args=[person.pk]),
        lambda person: not person.is_active,
        order=20,
    )
)
person_acts.add(
    PersonAct(
        "doings",
        _("Take back what was done"),
        "arrow-back-up",
        lambda person: reverse("records:doings", args=[person.pk]),
        order=30,
    )
)
person_marks.add(PersonMark("departure", "hourglass", leaving.marks, order=10))


def files_in_the_trash(actor: Actor) -> GuardedQuerySet:
    return File.objects.visible_to(actor, FILES_ATTACH, trashed=True)


trash.add(
    Trashed(
        key="records.file",
        label=_("Files"),
        icon="file",
        rows=files_in_the_trash,
        restore=lambda file, by: restore_file(file=file, by=by),
        order=90,
    )
)

for order, (model, label) in enumerate(((Section, _("Sections of cards")), (Field, _("Fields of cards"))), 92):
    trash.add(
        Trashed(
            key=model._meta.label_lower,
            label=label,
            icon="forms",
            rows=lambda actor, model=model: model.objects.visible_to(actor, trashed=True),
            restore=lambda row, by: restore_definition(definition=row, by=by),
            order=order,
        )
    )

menu.add(
    MenuItem(
        "imports",
        _("Imports"),
        "records:imports",
        "upload",
        order=90,
        at_end=True,
        shown_to=lambda person: bool(allowed(person)),
    )
)

for invariant in (
    Invariant("I6.hidden", "Only an import at work hides rows from people", invariants.nothing_stays_hidden, 68),
    Invariant("I6.undoings", "What undoes changes came after them", invariants.undoings_hold, 69),
    Invariant("I8.imports", "Imports go on to their end", invariants.imports_go_on, 84),
    Invariant("I10.files", "Every file has its bytes, unchanged", invariants.files_are_whole, 100),
    Invariant("I10.originals", "Files of imports and exports are there", invariants.originals_are_there, 101),
    Invariant(
        "leaving.owned",
        "Nothing belongs to somebody without access but what waits on the list",
        invariants.nothing_is_orphaned,
        95,
    ),
    Invariant("own.references", "What fields of the firm's own point at is there", references.astray, 125),
    Invariant("own.files", "What fields of the firm's own hold as files is theirs", held_files.misplaced, 126),
):
    held.add(invariant)


@receiver(audit.written, dispatch_uid="records.formulas")
def catch_up_with_formulas(*, roots: set[tuple[str, int]], **signal: Any) -> None:
    """A formula was added or changed, in whichever way: its values follow in the background."""
    if not {label for label, _pk in roots} & {Field._meta.label_lower}:
        return
    forget()
    for entity in entities:
        if working.pending(entity.key):
            work_out_formulas.later(by=audit.acting().actor, entity=entity.key)


@receiver(undone, dispatch_uid="records.leaving")
def look_who_owns_again(**signal: Any) -> None:
    """An undo may give back what belonged to somebody who has gone meanwhile."""
    look_again()


stakes.add(Stake("imports", lambda: Import.objects.filter(state=Import.State.DONE).exists()))
