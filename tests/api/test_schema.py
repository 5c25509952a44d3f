"""The interface against its own schema, by schemathesis with a fixed seed: nothing fails, nothing undocumented."""

import json
from functools import partial

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client as Browser
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.errors import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kartu.core.api import build
from tests.api.calls import Calls
from tests.world import World

SEED = 20261128
EXAMPLES = 5
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


@pytest.fixture
def world(owner, head, seller, stranger, settings, tmp_path, request) -> World:
    settings.MEDIA_ROOT = tmp_path
    settings.ALLOWED_HOSTS = ["*"]
    settings.CALLS_PER_MINUTE = 10**6
    # As Django's own test client does: the test's transaction is on this connection.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
        request.addfinalizer(partial(signal.connect, close_old_connections))
    world = World(owner, head, seller, stranger)
    # Something for every number to lead to.
    for name in (*PARTS.values(), "file", "segment"):
        getattr(world, name)
    return world


def test_it_is_a_document_that_everybody_may_read():
    response = Browser().get("/api/v1/openapi.json")

    assert response.status_code == 200
    assert response.json()["openapi"] == "3.1.0"
    assert response.json() == json.loads(json.dumps(build.schema()))


def test_every_operation_has_a_name_of_its_own_and_says_who_may():
    operations = [each for by_method in build.schema()["paths"].values() for each in by_method.values()]
    names = [operation["operationId"] for operation in operations]

    assert len(names) > 70
    assert sorted(names) == sorted(set(names))
    assert [each["operationId"] for each in operations if not {401, 403} <= each["responses"].keys()] == []


def test_nothing_fails_and_nothing_undocumented_is_answered(world):
    calls = Calls(world.owner)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    problems, tried = [], 0

    for result in schema.get_all_operations():
        operation = result.ok()
        for case in cases_of(operation):
            lead_somewhere(case, world)
            tried += 1
            problems += answer_of(case, calls)

    assert problems == []
    assert tried > 200


def cases_of(operation):
    found = []
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

        @hypothesis.seed(SEED)
        @hypothesis.settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def gather(case):
            found.append(case)

        gather()
    return found


PARTS = {
    "contacts": "contact",
    "channels": "channel",
    "addresses": "address",
    "entities": "legal_person",
    "accounts": "account",
    "relations": "relation",
    "touches": "touch",
    "items": "task_item",
    "after": "task_after",
    "tasks": "task",
    "rows": "own_row",
}
WHOLE = {"files": "file", "segments": "segment", "tasks": "task"}


def lead_somewhere(case, world: World) -> None:
    """Every other case is about rows that are there: any number that comes to mind would be none."""
    numbers = case.path_parameters or {}
    if "pk" not in numbers or case.method == "DELETE" or len(str(case.body)) % 2:
        return
    part = next((name for noun, name in PARTS.items() if f"/{noun}/" in case.path), None)
    whole = next((name for noun, name in WHOLE.items() if case.path.startswith(f"/api/v1/{noun}/{{pk}}")), "client")
    numbers["pk"] = getattr(world, whole).pk
    if "part" in numbers and part:
        numbers["part"] = getattr(world, part).pk
    if "model" in numbers:
        numbers["model"] = "clients.client"


def answer_of(case, calls: Calls) -> list[str]:
    response = case.call(headers={**calls.headers, "Accept-Encoding": "identity"})
    try:
        case.validate_response(response, checks=CHECKS)
    except FailureGroup as wrong:
        told = [f"{each.title}: {each.message}" for each in wrong.exceptions]
        return [f"{told} {case.method} {case.path} {case.path_parameters} {case.query} {case.body}"]
    return []
