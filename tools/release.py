"""Packs a release: `python3 -m tools.release [FOLDER]` writes kartu-<version>.zip, into dist/ unless told otherwise.

In it lies all that Git keeps, and the front end built: whoever unpacks it needs neither Git nor Node. The same
commit gives the same bytes.
"""

import hashlib
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from tools import setup
from tools.setup import BUILD, ROOT, Missing

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first day that a zip file knows: when it was packed must not change it


def main(words: list[str]) -> int:
    setup.everything()
    made = pack(Path(words[0]) if words else ROOT / "dist")
    print(f"{made}\nSHA-256 {hashlib.sha256(made.read_bytes()).hexdigest()}")
    return 0


def pack(folder: Path) -> Path:
    """Write the release of this checkout, as it stands, into `folder`; returns the file."""
    name = f"kartu-{version()}"
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"{name}.zip"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in contents():
            entry = zipfile.ZipInfo(f"{name}/{path.relative_to(ROOT).as_posix()}", EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            content = path.read_bytes()
            entry.external_attr = (0o100755 if content[:2] == b"#!" else 0o100644) << 16
            archive.writestr(entry, content)
    return made


def contents() -> list[Path]:
    """The files of a release: those of the last commit and the built front end with its stamp."""
    git = shutil.which("git")
    kept = git and subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if not kept or kept.returncode:
        raise Missing("A release is packed from a checkout of Git, and this folder is none.")
    paths = [ROOT / name for name in kept.stdout.split("\0") if name]
    paths += [BUILD / "frontend.stamp", *(path for path in (BUILD / "frontend").rglob("*") if path.is_file())]
    return sorted(path for path in paths if path.exists())


def version() -> str:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Missing as missing:
        sys.exit(str(missing))
