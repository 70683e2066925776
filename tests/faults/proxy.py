"""The way between pages and database, which a trial makes slow, silent or cut."""

import contextlib
import socket
import threading
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from launch.postgres import SOCKET

CHUNK = 65_536


@dataclass
class Proxy:
    """TCP on loopback to a Unix socket. `delay`: seconds that each piece waits."""

    delay: float = 0.0
    _flows: threading.Event = field(default_factory=threading.Event)
    _cut: bool = False
    _open: set[socket.socket] = field(default_factory=set)
    _target: str = ""

    def __post_init__(self) -> None:
        self._flows.set()
        self._server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.getsockname()[1])

    def route(self, url: str) -> str:
        """The address that leads through here to the database of `url`; two seconds to connect, not five."""
        parts = urlsplit(url)
        self._target = str(Path(parse_qs(parts.query)["host"][0]) / SOCKET)
        return f"postgresql://{parts.username}@127.0.0.1:{self.port}{parts.path}?connect_timeout=2"

    def freeze(self) -> None:
        """Everything is accepted, nothing goes through."""
        self._flows.clear()

    def cut(self) -> None:
        """What is open is closed, what comes is closed at once."""
        self._cut = True
        for one in list(self._open):
            _close(one)

    def mend(self) -> None:
        self._cut, self.delay = False, 0.0
        self._flows.set()

    def close(self) -> None:
        self.cut()
        self._flows.set()
        _close(self._server)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                came, _address = self._server.accept()
                if self._cut:
                    _close(came)
                else:
                    self._join(came)

    def _join(self, came: socket.socket) -> None:
        other = socket.socket(socket.AF_UNIX)
        try:
            other.connect(self._target)
        except OSError:
            _close(came)
            _close(other)
            return
        self._open |= {came, other}
        for source, sink in ((came, other), (other, came)):
            threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(CHUNK):
                self._flows.wait()
                threading.Event().wait(self.delay)
                sink.sendall(piece)
        for one in (source, sink):
            self._open.discard(one)
            _close(one)


def _close(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
