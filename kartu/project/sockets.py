"""The addresses the web server listens on."""

import socket
import sys

from kartu.project import place


def listening() -> list[socket.socket]:
    """Bound sockets, one for each address; OSError when the port is taken.

    `localhost` means both 127.0.0.1 and ::1 to a browser, so both are ours, where the machine has the second.
    """
    if not place.IS_LOOPBACK:
        return [bound(place.BIND)]
    sockets = [bound("127.0.0.1")]
    if socket.has_ipv6:
        try:
            sockets.append(bound("::1"))
        except OSError:
            pass  # IPv6 is switched off on many machines
    return sockets


def bound(address: str) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    if listener.family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    # On Windows this option would let two programs share a port.
    if sys.platform != "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, place.PORT))
        listener.listen(128)  # two programs may bind with that option, only one may listen
    except OSError:
        listener.close()
        raise
    return listener
