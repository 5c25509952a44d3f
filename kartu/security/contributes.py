"""What this app adds to the lists of the apps below it, and what it hears from them. Read this file first."""

from typing import Any

from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kartu.core.access import denied
from kartu.core.actors import Actor
from kartu.core.api.errors import Refusal, refusals
from kartu.core.jobs import invariants as work
from kartu.core.shell import ShellNotice, shell_notices
from kartu.firm import invariants as of_the_firm
from kartu.firm.facts import PersonFact, person_facts
from kartu.firm.fetched import Fetched, fetched
from kartu.firm.links import PersonAct, PersonMark, person_acts, person_marks
from kartu.firm.models import User
from kartu.firm.rights import ROLES, SIMULATE
from kartu.firm.signals import shown_out, told
from kartu.firm.tabs import IN_PEOPLE, IN_SAFETY, IN_SERVER, SettingsTab, settings_tabs
from kartu.security import audit, notices, origin
from kartu.security.health import HealthLine, health_lines, keeping, machine
from kartu.security.health import work as background
from kartu.security.invariants import Invariant, databases, declarations, invariants, ledger, links, seals
from kartu.security.leaving import notice, revoked, ways  # noqa: F401 - the ways add themselves
from kartu.security.logbook.asked import Reach
from kartu.security.models.audit import Verb
from kartu.security.rights import ALERTS, BACKUPS, MAKE_TOKENS, READ_LOG, SERVER, VERIFY_LOG
from kartu.security.views.held import answer_program


def what_he_sees(person: User, by: Actor) -> str | None:
    return str(_("what this person sees")) if by.may(SIMULATE) else None


def seen_as(person: User) -> str:
    return reverse("security:seen_as", args=[person.pk])


def what_he_did(person: User, by: Actor) -> str | None:
    return str(_("what this person did, hour by hour")) if by.may(READ_LOG) and Reach.of(by).holds(person.pk) else None


def story_of(person: User) -> str:
    return reverse("security:story", args=[person.pk])


person_facts.add(PersonFact("story", _("The log"), what_he_did, order=80, url=story_of))
person_acts.add(
    PersonAct(
        "notice",
        _("Is leaving"),
        "hourglass",
        lambda person: reverse("security:notice", args=[person.pk]),
        lambda person: person.is_active,
        order=5,
    )
)
person_marks.add(PersonMark("notice", "hourglass", notice.marks, order=5))
refusals.add(Refusal(notice.Held, answer_program))
shown_out.connect(notice.end_with_access, dispatch_uid="security.notice")

person_facts.add(PersonFact("sees", _("Rights"), what_he_sees, order=90, url=seen_as))

settings_tabs.add(SettingsTab("rights", _("Rights"), "security:rights", group=IN_PEOPLE, order=30))
settings_tabs.add(
    SettingsTab("limits", _("Hours and addresses"), "security:limits", group=IN_PEOPLE, order=35, right=ROLES)
)
fetched.add(Fetched("backed_up_at", notices.backed_up_at))
fetched.add(Fetched("backups_are_off", notices.backups_are_off))
fetched.add(Fetched("restored_from", notices.restored_from))
fetched.add(Fetched("restored_at", notices.restored_at))
fetched.add(Fetched("clock_until", notices.clock_until))
fetched.add(Fetched("keeper_name", notices.keeper_name))
shell_notices.add(ShellNotice("worker", notices.nothing_works, order=5))
shell_notices.add(ShellNotice("restored", notices.restored, order=10))
shell_notices.add(ShellNotice("backup", notices.backup_is_old, order=20))

settings_tabs.add(SettingsTab("health", _("Health"), "security:health", group=IN_SERVER, order=10, right=SERVER))
settings_tabs.add(SettingsTab("backups", _("Backups"), "security:backups", group=IN_SERVER, order=20, right=BACKUPS))
settings_tabs.add(
    SettingsTab("tokens", _("Access tokens"), "security:tokens", group=IN_PEOPLE, order=40, right=MAKE_TOKENS)
)
settings_tabs.add(
    SettingsTab("log_lines", _("The log"), "security:log_lines", group=IN_SAFETY, order=30, right=READ_LOG)
)
settings_tabs.add(
    SettingsTab("log", _("Seals of the log"), "security:log", group=IN_SAFETY, order=35, right=VERIFY_LOG)
)
settings_tabs.add(SettingsTab("alerts", _("Alerts"), "security:alerts", group=IN_SAFETY, order=10, right=ALERTS))

