"""The first gate of every uploaded file: no more of it than anybody may keep reaches the disk or memory."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler

__all__ = ["LARGEST_UPLOAD", "SizeGate"]

LARGEST_UPLOAD = (
    24 * 1024 * 1024
)  # bytes; a little more than a kept file may have, so that its form says it is too large


class SizeGate(FileUploadHandler):
    """Swallows what comes after `LARGEST_UPLOAD` bytes of one file.

    The file then arrives cut off, still larger than any form accepts, and is refused there in words.
    """

    passed = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.passed = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.passed >= LARGEST_UPLOAD:
            return None
        self.passed += len(raw_data)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None  # the next handler gives the file
