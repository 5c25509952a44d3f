import threading

import pytest

from kartu.project import up


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were opened in a browser."""
    addresses: list[str] = []
    monkeypatch.setattr(up.webbrowser, "open", addresses.append)
    monkeypatch.setattr(up, "answers", lambda: True)
    monkeypatch.setattr(up.sys, "platform", "linux")
    return addresses


def test_the_browser_opens_where_there_is_a_screen(opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")

    up.greet("/setup/token/", True, threading.Event())

    assert opened == [f"{up.place.ADDRESS}/setup/token/"]


def test_a_server_without_a_screen_only_prints_the_address(
    opened: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    up.greet("/", True, threading.Event())

    assert opened == []
    assert capsys.readouterr().out.startswith(f"Kartu is running: {up.place.ADDRESS}/\n")


def test_no_browser_means_no_browser(opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")

    up.greet("/", False, threading.Event())

    assert opened == []


def test_nothing_is_said_of_a_program_that_is_stopped_before_it_answers(
    opened: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(up, "answers", lambda: False)
    stopping = threading.Event()
    stopping.set()

    up.greet("/", True, stopping)

    assert opened == [] and capsys.readouterr().out == ""