for invariant in (
    Invariant("I1.whole", "The database files are whole", databases.whole, 10),
    Invariant("I1.migrated", "The databases are up to date with the program", databases.migrated, 11),
    Invariant("I1.references", "Every reference leads to a row that is there", databases.references, 12),
    Invariant("I1.ledgers", "Rows of the ledgers can be neither changed nor deleted", databases.ledgers_are_closed, 13),
    Invariant("I1.settings", "The databases keep what was saved", databases.set_for_safety, 14),
    Invariant("I1.links", "Whatever is about a row is about one that is there", links.about_links, 15),
    Invariant("I6.made", "Every business row has its line of being made", ledger.made_in_the_log, 60),
    Invariant("I6.once", "No row was made twice", ledger.made_once, 61),
    Invariant("I6.counted", "Every change of a row has its line", ledger.counted_in_the_log, 62),
    Invariant("I6.values", "Every row is what its lines tell", ledger.rows_are_what_the_log_tells, 63),
    Invariant("I6.rows", "Every line of the log leads to its row", ledger.lead_somewhere, 64),
    Invariant("I6.payloads", "Every line tells what it told when it was written", ledger.payloads_fit, 65),
    Invariant("I6.seals", "The seals of the log are one chain, and the newest fit what they seal", seals.hold, 67),
    Invariant("I6.sets", "Every change set that the log names is there", links.change_sets, 66),
    Invariant("I8.held", "No work is in the hands of a dead worker", work.jobs_are_held, 80, looks_twice=True),
    Invariant("I8.known", "Everything that waits can be done by this version", work.jobs_are_known, 81),
    Invariant("I8.places", "Every part that wants to hear of events has its place", work.handlers_have_places, 82),
    Invariant("I8.delivered", "What has happened is passed on", work.events_are_delivered, 83, looks_twice=True),
    Invariant("access.views", "Every page says who may open it", declarations.views_are_declared, 90),
    Invariant("access.jobs", "Every job says for whom it works", declarations.jobs_are_declared, 91),
    Invariant("access.passages", "Whatever reads past the rights says why", declarations.passages_say_why, 92),
    Invariant("leaving.revoked", "Nothing acts for anybody whose access is closed", revoked.still_acting, 94),
    Invariant("firm.deputies", "Deputies go with absences", of_the_firm.deputies_go_with_absences, 100),
    Invariant("firm.absences", "Nobody is away twice at once", of_the_firm.nobody_is_away_twice, 101),
    Invariant("derived.columns", "Computed columns are what they are computed from", ledger.columns_are_derived, 120),
    Invariant("registries", "Every registry says what it is for", declarations.registries_are_explained, 93),
):
    invariants.add(invariant)


for line in (
    HealthLine("version", _("Version"), machine.version, 10),
    HealthLine("database", _("Database"), machine.database, 20),
    HealthLine("schema", _("Tables"), machine.schema, 30),
    HealthLine("disk", _("Room on the disk"), machine.disk, 40),
    HealthLine("wal", _("Not yet put in its place"), machine.write_ahead_log, 50),
    HealthLine("backup", _("Last backup"), keeping.backup, 60, "security:backups"),
    HealthLine("proof", _("Last backup tried out"), keeping.proof, 70, "security:backups"),
    HealthLine("second", _("Copy in the second place"), keeping.second_place, 80, "security:backups"),
    HealthLine("worker", _("Work in the background"), background.worker, 90, "core:jobs"),
    HealthLine("queue", _("Waiting work"), background.queue, 100, "core:jobs"),
    HealthLine("failed", _("Failed work"), background.failed, 110, "core:jobs"),
    HealthLine("clock", _("The clock of the computer"), machine.clock, 130),
    HealthLine("seals", _("Last seal of the log"), keeping.seals, 140, "security:log"),
    HealthLine("certificate", _("Certificate for the network"), machine.certificate, 150),
    HealthLine("data", _("Check of the data"), keeping.data, 160),
):
    health_lines.add(line)


@receiver(told)
def write_down(verb: str, row: Any, by: Actor, values: dict, request: HttpRequest | None, **kwargs: object) -> None:
    """An act on the firm, in its own transaction. After signing in, the session is another one than it began with."""
    with origin.coming_from(origin.renewed(request) if request else origin.current()):
        audit.record(Verb(verb), row, by=by, values=values)


@receiver(denied)
def write_refusal(by: Actor, right: str, target: str, **kwargs: object) -> None:
    audit.record(Verb.DENIED, by=by, values={"right": right, "target": target})


@receiver(shown_out, dispatch_uid="security.leaving")
def end_what_acts_for(person: User, by: Actor, **kwargs: object) -> None:
    revoked.end_all(person=person, by=by)
