"""A release is what a firm unpacks: it starts without Git and Node."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools import release, setup

# Building anew would need Node: it ends the process with 9 instead.
FRONT_END = "import sys; from tools import setup; setup.build_front_end = lambda: sys.exit(9); setup.front_end()"


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    setup.front_end()
    return release.pack(tmp_path_factory.mktemp("release"))


@pytest.fixture
def unpacked(packed: Path, tmp_path: Path) -> Path:
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path)
    return tmp_path / packed.stem


def front_end_of(folder: Path) -> int:
    return subprocess.run([sys.executable, "-c", FRONT_END], cwd=folder, capture_output=True, check=False).returncode


def test_a_release_needs_no_node(unpacked: Path) -> None:
    assert front_end_of(unpacked) == 0


def test_a_release_whose_sources_were_changed_is_built_anew(unpacked: Path) -> None:
    (unpacked / "frontend" / "app.js").write_text("// changed")

    assert front_end_of(unpacked) == 9


def test_a_release_holds_what_it_needs_and_no_data(packed: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}

    assert {"start.py", "README.md", "LICENSE", "NOTICE.md", "build/frontend/manifest.json"} <= names
    assert not [name for name in names if name.startswith(("data", ".venv", "node_modules", ".git/"))]


def test_the_same_checkout_gives_the_same_bytes(packed: Path, tmp_path: Path) -> None:
    again = release.pack(tmp_path)

    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(packed.read_bytes()).digest()
