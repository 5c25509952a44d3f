"""The shape of the program, held by walking it: who may know whom, and that nothing is done past its declaration."""

import importlib
import inspect
import pkgutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connections, models, router, transaction

import kartu
from conftest import drop_triggers
from kartu.clients.actions import opt_out
from kartu.clients.models import OptOut
from kartu.core.actors import System
from kartu.core.jobs import discover, jobs
from kartu.core.jobs.declare import JobTask, job_name
from kartu.core.registry import Registry
from kartu.notifications.models import Hop
from kartu.records.models import ExportMark
from kartu.security import audit, triggers, views_log
from kartu.security.invariants import verify
from kartu.security.models import AuditRow, Seal, ToldHead, ViewRow
from kartu.security.rows import is_guarded
from kartu.security.seals.heads import tell_head
from kartu.security.seals.sealing import seal_new
from tests.world import World

ROOT = Path(kartu.__file__).parents[1]
NOBODY = System("a test")

# Functions of actions modules that are no actions, and why they need no right.
NO_RIGHT = {
    "kartu.notifications.actions.notify": "tells people of what an action has done; called by the action",
    "kartu.notifications.actions.create_once": "a step of notify",
    "kartu.notifications.actions.send_by": "a step of notify",
    "kartu.notifications.actions.send_by_all": "a step of notify",
    "kartu.notifications.actions.language_of": "a step of notify",
    "kartu.notifications.actions.link_to": "a step of notify",
    "kartu.notifications.actions.words_of": "a step of notify",
    "kartu.notifications.actions.unique": "a step of notify",
    "kartu.notifications.actions.tell_count": "tells a person the number of his own notices",
    "kartu.notifications.actions.unseen_count": "counts a person's own notices",
    "kartu.notifications.actions.mark_seen": "touches a person's own notices only",
    "kartu.notifications.actions.mark_shown": "touches a person's own notices only",
    "kartu.notifications.actions.mark_acted": "touches a person's own notices only",
    "kartu.records.actions.attach_file": "keeps the bytes first, outside of a transaction, and then acts by an action",
    "kartu.security.actions": "declares actions, and holds none",
}


