"""The screens in a browser, on loopback alone, by textual-serve with a page of our own.

Its own page loads a font from elsewhere. Any page that a browser has open may try to reach a
server on loopback, and so may other users of the machine: so there is a key in the address, which
becomes a cookie, hosts and origins other than ours are refused, and the policy of the page forbids
every request to elsewhere.
"""

from __future__ import annotations

import secrets
import shlex
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web
from textual_serve.server import Server

from shadow_scan.console import note

_HOST = "127.0.0.1"
_COOKIE = "shadow-scan"
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class LoopbackServer(Server):
    """Serves one command to whoever has the key."""

    def __init__(self, command: str, port: int) -> None:
        super().__init__(
            command, host=_HOST, port=port, title="shadow-scan",
            templates_path=Path(__file__).parent / "web",
        )  # fmt: skip
        self.key = secrets.token_urlsafe(18)

    @property
    def address(self) -> str:
        return f"{self.public_url}/?key={self.key}"

    async def _make_app(self) -> web.Application:
        app: web.Application = await super()._make_app()
        app.middlewares.append(self._guard)
        return app

    @property
    def _guard(self) -> Any:
        @web.middleware
        async def guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
            own = self.public_url.removeprefix("http://")
            origin = request.headers.get("Origin", self.public_url)
            given = request.query.get("key") or request.cookies.get(_COOKIE, "")
            known = secrets.compare_digest(given.encode(), self.key.encode())
            if request.host != own or origin != self.public_url or not known:
                raise web.HTTPForbidden(text="open the whole address that the program printed\n")
            response = await handler(request)
            if not response.prepared:
                response.set_cookie(_COOKIE, self.key, httponly=True, samesite="Strict")
                response.headers["Content-Security-Policy"] = self._policy
                response.headers["Referrer-Policy"] = "no-referrer"
            return response

        return guard

    @property
    def _policy(self) -> str:
        socket = self.public_url.replace("http:", "ws:")
        return (
            f"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
            f"font-src 'self' data:; img-src 'self' data:; connect-src 'self' {socket}; "
            "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        )

    async def on_startup(self, app: web.Application) -> None:
        """Says nothing yet: nobody listens before all of it has started."""

    def say_address(self, *_: object) -> None:
        note(f"open {self.address} in a browser of this machine; Ctrl+C ends it")


def serve(workspace: Path, port: int) -> None:
    """Until somebody ends it. Each browser tab gets a process of its own."""
    words = [sys.executable, "-m", "shadow_scan_tui", str(workspace)]
    server = LoopbackServer(shlex.join(words), port)
    # not its own serve(): that waits a minute for open tabs, and writes every request to the screen
    web.run_app(
        server._make_app(), host=_HOST, port=port, shutdown_timeout=1, print=server.say_address,
        access_log=None,
    )  # fmt: skip
