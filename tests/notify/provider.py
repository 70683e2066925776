"""Brevo's API imitated by a real HTTP server on loopback: it takes texts, refuses them, or loses its answer."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "xkeysib-test"


@dataclass
class Provider:
    """`answer`: (status, body) instead of taking a text; `hangs_up`: it takes it and says nothing; `lists`: whether
    what it took shows in its events."""

    taken: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answer: tuple[int, str] | None = None
    hangs_up: bool = False
    lists: bool = True

    def take(self, told: dict[str, Any]) -> tuple[int, str]:
        if self.answer:
            return self.answer
        self.taken.append(told)
        return 201, json.dumps({"messageId": 1000 + len(self.taken)})

    def events(self, tag: str) -> tuple[int, str]:
        rows = [
            {"phoneNumber": told["recipient"], "messageId": 1001 + number, "event": "accepted", "tag": told["tag"]}
            for number, told in enumerate(self.taken)
            if told["tag"] == tag and self.lists
        ]
        return 200, json.dumps({"events": rows})


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_POST(self) -> None:  # the library's name
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self._is_known("/v3/transactionalSMS/send"):
            found = self.provider.take(told)
            if not self.provider.hangs_up:
                self._say(*found)
            self.close_connection = True

    def do_GET(self) -> None:  # the library's name
        if self._is_known("/v3/transactionalSMS/statistics/events"):
            self._say(*self.provider.events(parse_qs(urlsplit(self.path).query)["tags"][0]))

    def _is_known(self, path: str) -> bool:
        self.provider.asked.append(f"{self.command} {urlsplit(self.path).path}")
        if urlsplit(self.path).path != path:
            self._say(404, '{"code": "document_not_found"}')
        elif self.headers["api-key"] != KEY:
            self._say(401, '{"code": "unauthorized", "message": "Key not found"}')
        else:
            return True
        return False

    def _say(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args: object) -> None:
        """Not on the tests' output."""


@contextmanager
def serving(provider: Provider) -> Iterator[int]:
    """The port where it listens."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Handler,), {"provider": provider}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
