"""Processes that the program keeps running."""

import sys

from kartu.project import children
from kartu.project.children import Child


def test_a_process_that_falls_again_and_again_is_started_within_seconds_each_time(monkeypatch, capfd):
    now = 1000.0
    monkeypatch.setattr(children.time, "monotonic", lambda: now)
    child = Child("The web server", "none")
    child.command = [sys.executable, "-c", "raise SystemExit(3)"]
    child.tend()

    pauses = []
    for _fall in range(7):
        process = child.process
        process.stdin.close()
        process.wait()
        child.tend()
        pauses.append(child.start_at - now)
        now = child.start_at
        child.tend()

    child.process.stdin.close()
    child.process.wait()
    assert pauses == [1, 2, 4, 4, 4, 4, 4]
    assert "The web server stopped (code 3); it starts again in 4 s." in capfd.readouterr().err
