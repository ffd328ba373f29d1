"""Read a browser's upload form as it arrives: its fields first, then the file, which goes to the disk.

References:
    https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html: every field stands before the
    file, and what follows the file is ignored.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.asgi import Receive
from infra.local.spool import HashedSpool

_FIELDS_BYTES = 20_000
"""All fields of a form together, as S3 limits them."""

_PIECE_BYTES = 1 << 20
"""What is collected of a file before it is written."""

_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,200})"|([^";,\s]{1,200}))', re.IGNORECASE)
_PARAMETER = r'(?:^|[;\s]){}=(?:"([^"]*)"|([^;\s]+))'
_NAME = re.compile(_PARAMETER.format("name"))
_FILE_NAME = re.compile(_PARAMETER.format("filename"))
_HEAD_END = b"\r\n\r\n"


class FormError(Exception):
    """The form cannot be read.

    Attributes:
        code: S3's name of the fault.
        status: HTTP status.
    """

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


@dataclass
class Form:
    """A form whose file has not been received yet.

    Attributes:
        fields: By their names, in lower case.
        file_name: As the browser names the file.
        file_type: Content type that the browser gives it.
    """

    fields: dict[str, str] = field(default_factory=dict)
    file_name: str = ""
    file_type: str = ""


class FormReader:
    """Reads one form.

    Args:
        receive: Gives the request's body.
        content_type: Of the request.

    Raises:
        FormError: If the content type names no boundary.
    """

    def __init__(self, receive: Receive, content_type: str) -> None:
        found = _BOUNDARY.search(content_type)
        if not found:
            raise FormError("MalformedPOSTRequest", "The form names no boundary.")
        self._receive = receive
        self._delimiter = b"\r\n--" + (found[1] or found[2]).encode("latin-1")
        self._buffer = bytearray(b"\r\n")
        self._ended = False

    async def read_fields(self) -> Form:
        """Read everything before the file's content.

        Raises:
            FormError: If the form is malformed, has too many fields, or no file.
        """
        form = Form()
        await self._take_until(self._delimiter)
        while True:
            # The rest of the delimiter's line: empty, or the two dashes of the form's end.
            if (await self._take_until(b"\r\n")).startswith(b"--"):
                raise FormError("InvalidArgument", "POST requires exactly one file upload per request.")
            self._buffer[:0] = b"\r\n"  # a part without headers has its empty line at once
            head = _headers(await self._take_until(_HEAD_END))
            disposition = head.get("content-disposition", "")
            name = _parameter(_NAME, disposition).lower()
            if name == "file":
                form.file_name = _parameter(_FILE_NAME, disposition)
                form.file_type = head.get("content-type", "")
                return form
            value = await self._take_until(self._delimiter)
            form.fields[name] = value.decode("utf-8", "replace")
            if sum(map(len, form.fields.values())) > _FIELDS_BYTES:
                raise FormError("MaxPostPreDataLengthExceeded", "The fields of the form are too long.")

    async def read_file(self, directory: Path, limit_bytes: int) -> HashedSpool:
        """Receive the file; nothing of it stays on the disk if that fails.

        Args:
            directory: Where it is put.
            limit_bytes: What it may have at most.

        Raises:
            FormError: If it is too large, or the form ends early.
            OSError: If the disk is full.
        """
        spool = HashedSpool(directory)
        try:
            while (end := self._buffer.find(self._delimiter)) < 0:
                kept = len(self._delimiter)
                if len(self._buffer) > _PIECE_BYTES + kept:
                    await self._store(spool, len(self._buffer) - kept, limit_bytes)
                await self._read_more()
            await self._store(spool, end, limit_bytes)
            await asyncio.to_thread(spool.finish)
        except BaseException:
            spool.remove()
            raise
        await self._drain()
        return spool

    async def _store(self, spool: HashedSpool, count: int, limit_bytes: int) -> None:
        if spool.size + count > limit_bytes:
            raise FormError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size.")
        part = bytes(self._buffer[:count])
        del self._buffer[:count]
        # Beside the loop that answers everybody else: the disk may be slow.
        await asyncio.to_thread(spool.write, part)

    async def _drain(self) -> None:
        """Read what follows the file, to the end of the request."""
        while not self._ended:
            self._buffer.clear()
            await self._read_more()

    async def _take_until(self, end: bytes) -> bytes:
        searched = 0
        while (at := self._buffer.find(end, searched)) < 0:
            if len(self._buffer) > _FIELDS_BYTES:
                raise FormError("MaxPostPreDataLengthExceeded", "A field of the form is too long.")
            searched = max(0, len(self._buffer) - len(end))
            await self._read_more()
        taken = bytes(self._buffer[:at])
        del self._buffer[: at + len(end)]
        return taken

    async def _read_more(self) -> None:
        if self._ended:
            raise FormError("MalformedPOSTRequest", "The form ends before its last boundary.")
        message = await self._receive()
        if message["type"] != "http.request":
            raise FormError("RequestTimeout", "The request ended early.")
        self._buffer += message.get("body", b"")
        self._ended = not message.get("more_body", False)


def _headers(head: bytes) -> Mapping[str, str]:
    lines = (line.partition(":") for line in head.decode("utf-8", "replace").split("\r\n"))
    return {name.strip().lower(): value.strip() for name, _, value in lines}


def _parameter(pattern: re.Pattern[str], disposition: str) -> str:
    found = pattern.search(disposition)
    return (found[1] or found[2] or "") if found else ""
