"""Runs the pages on a free loopback port until the organizer is done with them."""

from __future__ import annotations

import os
import socket
import threading
import webbrowser
from collections.abc import Callable

import uvicorn

from companion.errors import InputError
from companion.web.guard import Guard, Keys
from companion.web.pages import build_pages
from companion.web.workspace import Workspace

HOST = "127.0.0.1"
LOOK_EVERY_S = 1.0
LAST_PAGE_S = 2.0
"""So long after the last request, the page that says goodbye has its styles, and we may go."""
LAST_PAGE_MOST_S = 10.0
"""However busy a browser is, the app that was told to stop is gone by then."""
LAST_PAGE_LOOK_S = 0.1


class AppServer:
    """The server of one `companion app`.

    Args:
        workspace: what the pages work on.
        port: where to listen; 0 for any free port.
        idle_stop_s: stop after so long without a request, and without a call; 0 for never.

    Raises: InputError where the port is taken.
    """

    def __init__(self, workspace: Workspace, port: int = 0, idle_stop_s: float = 0.0) -> None:
        self._workspace = workspace
        self._idle_stop_s = idle_stop_s
        self._socket = _listen(port)
        self.host_port = f"{HOST}:{self._socket.getsockname()[1]}"
        self.keys = Keys()
        self.guard = Guard(build_pages(workspace, self.keys, self.leave), self.host_port, self.keys)
        config = uvicorn.Config(
            self.guard,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            lifespan="off",
            ws="none",
            http="h11",
            timeout_keep_alive=30,
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self._stopped = threading.Event()

    @property
    def way_in(self) -> str:
        """The address to open. The token follows the '#', which no browser sends on or logs."""
        return f"http://{self.host_port}/enter#{self.keys.token or self.keys.renew()}"

    def stop(self) -> None:
        """Stop soon; from any thread."""
        self._workspace.stopping.set()
        self._server.should_exit = True

    def leave(self) -> None:
        """End the call now, and stop once the last page is drawn."""
        self._workspace.stopping.set()
        self._workspace.begin_call(None)
        threading.Thread(target=self._stop_when_drawn, name="last-page", daemon=True).start()

    def _stop_when_drawn(self) -> None:
        """On a slow computer the browser asks for the styles late; each request waits anew."""
        for _ in range(round(LAST_PAGE_MOST_S / LAST_PAGE_LOOK_S)):
            if self.guard.idle_s >= LAST_PAGE_S or self._stopped.wait(LAST_PAGE_LOOK_S):
                break
        self.stop()

    def run(self, opened: Callable[[], None] | None = None) -> None:
        """Serve until stopped. `opened` is called once requests are taken (on another thread)."""
        watch = threading.Thread(target=self._watch, args=(opened,), daemon=True)
        watch.start()
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._stopped.set()
            watch.join(LOOK_EVERY_S * 2)
            self._workspace.close()
            self._socket.close()

    def open_browser(self) -> bool:
        """Open the way in with the default browser; False where there is none."""
        return webbrowser.open(self.way_in)

    def _watch(self, opened: Callable[[], None] | None) -> None:
        while not self._server.started and not self._stopped.wait(0.01):
            pass
        if opened is not None and self._server.started:
            opened()
        while not self._stopped.wait(LOOK_EVERY_S):
            if self._server.should_exit:  # asked to by Ctrl-C
                self._workspace.stopping.set()
            idle = self._idle_stop_s and self.guard.idle_s > self._idle_stop_s
            if idle and not self._workspace.in_call:
                self.stop()


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name != "nt":  # there it would let another program listen beside us
        # The port of an app that has just ended is free, whatever its last connections wait for.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError:
        listening.close()
        raise InputError(
            f"port {port} is taken by another program; leave out --port, and a free one is found"
        ) from None
    listening.listen()
    return listening
