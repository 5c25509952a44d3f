"""The seal around a backup: nothing of the inside is seen from outside, and no byte of it is taken on trust."""

import io
import random
from contextlib import closing
from pathlib import Path

import pytest

from kartu.security.backup import keys
from kartu.security.backup.archive import Reader, Writer
from kartu.security.backup.errors import Unusable
from kartu.security.backup.keys import RecoveryKey
from kartu.security.backup.sealed import CHUNK, HEAD, TAG, KeyNeeded, OpenedFile, SealingFile, is_sealed

pytestmark = pytest.mark.no_database

KEY = RecoveryKey(bytes(range(20)))
OTHER = RecoveryKey(bytes(range(1, 21)))
TOKEN = b"seeded-token-7F3C-PT-Sinar-Abadi"
# More than several chunks, and nothing that zip could make smaller; names stand open in a zip file.
CONTENT = {
    "databases/default.sqlite3": TOKEN + random.Random(1).randbytes(4 * CHUNK) + TOKEN,
    f"files/ab/{TOKEN.decode()}.txt": TOKEN,
}


def written(path: Path, key: RecoveryKey | None) -> Path:
    writer = Writer(path, key)
    for name, content in CONTENT.items():
        writer.add(name, io.BytesIO(content))
    writer.finish("2026-11-29T02:00:00+00:00", "sqlite", ["clients.0001_initial"], {"clients_client": [400, "ab"]})
    return path


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return written(tmp_path / "backup.kartu", KEY)


def unpacked(path: Path, folder: Path, key: RecoveryKey = KEY) -> dict[str, bytes]:
    with closing(Reader(path, [OTHER, key])) as reader:
        reader.extract(folder)
        return {member.name: (folder / member.name).read_bytes() for member in reader.manifest.members}


def test_what_was_sealed_comes_back_with_what_it_says_of_its_tables(backup, tmp_path):
    assert unpacked(backup, tmp_path / "out") == CONTENT
    with closing(Reader(backup, [KEY])) as reader:
        assert reader.manifest.tables == {"clients_client": [400, "ab"]}
    assert is_sealed(backup)
    assert backup.stat().st_mode & 0o077 == 0


def test_nothing_of_the_inside_is_in_the_bytes_of_the_file(backup, tmp_path):
    plain = written(tmp_path / "plain.zip", None).read_bytes()
    sealed = backup.read_bytes()

    assert TOKEN in plain and b"manifest.json" in plain  # had it not been sealed
    for secret in (TOKEN, b"manifest.json", b"databases/", b"PK\x03\x04", KEY.secret, KEY.text.encode()):
        assert secret not in sealed


def test_the_same_content_under_the_same_key_is_never_the_same_file(backup, tmp_path):
    again = written(tmp_path / "again.kartu", KEY).read_bytes()

    assert again[HEAD : HEAD + 64] != backup.read_bytes()[HEAD : HEAD + 64]


def test_every_flipped_bit_is_refused(backup, tmp_path):
    whole = backup.read_bytes()
    chance = random.Random(20261129)
    places = [*range(HEAD), len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(100))]
    for place in places:
        broken = bytearray(whole)
        broken[place] ^= 1 << chance.randrange(8)
        backup.write_bytes(bytes(broken))

        with pytest.raises(Unusable):
            Reader(backup, [KEY])


CUTS = [0, 1, HEAD - 1, HEAD, HEAD + TAG, HEAD + CHUNK + TAG, HEAD + 3 * (CHUNK + TAG), -1, -TAG, -TAG - 1]


@pytest.mark.parametrize("cut", CUTS)
def test_a_file_cut_short_is_refused_also_between_two_chunks(backup, cut):
    backup.write_bytes(backup.read_bytes()[:cut])

    with pytest.raises(Unusable):
        Reader(backup, [KEY])


def test_a_file_with_something_behind_it_is_refused(backup):
    backup.write_bytes(backup.read_bytes() + b"x")

    with pytest.raises(Unusable):
        Reader(backup, [KEY])


def test_chunks_that_changed_places_or_came_from_another_backup_are_refused(backup, tmp_path):
    size = CHUNK + TAG
    whole = backup.read_bytes()
    first, second = whole[HEAD : HEAD + size], whole[HEAD + size : HEAD + 2 * size]
    other = written(tmp_path / "other.kartu", KEY).read_bytes()

    for forged in (
        whole[:HEAD] + second + first + whole[HEAD + 2 * size :],
        whole[:HEAD] + second + whole[HEAD + 2 * size :],
        whole[:HEAD] + other[HEAD : HEAD + size] + whole[HEAD + size :],
    ):
        backup.write_bytes(forged)
        with pytest.raises(Unusable, match="damaged or cut short"):
            Reader(backup, [KEY])


def test_another_key_is_told_from_a_damaged_file(backup):
    with pytest.raises(KeyNeeded, match="another recovery key"):
        Reader(backup, [OTHER])
    with pytest.raises(KeyNeeded):
        Reader(backup)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_any_size_can_be_read_at_any_place(tmp_path, size):
    plain = random.Random(size).randbytes(size)
    path = tmp_path / "sealed"
    with open(path, "wb") as target:
        sealing = SealingFile(target, KEY)
        for start in range(0, size, 1000):
            sealing.write(plain[start : start + 1000])
        sealing.seal_end()

    opened = OpenedFile(path, [KEY])
    opened.verify()
    with closing(io.BufferedReader(opened, 100)) as reader:
        assert (opened.size, reader.read()) == (size, plain)
        for place in (0, size // 2, max(0, size - 5)):
            reader.seek(place)
            assert reader.read(10) == plain[place : place + 10]


def test_a_key_is_read_as_people_write_it():
    text = KEY.text

    assert len(text.split()) == 9
    assert RecoveryKey.read(text) == KEY
    assert RecoveryKey.read(f" {text.lower().replace(' ', '-')}\n") == KEY
    assert RecoveryKey.read(text.replace("0", "o").replace("1", "l")) == KEY


def test_a_slip_in_the_key_is_named_as_one():
    text = RecoveryKey.new().text
    for place, sign in enumerate(text):
        if sign != " ":
            slip = text[:place] + ("7" if sign != "7" else "8") + text[place + 1 :]
            with pytest.raises(Unusable, match="a slip"):
                RecoveryKey.read(slip)
    with pytest.raises(Unusable, match="36 letters"):
        RecoveryKey.read(text[:-1])


def test_the_server_keeps_its_keys_where_only_it_can_read_them(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert keys.keyring() == []

    first = keys.in_use()
    assert keys.in_use() == first
    second = keys.keep(RecoveryKey.new())

    assert keys.keyring() == [first, second]
    assert keys.in_use() == second
    assert (tmp_path / "backup.key").stat().st_mode & 0o077 == 0
