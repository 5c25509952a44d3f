"""What the program says of itself is complete; each of the checks turns red when one thing says nothing."""

import types

import pytest
from django.test import override_settings
from django.urls import get_resolver, path

from kartu.core.jobs import jobs
from kartu.core.registry import Registry
from kartu.security.invariants import declarations

CHECKS = (
    declarations.views_are_declared,
    declarations.jobs_are_declared,
    declarations.passages_say_why,
    declarations.registries_are_explained,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_everything_is_declared(check):
    assert list(check()) == []


def test_control_a_view_that_says_nothing_is_named():
    def silent(request):
        raise NotImplementedError

    urls = types.ModuleType("silent_urls")
    urls.urlpatterns = [*get_resolver().url_patterns, path("silent/", silent)]

    with override_settings(ROOT_URLCONF=urls):
        told = list(declarations.views_are_declared())

    assert len(told) == 1 and "silent/" in told[0]


def test_control_a_job_whose_right_nobody_declares_is_named(monkeypatch):
    task = types.SimpleNamespace(key="a test", right="nobody.declares", order=0)
    monkeypatch.setitem(jobs._items, "a test", task)

    assert list(declarations.jobs_are_declared()) == [
        "the job a test needs the right nobody.declares, which is declared nowhere"
    ]


def test_control_a_registry_without_words_is_named(monkeypatch):
    monkeypatch.setitem(Registry.all, "a test", types.SimpleNamespace(doc=" "))

    assert list(declarations.registries_are_explained()) == ["the registry a test does not say what it is for"]
