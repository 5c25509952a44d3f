"""The queue and the outbox under kill -9, with real workers. More kills: KARTU_KILLS=50."""

import os
import signal
import time

import pytest

from kartu.core.testing.processes import kill, saying, stop, wait_until

pytestmark = pytest.mark.processes

KILLS = int(os.environ.get("KARTU_KILLS") or 10)
SEED = int(os.environ.get("KARTU_SEED") or time.time())


def effects(place) -> list[str]:
    return sorted(row[0] for row in place.query("SELECT key FROM proof_effect"))


def is_drained(place) -> bool:
    return place.count("core_job WHERE state IN ('ready', 'running')") == 0


def wait_until_drained(place, seconds: float = 120) -> None:
    wait_until(lambda: is_drained(place), seconds=seconds, what="an empty queue")


@pytest.mark.xdist_group("kills")  # those that keep killing take turns: each keeps a core busy
def test_effects_happen_once_though_workers_are_killed(place):
    print("seed", SEED)
    jobs = 25 * KILLS
    place.do("queue", "act", jobs, 0.03)
    place.do("queue", "act_in_chunks", 2, 12 * KILLS)
    second = place.worker() if place.database_url else None

    place.kill_workers(KILLS, SEED)
    wait_until_drained(place, seconds=60 + 10 * KILLS)

    expected = [str(number) for number in range(jobs)]
    expected += [f"{key}:{number}" for key in range(2) for number in range(1, 12 * KILLS + 1)]
    assert effects(place) == sorted(expected)
    assert place.count("core_job WHERE state = 'done' AND name LIKE 'core.act%'") == jobs + 2
    assert place.count("core_job WHERE state NOT IN ('done')") == 0
    assert place.count("core_job WHERE crashes > 0") > 0, "no kill has met a running job: this proves nothing"
    if second is not None:
        assert second.poll() is None


def test_a_kill_between_effect_and_done_undoes_the_effect(place):
    place.do("queue", "act", 1)

    doomed = place.worker(KARTU_FAIL_POINTS="jobs.before_done=kill@1")
    assert doomed.wait(30) == -9
    assert effects(place) == []
    place.worker()
    wait_until_drained(place)

    assert effects(place) == ["0"]


def test_the_control_without_the_common_transaction_acts_twice(place):
    place.do("queue", "act_unguarded", 1)

    assert place.worker(KARTU_FAIL_POINTS="jobs.before_done=kill@1").wait(30) == -9
    place.worker()
    wait_until_drained(place)

    assert effects(place) == ["0", "0"]


def test_a_kill_after_the_commit_repeats_nothing(place):
    place.do("queue", "act", 1)

    assert place.worker(KARTU_FAIL_POINTS="jobs.after_done=kill@1").wait(30) == -9
    place.worker()
    wait_until_drained(place)

    assert effects(place) == ["0"]


def test_a_job_that_kills_its_process_is_set_aside_and_keeps_nobody_waiting(place):
    place.do("queue", "die", 1)
    place.do("queue", "act", 5)

    assert place.worker().wait(30) == -9
    worker = place.worker()
    wait_until(lambda: place.count("core_job WHERE state = 'done' AND name = 'core.act'") == 5, what="the others")
    for _crash in range(6):
        wait_until(
            lambda: place.count("core_job WHERE name = 'core.die' AND (run_at IS NOT NULL OR state = 'dead')"),
            what="a crash",
        )
        place.query("UPDATE core_job SET run_at = NULL WHERE name = 'core.die'")
    wait_until(lambda: place.count("core_job WHERE state = 'dead'") == 1, what="the set-aside")

    assert place.query("SELECT crashes, error FROM core_job WHERE state = 'dead'") == [
        (5, "It stopped the program 5 times")
    ]
    assert worker.poll() is None, "after the first death it killed only the child that it had for itself"


def test_a_worker_that_is_frozen_loses_its_job_and_changes_nothing_when_it_wakes(place):
    place.do("queue", "act_in_chunks", 1, 40)
    frozen = place.worker()
    wait_until(lambda: place.count("proof_effect") > 3, what="some effects")

    place.freeze(frozen)
    other = place.worker()
    wait_until_drained(place)
    frozen.send_signal(signal.SIGCONT)
    time.sleep(2)

    assert effects(place) == sorted(f"0:{number}" for number in range(1, 41))
    assert frozen.poll() is None and other.poll() is None


def test_a_worker_that_is_told_to_stop_gives_long_work_back_at_once(place):
    place.do("queue", "act_in_chunks", 1, 60)
    worker = place.worker()
    wait_until(lambda: place.count("proof_effect") > 3, what="some effects")

    assert stop(worker) == 0

    assert place.query("SELECT state, crashes, failures FROM core_job WHERE name = 'core.act_in_chunks'") == [
        ("ready", 0, 0)
    ]
    assert place.count("core_worker") == 0
    place.worker()
    wait_until_drained(place)
    assert effects(place) == sorted(f"0:{number}" for number in range(1, 61))


