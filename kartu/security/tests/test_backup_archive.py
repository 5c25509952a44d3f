import io
import json
import random
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kartu.security.backup.archive import MANIFEST, Reader, Writer
from kartu.security.backup.errors import Unusable

pytestmark = pytest.mark.no_database

CONTENT = {
    "databases/default.sqlite3": bytes(random.Random(1).randbytes(40_000)) + b"\x00" * 40_000,
    "files/7f/3c/invoice.pdf": b"%PDF-1.7 " + bytes(random.Random(2).randbytes(5_000)),
    "files/7f/3c/empty.txt": b"",
}


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    writer = Writer(tmp_path / "backup.zip")
    for name, content in CONTENT.items():
        writer.add(name, io.BytesIO(content))
    writer.finish("2026-11-23T10:00:00+00:00", "sqlite", ["clients.0001_initial"])
    return tmp_path / "backup.zip"


def unpacked(path: Path, folder: Path) -> dict[str, bytes]:
    with closing(Reader(path)) as reader:
        reader.extract(folder)
        return {member.name: (folder / member.name).read_bytes() for member in reader.manifest.members}


def test_what_was_written_comes_back(backup: Path, tmp_path: Path) -> None:
    assert unpacked(backup, tmp_path / "out") == CONTENT
    assert not (tmp_path / "backup.zip.part").exists()
    assert backup.stat().st_mode & 0o077 == 0


def test_a_flipped_bit_is_refused_or_changes_nothing(backup: Path, tmp_path: Path) -> None:
    whole = backup.read_bytes()
    chance = random.Random(20261123)
    refused = 0
    for number in range(300):
        place, bit = chance.randrange(len(whole)), chance.randrange(8)
        broken = bytearray(whole)
        broken[place] ^= 1 << bit
        backup.write_bytes(bytes(broken))
        try:
            assert unpacked(backup, tmp_path / f"out{number}") == CONTENT
        except Unusable:
            refused += 1
    # Here and there a bit means nothing: the date of a member, a second copy of its size.
    assert refused > 290


@pytest.mark.parametrize("kept", [0, 10, 0.3, 0.9, 0.999])
def test_a_file_cut_short_is_refused(backup: Path, tmp_path: Path, kept: float) -> None:
    whole = backup.read_bytes()
    backup.write_bytes(whole[: int(kept * len(whole)) if kept < 1 else kept])

    with pytest.raises(Unusable):
        unpacked(backup, tmp_path / "out")


def rewritten(path: Path, change: Callable[[dict, dict[str, bytes]], None]) -> Path:
    """The backup as somebody might forge it: a good zip file whose manifest or members have been changed."""
    with zipfile.ZipFile(path) as good:
        content = {name: good.read(name) for name in good.namelist()}
    manifest = json.loads(content.pop(MANIFEST))
    change(manifest, content)
    with zipfile.ZipFile(path, "w") as forged:
        for name, text in content.items():
            forged.writestr(name, text)
        forged.writestr(MANIFEST, json.dumps(manifest))
    return path


def rename_to(name: str) -> Callable[[dict, dict[str, bytes]], None]:
    def change(manifest: dict, content: dict[str, bytes]) -> None:
        content[name] = content.pop(manifest["members"][1]["name"])
        manifest["members"][1]["name"] = name

    return change


@pytest.mark.parametrize(
    "name",
    ["../outside", "files/../../outside", "/etc/passwd", "C:/Windows/x", "files/..", "files\\..\\x", "elsewhere/x"],
)
def test_a_member_that_leads_outside_is_refused(backup: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(Unusable):
        unpacked(rewritten(backup, rename_to(name)), tmp_path / "deep" / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.zip"]


def test_a_member_that_unpacks_to_more_than_it_says_is_stopped(backup: Path, tmp_path: Path) -> None:
    def bomb(manifest: dict, content: dict[str, bytes]) -> None:
        content["databases/default.sqlite3"] = b"\x00" * 50_000_000

    with pytest.raises(Unusable):
        unpacked(rewritten(backup, bomb), tmp_path / "out")
    assert (tmp_path / "out" / "databases" / "default.sqlite3").stat().st_size < 2_000_000


def test_members_added_or_missing_are_refused(backup: Path, tmp_path: Path) -> None:
    def add(manifest: dict, content: dict[str, bytes]) -> None:
        content["files/stranger"] = b"x"

    with pytest.raises(Unusable):
        Reader(rewritten(backup, add))

    def remove(manifest: dict, content: dict[str, bytes]) -> None:
        del content["files/stranger"], content["files/7f/3c/empty.txt"]

    with pytest.raises(Unusable):
        Reader(rewritten(backup, remove))


def test_another_format_is_refused(backup: Path) -> None:
    def newer(manifest: dict, content: dict[str, bytes]) -> None:
        manifest["format"] = 2

    with pytest.raises(Unusable, match="its format is 2"):
        Reader(rewritten(backup, newer))


def test_a_backup_given_up_leaves_nothing(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "backup.zip")
    writer.add("files/x", io.BytesIO(b"x"))

    writer.give_up()

    assert list(tmp_path.iterdir()) == []
