"""Files that no tool writes: made of one that ffmpeg wrote by changing its boxes or elements."""

import struct
from collections.abc import Callable
from pathlib import Path

from tests.media_samples import ffmpeg


def box(kind: bytes, *payload: bytes) -> bytes:
    """Return an MP4 box."""
    body = b"".join(payload)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def change_box(content: bytes, path: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return MP4 bytes with one box's payload changed, and the sizes around it.

    Offsets in the tables are left alone, so the box has to lie behind the payload.

    Args:
        content: A file, or the payload of a box.
        path: The way to the box, such as ``moov/trak/mdia``; of several alike the first.
        change: Returns the new payload.
    """
    wanted, _, rest = path.partition("/")
    at = 0
    while at < len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        if kind == wanted.encode():
            payload = content[at + 8 : at + size]
            changed = change_box(payload, rest, change) if rest else change(payload)
            return content[:at] + box(kind, changed) + content[at + size :]
        at += size
    raise LookupError(path)


def edit_list(entries: int, *, ticks: int) -> bytes:
    """Return the payload of an ``elst`` that shows the same stretch again and again."""
    return struct.pack(">II", 0, entries) + struct.pack(">Iihh", ticks, 0, 1, 0) * entries


def make_clip(path: Path, *, size: str = "64x64", options: tuple[str, ...] = (), seconds: float = 1) -> Path:
    """Make a clip with sound; its suffix chooses the container, and MP4's tables come last."""
    codecs = ("libvpx", "libvorbis") if path.suffix == ".webm" else ("libx264", "aac")
    ffmpeg(
        [
            *("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25:d={seconds}"),
            *("-f", "lavfi", "-i", f"sine=d={seconds}", "-c:v", codecs[0], "-c:a", codecs[1]),
            *("-threads", "1", *options, str(path)),
        ]
    )
    return path