def ranks() -> dict[str, int]:
    """App -> the number of its line in the contract of imports, counted from below."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    lines = reversed(contracts[0]["layers"])
    return {app.strip(" ()"): number for number, line in enumerate(lines) for app in line.split("|")}


def upward(order: dict[str, int]) -> list[str]:
    """Every relation that does not lead down, or stay within its app."""
    return [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model
        if not leads_down(model._meta.app_label, field.related_model._meta.app_label, order)
    ]


def leads_down(here: str, there: str, order: dict[str, int]) -> bool:
    # Django's own apps lie below all of ours.
    return here == there or there not in order or order.get(here, -1) > order[there]


def test_no_reference_points_upward_or_sideways():
    assert upward(ranks()) == []


def test_control_a_reference_that_points_upward_is_seen():
    turned_over = {app: -number for app, number in ranks().items()}

    assert "clients.Client.responsible -> firm.User" in upward(turned_over)


def test_the_settings_name_the_apps_from_below():
    order = ranks()

    assert sorted(settings.KARTU_APPS, key=order.__getitem__) == settings.KARTU_APPS


def test_nothing_leads_back_from_open_rows_into_guarded_ones():
    """No reverse name exists by which a query of people or tags could ask about clients."""
    names = [
        f"{model._meta.label}.{field.name}: related_name {field.remote_field.related_name!r}"
        for model in apps.get_models()
        if is_guarded(model)
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model and not is_guarded(field.related_model)
        if not field.remote_field.hidden
    ]

    assert names == []


def action_modules() -> Iterator[ModuleType]:
    """Every module called actions, and the modules inside of one that is a package."""
    for app in settings.KARTU_APPS:
        if importlib.util.find_spec(f"kartu.{app}.actions"):
            package = importlib.import_module(f"kartu.{app}.actions")
            yield package
            for found in pkgutil.iter_modules(getattr(package, "__path__", [])):
                yield importlib.import_module(f"{package.__name__}.{found.name}")


def offered(module: ModuleType) -> list[tuple[str, Callable]]:
    """The functions that a module of actions offers to others: those of `__all__`, or else the public ones.

    The inner modules of a package with `__all__` are its own affair.
    """
    package = module.__name__.rpartition(".")[0]
    if package.endswith(".actions") and hasattr(importlib.import_module(package), "__all__"):
        return []
    if hasattr(module, "__all__"):
        return [(f"{module.__name__}.{name}", getattr(module, name)) for name in module.__all__]
    return [
        (f"{module.__name__}.{name}", value)
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
    ]


def undeclared(functions: list[tuple[str, Callable]]) -> list[str]:
    return [
        name
        for name, function in functions
        if inspect.isfunction(function)
        and not hasattr(function, "kartu_action")
        and not {name, name.rpartition(".")[0]} & NO_RIGHT.keys()
    ]


def test_every_function_of_an_actions_module_is_declared():
    functions = [function for module in action_modules() for function in offered(module)]

    assert len(functions) > 30
    assert undeclared(functions) == []


def test_every_exception_from_that_is_still_there():
    names = {name for module in action_modules() for name in [module.__name__, *dict(offered(module))]}

    assert sorted(NO_RIGHT.keys() - names) == []


def test_control_a_function_without_a_declaration_is_seen():
    def give_away(*, client: object, by: object) -> None: ...

    assert undeclared([("kartu.clients.actions.give_away", give_away)]) == ["kartu.clients.actions.give_away"]


def test_actions_take_who_acts_by_name():
    functions = [function for module in action_modules() for _name, function in offered(module)]
    actions = [function for function in functions if hasattr(function, "kartu_action")]

    assert [
        function.__qualname__
        for function in actions
        if inspect.signature(function).parameters["by"].kind is not inspect.Parameter.KEYWORD_ONLY
    ] == []


def test_every_function_of_a_jobs_module_is_a_job():
    discover()
    loose = []
    for app in settings.KARTU_APPS:
        if importlib.util.find_spec(f"kartu.{app}.jobs") and app != "core":
            module = importlib.import_module(f"kartu.{app}.jobs")
            loose += [
                f"{module.__name__}.{name}"
                for name, value in vars(module).items()
                if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
            ]

    assert loose == []
    assert all(isinstance(job, JobTask) and job.key == job_name(job.func) for job in jobs)


def test_every_registry_says_what_it_is_for():
    assert {name: registry.doc for name, registry in Registry.all.items() if len(registry.doc) < 20} == {}


@pytest.fixture
def world(owner, head, seller, stranger) -> World:
    return World(owner, head, seller, stranger)


def seal_a_line() -> int:
    audit.record("print", by=NOBODY)
    return seal_new()


# A row of every append-only table. Whoever adds such a table adds a line.
LEDGERS: dict[type[models.Model], Callable[[World], object]] = {
    AuditRow: lambda world: audit.record("print", by=NOBODY),
    ViewRow: lambda world: views_log.saw("card", by=world.seller, object_type="clients.client"),
    Hop: lambda world: world.notice,
    Seal: lambda world: seal_a_line(),
    OptOut: lambda world: opt_out(channel=world.channel, note="By phone", by=world.seller),
    ExportMark: lambda world: ExportMark.begin(world.head),
    ToldHead: lambda world: seal_a_line() and tell_head(),
}


def test_every_ledger_is_tried_here():
    assert set(triggers.append_only_models()) == set(LEDGERS)


FORGERIES = {
    "update": "UPDATE {table} SET {key} = {key}",
    "delete": "DELETE FROM {table}",
    "truncate": "TRUNCATE {table} CASCADE",
}


@pytest.mark.parametrize("verb", FORGERIES)
@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda model: model.__name__)
def test_rows_of_a_ledger_are_neither_changed_nor_deleted_not_even_by_sql(world, ledger, verb):
    alias = router.db_for_write(ledger)
    if verb == "truncate" and connections[alias].vendor == "sqlite":
        return  # SQLite knows no TRUNCATE
    LEDGERS[ledger](world)
    connections[alias].check_constraints()  # PostgreSQL refuses TRUNCATE while a check of the new rows is still due
    before = list(ledger.objects.using(alias).values())
    assert before

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(using=alias):
        forge(alias, ledger, verb)

    assert list(ledger.objects.using(alias).values()) == before


def forge(alias: str, ledger: type[models.Model], verb: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(FORGERIES[verb].format(table=ledger._meta.db_table, key=ledger._meta.pk.column))


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda model: model.__name__)
def test_control_without_its_trigger_a_ledger_could_be_forged_and_the_check_says_so(world, ledger):
    alias = router.db_for_write(ledger)
    LEDGERS[ledger](world)

    drop_triggers(alias)
    try:
        forge(alias, ledger, "update")
        named = [line for finding in verify(["I1.ledgers"]) for line in finding.broken]
    finally:
        triggers.install(alias)

    assert any(f"{ledger._meta.db_table}_no_update" in line for line in named)
    assert [line for finding in verify(["I1.ledgers"]) for line in finding.broken] == []
