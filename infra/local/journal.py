"""An append-only journal: what was acknowledged is with the operating system first.

Each record is one line of JSON, handed to the kernel by ``write`` before the answer
leaves. That survives the death of the process (``kill -9``); it does not survive the
loss of power, for which every write would have to wait for the disk.
"""

import contextlib
import errno
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Record = dict[str, Any]


class Journal:
    """Numbered journal files in one directory, the last of which is written to.

    Example:
        >>> import tempfile
        >>> journal = Journal(Path(tempfile.mkdtemp()))
        >>> with journal.group():
        ...     journal.append({"a": 1})
        ...     journal.append({"b": 2})
        >>> [*journal.replay()]
        [{'a': 1}, {'b': 2}]
    """

    def __init__(self, directory: Path) -> None:
        """Open a new file after the ones already there."""
        self._directory = directory
        self._lock = threading.Lock()
        self._groups = threading.local()
        self._number = max((_number(path) for path in self._files()), default=0)
        self._descriptor = self._open_next()
        self._size = 0

    @property
    def size_bytes(self) -> int:
        """Bytes written since the last rotation."""
        return self._size

    def append(self, record: Record) -> None:
        """Write one record, or add it to the group that is open in this thread.

        Raises:
            OSError: If the disk is full; nothing of the record remains then.
        """
        group = getattr(self._groups, "records", None)
        if group is None:
            self._write([record])
        else:
            group.append(record)

    @contextlib.contextmanager
    def group(self) -> Iterator[None]:
        """Write what is appended inside as one line: all of it or nothing survives."""
        if getattr(self._groups, "records", None) is not None:
            yield
            return
        self._groups.records = []
        try:
            yield
        finally:
            # What an operation that failed midway has changed in memory is written too:
            # the journal follows the memory, whatever the answer was.
            records, self._groups.records = self._groups.records, None
            if records:
                self._write(records)

    def replay(self) -> Iterator[Record]:
        """Read every record in order; a line torn by a kill is the end of its file."""
        for path in sorted(self._files(), key=_number):
            with path.open("rb") as file:
                for line in file:
                    if not line.endswith(b"\n"):
                        break
                    yield from json.loads(line)

    def rotate(self) -> int:
        """Go on in a new file; return the number of the last file closed."""
        with self._lock:
            closed = self._number
            os.close(self._descriptor)
            self._descriptor = self._open_next()
            self._size = 0
            return closed

    def discard(self, up_to: int) -> None:
        """Delete files up to a number: a snapshot holds what they say."""
        for path in self._files():
            if _number(path) <= up_to:
                path.unlink()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            os.close(self._descriptor)

    def _write(self, records: list[Record]) -> None:
        line = json.dumps(records, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            if os.write(self._descriptor, line) != len(line):
                # A piece of a line would make the next one unreadable.
                os.ftruncate(self._descriptor, self._size)
                raise OSError(errno.ENOSPC, "the journal could not be written whole")
            self._size += len(line)

    def _open_next(self) -> int:
        self._number += 1
        path = self._directory / f"{self._number:08d}.jsonl"
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def _files(self) -> list[Path]:
        return list(self._directory.glob("*.jsonl"))


def _number(path: Path) -> int:
    return int(path.stem)