@pytest.mark.xdist_group("kills")
def test_events_are_delivered_once_though_workers_are_killed(place):
    print("seed", SEED)
    events = 60 * KILLS
    place.do("happen", 1, events // 2)
    chaos = "outbox.before_place=kill%0.05,outbox.before_commit=kill%0.05,outbox.after_commit=kill%0.05"

    publisher = place.start(*saying("happen", events // 2 + 1, events // 2))
    place.kill_workers(KILLS, SEED, KARTU_FAIL_POINTS=chaos)
    for process in place.processes:
        if process is not publisher and process.poll() is None:
            kill(process)
    assert publisher.wait(120) == 0
    place.worker()

    everything = sorted(f"{handler}:{number}" for handler in ("once", "bulk") for number in range(1, events + 1))
    wait_until(lambda: place.count("proof_effect") >= len(everything), seconds=120, what="all deliveries")
    wait_until_drained(place)
    assert effects(place) == everything


def test_an_event_that_kills_its_handler_is_set_aside_and_the_rest_delivered(place):
    place.do("happen", -9, 1)
    place.do("happen", 1, 20)

    assert place.worker().wait(30) == -9
    worker = place.worker()
    for _crash in range(6):
        wait_until(
            lambda: (
                place.count("core_job WHERE name = 'core.deliver_events' AND state = 'ready' AND run_at IS NOT NULL")
                or place.count("core_faileddelivery WHERE state = 'dead'")
            ),
            what="a crash",
        )
        place.query("UPDATE core_job SET run_at = NULL WHERE name = 'core.deliver_events'")
    wait_until(lambda: place.count("core_faileddelivery WHERE state = 'dead'") == 1, what="the set-aside")
    wait_until_drained(place)

    assert [key for key in effects(place) if key.startswith("once")] == sorted(
        f"once:{number}" for number in range(1, 21)
    )
    assert place.query("SELECT handler, error FROM core_faileddelivery") == [
        ("proof.once", "It stopped the program each time")
    ]
    assert worker.poll() is None


def race(place, reader: str) -> list[int]:
    """Four publishers whose transactions overtake one another, and one reader of the outbox; what it saw."""
    publishers = [place.start(*saying("happen_slowly", first, 25)) for first in (100, 200, 300, 400)]
    seen = [int(number) for number in place.do(reader, 100).split()]
    assert [publisher.wait(60) for publisher in publishers] == [0, 0, 0, 0]
    return seen


EVERYTHING = [first + number for first in (100, 200, 300, 400) for number in range(25)]


def test_a_reader_of_growing_ids_misses_no_event_that_commits_late(place):
    assert race(place, "follow") == EVERYTHING


def test_the_control_without_a_horizon_misses_events_where_writers_overtake_one_another(place):
    seen = race(place, "follow_blindly")

    if place.database_url:
        assert set(seen) < set(EVERYTHING)
    else:
        assert seen == EVERYTHING, "SQLite has one writer at a time; nothing is overtaken"


def test_two_clocks_queue_each_slot_once(place):
    clocks = [place.start(*saying("clock_ticks")) for _clock in range(2)]
    slots = "core_job WHERE name = 'core.every_five'"
    wait_until(lambda: place.count("core_schedule WHERE name = 'proof.every_five'"), what="a clock")

    for minute in range(1, 61):
        place.query("UPDATE proof_clock SET minute = ?", minute)
        wait_until(lambda due=minute // 5: place.count(slots) >= due, what="a slot")
        time.sleep(0.05)

    place.query("UPDATE proof_clock SET minute = -1")
    assert [clock.wait(20) for clock in clocks] == [0, 0]
    keys = [row[0] for row in place.query("SELECT dedupe FROM core_job WHERE name = 'core.every_five' ORDER BY id")]
    assert keys == [
        f"proof.every_five@2026-11-23T{minute // 60:02}:{minute % 60:02}:00+00:00" for minute in range(5, 61, 5)
    ]


def test_a_worker_outlives_a_database_that_goes_away_for_a_while(place):
    place.do("queue", "act_in_chunks", 1, 80)
    worker = place.worker()
    wait_until(lambda: place.count("proof_effect") > 3, what="some effects")

    if place.database_url:
        place.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    else:
        place.hold_the_database(4)
    place.do("queue", "act", 3)
    place.query("UPDATE core_job SET run_at = NULL WHERE state = 'ready'")
    wait_until_drained(place)

    assert worker.poll() is None
    assert effects(place) == sorted([f"0:{number}" for number in range(1, 81)] + ["0", "1", "2"])
