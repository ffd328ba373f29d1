"""Writes files of the local cloud durably: beside the old one, flushed to the disk, then renamed."""

import os
from collections.abc import Iterable
from pathlib import Path

UNFINISHED = ".tmp"
"""How the name of a file ends that is being written: after a crash the emulator takes none for an object."""


def write_whole(descriptor: int, content: bytes | memoryview) -> None:
    """Write all of some bytes to an open file.

    Raises:
        OSError: If the disk takes no more; a part may be written then.
    """
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def write_durably(path: Path, pieces: Iterable[bytes | memoryview]) -> None:
    """Replace a file so that after a crash, also of the machine, it holds the old content or the new.

    It is readable by its owner only.

    Args:
        path: The file; its directory must exist.
        pieces: The new content.

    Raises:
        OSError: If it cannot be written; the old content stays, and nothing else is left.
    """
    temporary = path.with_name(path.name + UNFINISHED)
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            for piece in pieces:
                write_whole(descriptor, piece)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Flush a directory's entries to the disk."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
