"""The web server: one process, pages in a few threads, live messages on one loop."""

import importlib
import socket
import threading

import uvicorn

from kartu.project import certificates, place, sockets
from kartu.project.asgi import application, closing
from kartu.project.children import live_with_parent


class Server(uvicorn.Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        closing.set()
        await super().shutdown(sockets)


def certificate() -> dict[str, str]:
    """What uvicorn needs for HTTPS in the firm's network; nothing without it."""
    if not place.IS_LAN:
        return {}
    pair = certificates.ensure(place.DATA_DIR, place.COMPUTER, [place.HOST])
    return {"ssl_certfile": str(pair.certificate), "ssl_keyfile": str(pair.key)}


def main() -> None:
    config = uvicorn.Config(
        application,
        **certificate(),
        http="httptools",
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        # The address of whoever calls counts for limits and for the audit; a header could say anything.
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=10,
        backlog=512,
    )
    server = Server(config)

    def stop() -> None:
        server.should_exit = True

    live_with_parent(stop)
    threading.Thread(
        target=importlib.import_module("kartu.notifications.standing").watch, name="standing", daemon=True
    ).start()
    server.run(sockets=sockets.listening())


if __name__ == "__main__":
    main()
