"""`python3 start.py bench [NAME ...]`: run all measurements, or those named; one JSON line a figure.

{"name": ..., "value": ..., "unit": ..., "limit": ..., "ok": ...}; exit code 1 when one is over its limit.
Remarks go to the error channel. KARTU_BENCH_DATA names the folder where made-up firms are kept between runs,
KARTU_BENCH_SCALE shrinks all of them (0.1: a tenth of the rows) to try a measurement out.
"""

import importlib
import pkgutil
import sys

import bench

HELPERS = {"__main__", "harness"}


def main(names: list[str]) -> int:
    known = sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if module.name not in HELPERS)
    if unknown := set(names) - set(known):
        print(f"No measurement is called {', '.join(sorted(unknown))}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    everything_ok = True
    for name in names or known:
        for figure in importlib.import_module(f"bench.{name}").run():
            print(figure.line(), flush=True)
            everything_ok = everything_ok and figure.ok is not False
    return 0 if everything_ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
