"""Makes the hashed locks in requirements/ anew: `python tools/lock.py [--upgrade]`. Needs `uv` (pip install uv).

The locks name no package index, so pip takes each file from wherever the machine's own configuration says,
and its hash decides. Only wheels are taken: building from source would fetch build tools without hashes.
"""

import shutil
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements"
OPTIONS = [
    "--generate-hashes",
    "--no-emit-index-url",
    "--universal",
    "--python-version=3.11",
    "--only-binary=:all:",
    "--custom-compile-command=python tools/lock.py",
    "--quiet",
]


def main() -> None:
    uv = shutil.which("uv")
    if not uv:
        sys.exit("uv is needed to make the locks: pip install uv")
    for name in ("run", "test", "node"):
        # What the tests run with is what a firm runs with: one version of each package in both locks.
        same = ["--constraint", "run.lock"] if name == "test" else []
        command = [uv, "pip", "compile", *OPTIONS, *same, *sys.argv[1:], f"{name}.in", "-o", f"{name}.lock"]
        subprocess.run(command, cwd=REQUIREMENTS, check=True)


if __name__ == "__main__":
    main()
