"""Files as they arrive: held in memory up to a bound, dropped beyond it without waiting for their end."""

import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest

from allomediateur.directory.papers import MOST_BYTES

HOPELESS_BYTES = 20 * MOST_BYTES
"""Beyond it the rest is not even read: the connection is cut."""


class Bounded(FileUploadHandler):
    """One file of ten megabytes is the most anybody sends here; `is_too_heavy(request)` tells that one was dropped."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *rest: Any) -> None:  # noqa: N803
        self.is_hopeless = content_length > HOPELESS_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.held = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.held.tell() + len(raw_data) > MOST_BYTES:
            self.held = io.BytesIO()
            assert self.request is not None  # noqa: S101 - set by Django
            self.request.META[DROPPED] = True
            raise StopUpload(connection_reset=True) if self.is_hopeless else SkipFile
        self.held.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.held.seek(0)
        return InMemoryUploadedFile(
            self.held, self.field_name, self.file_name or "", self.content_type or "", file_size, self.charset,
            self.content_type_extra,
        )  # fmt: skip


DROPPED = "allomediateur.dropped_file"


def is_too_heavy(request: HttpRequest) -> bool:
    """Read the form first: files arrive with it."""
    return bool(request.META.get(DROPPED))
