"""Requests as fast as they are answered, over kept connections, by a client that costs next to nothing."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class Load:
    """What came back: answers by status."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return sum(self.statuses.values()) / self.seconds


class Line:
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._read = self._socket.makefile("rb", buffering=256 * 1024)

    def ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers by lower-case name, body. Answers with a length only, as all of ours have."""
        self._socket.sendall(request)
        status = int(self._read.readline().split()[1])
        headers = {}
        while (line := self._read.readline().strip()) and b":" in line:
            name, _colon, value = line.partition(b":")
            headers[name.decode().lower()] = value.strip().decode()
        return status, headers, self._read.read(int(headers.get("content-length", 0))) if status != 304 else b""

    def close(self) -> None:
        self._read.close()
        self._socket.close()


def request(path: str, headers: Mapping[str, str] | None = None) -> bytes:
    lines = {"Host": "localhost", "Accept-Encoding": "gzip", **(headers or {})}
    said = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"GET {path} HTTP/1.1\r\n{said}\r\n".encode()


def press(port: int, requests: Sequence[bytes], *, lines: int, seconds: float) -> Load:
    """Each of `lines` connections sends `requests` in turn for that long."""
    load, lock, began = Load(), threading.Lock(), time.perf_counter()

    def one(number: int) -> None:
        line, found, turn = Line(port), Counter[int](), number
        while time.perf_counter() - began < seconds:
            found[line.ask(requests[turn % len(requests)])[0]] += 1
            turn += 1
        line.close()
        with lock:
            load.statuses.update(found)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(lines)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.perf_counter() - began
    return load
