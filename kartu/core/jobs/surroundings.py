"""What every job of the background runs within, whoever it acts for: the language of the firm, say."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

from kartu.core.registry import Registry


@dataclass(frozen=True)
class Surrounding:
    """`enter` gives a context manager; it is asked anew before each run of jobs."""

    key: str
    enter: Callable[[], AbstractContextManager]


surroundings: Registry[Surrounding] = Registry(
    "core.jobs.surroundings", "What jobs of the background run within: a Surrounding."
)


@contextmanager
def surrounded() -> Iterator[None]:
    with ExitStack() as stack:
        for each in surroundings:
            stack.enter_context(each.enter())
        yield
