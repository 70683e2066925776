"""Waiting for what another process does, with a deadline."""

import threading
import time
from collections.abc import Callable


def eventually(true: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether `true()` came true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.05)
    return True
