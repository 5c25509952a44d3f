"""Proves that the front end a release carries is the one its sources give: `python3 -m tools.rebuild`.

Builds it twice, from nothing, and compares every byte.
"""

import hashlib
import sys
from pathlib import Path

from tools import setup
from tools.setup import BUILD, Missing


def main() -> int:
    setup.everything()
    setup.build_front_end()
    first = hashes(BUILD / "frontend")
    setup.build_front_end()
    second = hashes(BUILD / "frontend")
    different = sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))
    for name in different:
        print(f"Two builds of the same sources differ: {name}")
    print(f"Rebuilt the front end: {len(second)} files, {len(different)} of them different")
    return 1 if different or not second else 0


def hashes(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Missing as missing:
        sys.exit(str(missing))
