"""Late rows and racing sealers: every row under exactly one seal, on both databases, and no false alarm."""

import json

import pytest

from kartu.core.testing.processes import Place, loaded, wait_until
from kartu.security.seals import ids

PROOF = "kartu.security.tests.sealing_proof"
WRITERS = 3


def saying(words: str) -> list[str]:
    return loaded(PROOF, words)


@pytest.mark.processes
def test_sealers_that_race_seal_each_row_of_overtaking_writers_once(place: Place) -> None:
    writers = [place.start(*saying(f"write({seed}, 60)"), log="writer") for seed in range(WRITERS)]
    sealers = [place.start(*saying("seal(600)"), log="sealer") for _ in range(2)]
    for writer in writers:
        assert writer.wait(120) == 0, place.log("writer")
    checks = place.start(*saying("verified()"), log="during")
    assert checks.wait(60) == 0
    wait_until(lambda: sealed(place) == written(place), what="that all is sealed")
    assert [sealer.poll() for sealer in sealers] == [None, None], place.log("sealer")

    place.run(*saying("verified()"))

    broken, rows, waiting = json.loads(place.log("run").splitlines()[-1])
    assert (broken, rows, waiting) == ([], written(place), 0)
    assert json.loads(place.log("during").splitlines()[-1])[0] == []
    acts = [ids.read(members) for (members,) in place.query("SELECT members FROM security_seal WHERE store = 'acts'")]
    every = [each for ranges in acts for each in ids.each_of(ranges)]
    assert len(every) == len(set(every)) == place.count("security_auditrow")


def sealed(place: Place) -> int:
    return place.query("SELECT COALESCE(sum(count), 0) FROM security_seal")[0][0]


def written(place: Place) -> int:
    return place.count("security_auditrow") + WRITERS * 60
