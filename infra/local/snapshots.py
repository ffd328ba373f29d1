"""Snapshot files of one service's state: checked when read, with the previous one beside.

A file begins with its checksum, and with the number of the last journal file that it holds:
``{"retake": {"sha256": "…", "journal": 7}, …``. The rest is what ministack reads.
"""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from infra.local.disk import write_durably

_HEAD = re.compile(rb'\{"retake": \{"sha256": "([0-9a-f]{64})", "journal": (\d{1,12})\}, ')
BEFORE = ".before"


@dataclass(frozen=True)
class Snapshot:
    """What was found in a snapshot file, besides the state.

    Attributes:
        journal: Number of the last file of the journal that it holds; 0 where an earlier version wrote it.
        fault: What is wrong with it, if it cannot be read.
    """

    journal: int
    fault: str = ""


def before(path: Path) -> Path:
    """Return where the file is kept that a state file replaced."""
    return path.with_name(path.name + BEFORE)


def write_snapshot(path: Path, content: str, *, journal: int) -> None:
    """Replace a state file; the one that it replaces is kept beside it until the next.

    Args:
        path: The file.
        content: A JSON object, as ministack reads it.
        journal: Number of the last file of the journal that it holds.

    Raises:
        OSError: If it cannot be written; both files stay as they were.
    """
    rest = content[1:].encode()
    head = f'{{"retake": {{"sha256": "{_checksum(journal, rest)}", "journal": {journal}}}, '
    if path.exists():
        kept = before(path)
        linked = kept.with_name(kept.name + ".new")
        linked.unlink(missing_ok=True)
        os.link(path, linked)
        linked.replace(kept)
    write_durably(path, [head.encode(), rest])
    if not before(path).exists():
        write_durably(before(path), [head.encode(), rest])  # damage of the first one has a way back too


def read_snapshot(path: Path) -> Snapshot:
    """Check a state file."""
    content = path.read_bytes()
    if not content:
        return Snapshot(0, "it is empty")
    head = _HEAD.match(content)
    if head is None:
        return Snapshot(0, _fault_of(content))
    if _checksum(int(head[2]), content[head.end() :]).encode() != head[1]:
        return Snapshot(int(head[2]), "its checksum does not match")
    return Snapshot(int(head[2]))


def _checksum(journal: int, rest: bytes) -> str:
    return hashlib.sha256(b"%d %s" % (journal, rest)).hexdigest()


def _fault_of(content: bytes) -> str:
    """Return what is wrong with a file that an earlier version wrote, without a checksum."""
    if b'"retake"' in content[:16] or b'"sha256"' in content[:32]:
        return "its head is damaged"
    try:
        json.loads(content)
    except ValueError as error:
        return f"it is not JSON: {error}"
    return ""
