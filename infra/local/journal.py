"""An append-only journal: a record is handed to the operating system before it is acknowledged.

Each record is one line, handed to the kernel by ``write`` before the answer leaves. That survives the
death of the process (``kill -9``); it does not survive the loss of power, for which every write would
have to wait for the disk. A line is the checksum of what follows, its length, and JSON, so that a line
which was torn by the end of the process is distinguished from one that was damaged later.
"""

import contextlib
import json
import os
import re
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.disk import sync_directory, write_whole

Record = dict[str, Any]
Undo = Callable[[], object]

_LINE = re.compile(rb"([0-9a-f]{8}) ([0-9a-f]{8}) (.*)", re.DOTALL)
_NAME = "*.jsonl"


@dataclass(frozen=True)
class Damage:
    """A part of the journal that cannot be read.

    Attributes:
        path: The file.
        line: Number of the line in it, from 1; 0 for the whole file.
        offset: Where the line begins, in bytes.
        length: How long it is, in bytes.
        reason: What is wrong with it.
        content: The line.
    """

    path: Path
    line: int
    offset: int
    length: int
    reason: str
    content: bytes = b""


class DamagedJournalError(Exception):
    """A line of the journal was changed after it was written.

    Attributes:
        damage: Where.
    """

    def __init__(self, damage: Damage) -> None:
        super().__init__(f"{damage.path.name}, line {damage.line}: {damage.reason}")
        self.damage = damage


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
        """Open a new file after the ones already there.

        Raises:
            OSError: If the directory cannot be written.
        """
        self._directory = directory
        self._lock = threading.Lock()
        self._groups = threading.local()
        self._number = max((_number(path) for path in journal_files(directory)), default=0)
        self._descriptor = self._open_next()
        self._size = 0

    @property
    def size_bytes(self) -> int:
        """Bytes written since the last rotation."""
        return self._size

    def append(self, record: Record, undo: Undo = lambda: None) -> None:
        """Write one record, or add it to the group that is open in this thread.

        Args:
            record: What has changed in memory.
            undo: Takes the change back where it cannot be written.

        Raises:
            OSError: If the disk is full; nothing of the record remains then, here or in memory.
        """
        group = getattr(self._groups, "records", None)
        if group is None:
            self._write([(record, undo)])
        else:
            group.append((record, undo))

    @contextlib.contextmanager
    def group(self) -> Iterator[None]:
        """Write what is appended inside as one line: all of it or nothing survives.

        Raises:
            OSError: As of :meth:`append`, for all of it.
        """
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

    def replay(self, *, after: int = 0) -> Iterator[Record]:
        """Read every record in order; a line torn by a kill is the end of its file.

        Args:
            after: Number of the last file that is left out.

        Raises:
            DamagedJournalError: If a line was changed after it was written.
        """
        for path in journal_files(self._directory):
            for found in read_lines(path) if _number(path) > after else ():
                if isinstance(found, Damage):
                    raise DamagedJournalError(found)
                yield from found

    def rotate(self) -> int:
        """Start a new file; return the number of the last file closed."""
        with self._lock:
            return self._rotate()

    def _rotate(self) -> int:
        closed, former = self._number, self._descriptor
        self._descriptor = self._open_next()
        self._size = 0
        # From here on the snapshot stands on it: it should outlive the loss of power.
        os.fsync(former)
        os.close(former)
        return closed

    def discard(self, up_to: int) -> None:
        """Delete files up to a number, the oldest first: a snapshot holds what they say."""
        for path in journal_files(self._directory):
            if _number(path) <= up_to:
                path.unlink()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            os.close(self._descriptor)

    def _write(self, records: list[tuple[Record, Undo]]) -> None:
        line = encoded_line([record for record, _ in records])
        with self._lock:
            try:
                write_whole(self._descriptor, line)
            except OSError:
                self._remove_piece()
                for _, undo in reversed(records):
                    undo()
                raise
            self._size += len(line)

    def _remove_piece(self) -> None:
        """Remove the piece of a line that the disk still took; it would make the next one unreadable."""
        try:
            os.ftruncate(self._descriptor, self._size)
        except OSError:
            self._rotate()  # at the end of a file, a piece is one that was torn

    def _open_next(self) -> int:
        path = self._directory / f"{self._number + 1:08d}.jsonl"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._number += 1
        sync_directory(self._directory)
        return descriptor


def encoded_line(records: list[Record]) -> bytes:
    """Write records as a line."""
    content = json.dumps(records, separators=(",", ":")).encode()
    checked = b"%08x %s" % (len(content), content)
    return b"%08x %s\n" % (zlib.crc32(checked), checked)


def read_lines(path: Path) -> Iterator[list[Record] | Damage]:
    """Read a file of the journal, line by line; a torn line at its end is left out."""
    offset = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            found = _decoded(line)
            if isinstance(found, str):
                yield Damage(path, number, offset, len(line), found, line)
            elif found is not None:
                yield found
            offset += len(line)


def _decoded(line: bytes) -> list[Record] | str | None:
    """Return the records of a line, what is wrong with it, or nothing for a torn one."""
    if line.startswith(b"["):  # as an earlier version wrote it, without a checksum
        return _parsed(line) if line.endswith(b"\n") else None
    is_whole = line.endswith(b"\n")
    found = _LINE.fullmatch(line.removesuffix(b"\n"))
    if found is None:
        return "it is not a line of the journal" if is_whole else None
    checksum, length, content = int(found[1], 16), int(found[2], 16), found[3]
    if not is_whole and len(content) < length:
        return None
    content = content[:length] if not is_whole else content
    if zlib.crc32(b"%08x %s" % (length, content)) != checksum:
        return "its checksum does not match"
    return _parsed(content)


def _parsed(content: bytes) -> list[Record] | str:
    try:
        records: list[Record] = json.loads(content)
    except ValueError:
        return "it is not JSON"
    return records if isinstance(records, list) else "it is not a list of records"


def journal_files(directory: Path) -> list[Path]:
    """Return the files of a journal, the oldest first."""
    return sorted((path for path in directory.glob(_NAME) if path.stem.isdigit()), key=_number)


def missing_files(directory: Path) -> list[Path]:
    """Return the files that should stand between the first and the last of a journal, and do not."""
    found = [_number(path) for path in journal_files(directory)]
    expected = range(found[0], found[-1] + 1) if found else ()
    return [directory / f"{number:08d}.jsonl" for number in expected if number not in found]


def _number(path: Path) -> int:
    return int(path.stem)
