"""What the firm tells the log, which lies above it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from PIL import Image

from kartu.core.access import denied
from kartu.firm.signals import told


@dataclass(frozen=True)
class Told:
    verb: str
    row: Any
    by: Any
    values: dict


@pytest.fixture
def telling() -> Iterator[list[Told]]:
    """All that has been told since the test began, in its order."""
    heard: list[Told] = []

    def hear(verb: str, row: Any, by: Any, values: dict, **kwargs: object) -> None:
        heard.append(Told(verb, row, by, values))

    def hear_refusal(right: str, target: str, by: Any, **kwargs: object) -> None:
        heard.append(Told("denied", None, by, {"right": right, "target": target}))

    told.connect(hear)
    denied.connect(hear_refusal)
    yield heard
    told.disconnect(hear)
    denied.disconnect(hear_refusal)


@pytest.fixture
def at_once() -> Callable[..., list]:
    """Run the functions in threads that begin together; returns what each returned or raised."""

    def run(*functions: Callable[[], Any]) -> list:
        ready = Barrier(len(functions))

        def in_thread(function: Callable[[], Any]) -> Any:
            ready.wait()
            try:
                return function()
            except Exception as error:
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(len(functions)) as threads:
            return list(threads.map(in_thread, functions))

    return run


def picture(width: int = 60, height: int = 40, kind: str = "PNG") -> ContentFile:
    file = ContentFile(b"", f"a.{kind.lower()}")
    Image.new("RGB", (width, height), "#3a45b4").save(file, kind)
    file.seek(0)
    return file
