"""A PostgreSQL server for the tests: the one that is named, or one of our own that goes away afterwards."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tools import machine
from tools.setup import Missing

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # What a test writes is rolled back: a vacuum in its midst would find no row, and queries be planned for none.
    "autovacuum": "off",
    "unix_socket_directories": "",
    # The tests kill our processes, never this server: it need not be safe from power cuts.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "cluster_name": "kartu-tests",  # so that `kartu check` knows
    "max_connections": "60",
}


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The address of a server, as KARTU_DATABASE takes it. Raises Missing where there is none to be had."""
    if named := os.environ.get("KARTU_TEST_POSTGRES"):
        yield named
        return
    binaries = machine.postgres_binaries()
    if binaries is None:
        raise Missing("no PostgreSQL was found: install it, or name a server in KARTU_TEST_POSTGRES")
    home = Path(tempfile.mkdtemp(prefix="kartu-postgres-"))
    try:
        with cluster(binaries, home) as port:
            yield f"postgresql://kartu@127.0.0.1:{port}/kartu"
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def cluster(binaries: Path, home: Path) -> Iterator[int]:
    """A fresh cluster in `home`, running; gives its port."""
    who = ordinary_user(home)
    data, port = home / "data", free_port()
    make = [binaries / "initdb", "-D", data, "-U", "kartu", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd=home, **who)
    options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    with open(home / "log", "wb") as log:
        start = [binaries / "postgres", "-D", data, "-p", str(port), *options]
        process = subprocess.Popen(start, stdout=log, stderr=log, cwd=home, **who)
    try:
        wait_for(port, process, home / "log")
        yield port
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def ordinary_user(home: Path) -> dict:
    """PostgreSQL refuses to run as root, so root hands `home` and the server to somebody else."""
    if os.name == "nt" or os.geteuid() != 0:
        return {}
    import pwd  # noqa: PLC0415 - not there on Windows

    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    somebody = names.get("postgres") or names["nobody"]
    os.chown(home, somebody.pw_uid, somebody.pw_gid)
    return {"user": somebody.pw_uid, "group": somebody.pw_gid, "extra_groups": []}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen, log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise Missing(f"PostgreSQL did not start: {log.read_text(errors='replace')[-500:]}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise Missing("PostgreSQL did not answer within 30 s")
