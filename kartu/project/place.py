"""Where this installation lives and listens. Read from the environment, without Django: the supervisor has none."""

import ipaddress
import os
import re
import socket
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(os.environ.get("KARTU_DATA") or BASE_DIR / "data").resolve()
PORT = int(os.environ.get("KARTU_PORT") or 8420)
# HTTPS for the firm's own network, by `kartu up --lan`; the certificate is Kartu's own (certificates.py).
IS_LAN = os.environ.get("KARTU_LAN") == "1"
BIND = os.environ.get("KARTU_BIND") or ("0.0.0.0" if IS_LAN else "127.0.0.1")  # noqa: S104 - as it was asked for
DEBUG = os.environ.get("KARTU_DEBUG") == "1"
# How much of SQLite's file a process maps: what is mapped is read without a call of the system. The pages stay the
# system's, which takes them back where memory is wanted; but a worker, who counts what he holds, counts them too.
MAPPED_MB, WEB_MAPPED_MB = 128, 2000
WEB_LOCK_WAIT = 5

IS_LOOPBACK = BIND in {"127.0.0.1", "::1", "localhost"}
IS_EVERYWHERE = BIND in {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound

# Where networks of a firm's own have their addresses.
NEAR = ["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1/128", "fc00::/7"]


def is_near(address: str) -> bool:
    """Whether `address` is one of a network of the firm's own; a name is none."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in ipaddress.ip_network(network) for network in NEAR if ip.version == (6 if ":" in network else 4))


def lan_address() -> str:
    """The address by which a network of the firm's own reaches this computer; no packet is sent. Else its name."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
        except OSError:
            return COMPUTER
        address = probe.getsockname()[0]
    return address if is_near(address) else COMPUTER


def host() -> str:
    if IS_LAN and IS_EVERYWHERE:
        return lan_address()
    return "localhost" if IS_LOOPBACK or IS_EVERYWHERE else BIND


# The name of this computer, as certificates spell it.
COMPUTER = re.sub(r"[^a-z0-9-]", "-", socket.gethostname().partition(".")[0].lower()).strip("-") or "kartu"
HOST = host()
SCHEME = "https" if IS_LAN else "http"
ADDRESS = f"{SCHEME}://{HOST}:{PORT}"
# The same from this computer itself, whatever its name resolves to.
AT_HOME = f"{SCHEME}://{'localhost' if IS_LOOPBACK or IS_EVERYWHERE else HOST}:{PORT}"
