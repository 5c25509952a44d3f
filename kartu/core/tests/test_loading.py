"""How a process loads the program."""

import subprocess
import sys

import pytest
from django.conf import settings

from kartu.core.testing.processes import loaded

SAYS = "print(gc.isenabled(), gc.get_freeze_count() > 100_000, gc.get_count()[2])"


@pytest.mark.no_database
def test_what_is_loaded_is_not_walked_through_again_and_the_collector_works_afterwards() -> None:
    words = [sys.executable, *loaded("gc", f"import gc; {SAYS}")]

    said = subprocess.run(words, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True).stdout

    assert said.split() == ["True", "True", "0"]
