"""The web server: one process, pages in a few threads, live messages on one loop."""

import os

import uvicorn

from kartu.project import sockets
from kartu.project.children import live_with_parent


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kartu.project.settings")
    config = uvicorn.Config(
        "kartu.project.asgi:application",
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
        timeout_graceful_shutdown=3,
        backlog=512,
    )
    server = uvicorn.Server(config)

    def stop() -> None:
        server.should_exit = True

    live_with_parent(stop)
    server.run(sockets=sockets.listening())


if __name__ == "__main__":
    main()
