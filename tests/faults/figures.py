"""What a trial measured, shown at the end of the run as lines for docs/faults.md."""

import time

ROWS: list[tuple[str, str]] = []


class Figures:
    """`note` what was counted; `lap` the seconds since the last `begin`."""

    def __init__(self, trial: str) -> None:
        self._trial, self._began, self._parts = trial, time.monotonic(), list[str]()

    def note(self, what: str, value: object) -> None:
        self._parts.append(f"{what} {value}")

    def begin(self) -> None:
        self._began = time.monotonic()

    def lap(self, what: str) -> None:
        self.note(what, f"{time.monotonic() - self._began:.1f} s")

    def close(self) -> None:
        ROWS.append((self._trial, "; ".join(self._parts)))
