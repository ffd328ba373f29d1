"""Recognises a file by its first bytes, before any decoder reads it."""

from pathlib import Path

from retake.domain.errors import UnreadableMediaError
from retake.ports.media import Fill, everything_is_there

HEAD_BYTES = 4096
"""What is looked at."""

_ID3_HEADER_BYTES = 10
_SYNC_BITS = 0xFFE0
_ADTS_BITS, _ADTS_SYNC = 0xFFF6, 0xFFF0
_MP4_FIRST_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp")

_OTHER_KINDS = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"FLV", "a Flash video"),
    (b"\x30\x26\xb2\x75", "a Windows Media video"),
    (b"\x47", "an MPEG transport stream video"),
    (b"\0\0\1\xba", "an MPEG program stream video"),
)

ACCEPTED_VIDEO = "Upload MP4, MOV, MKV or WebM."
ACCEPTED_SOUND = "Upload MP3, M4A, AAC, WAV, FLAC or OGG."
ACCEPTED_PICTURE = "Upload PNG, JPEG or WebP."


def video_demuxer(path: Path) -> str:
    """Return the demuxer that a video's first bytes ask for: ``mov`` or ``matroska``.

    Raises:
        UnreadableMediaError: It is not such a video.
    """
    head = _head(path, wanted="a video", advice=ACCEPTED_VIDEO)
    demuxer = _container(head)
    if demuxer is None:
        kind = _kind(head)
        fault = "of a kind that is not accepted" if kind.endswith("video") else "not a video"
        raise UnreadableMediaError(f"This is {kind}, {fault}.", advice=ACCEPTED_VIDEO)
    return demuxer


def sound_demuxer(path: Path, *, fill: Fill = everything_is_there) -> str:
    """Return the demuxer that a sound track's first bytes ask for.

    Args:
        path: The file, its first ``HEAD_BYTES`` on disk.
        fill: Brings more of it.

    Raises:
        UnreadableMediaError: It is no sound that Retake takes.
    """
    head = _head(path, wanted="a sound track", advice=ACCEPTED_SOUND)
    demuxer = _container(head) or _bare_sound(head, path, fill)
    if demuxer is None:
        raise UnreadableMediaError(f"This is {_kind(head)}, not a sound track.", advice=ACCEPTED_SOUND)
    return demuxer


def picture_format(path: Path) -> str:
    """Return what kind of picture a file's first bytes are: ``png``, ``jpeg`` or ``webp``.

    Raises:
        UnreadableMediaError: It is no such picture.
    """
    head = _head(path, wanted="a picture", advice=ACCEPTED_PICTURE)
    if head.startswith(b"\x89PNG"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    kind = "a video" if _container(head) else _kind(head)
    raise UnreadableMediaError(f"This is {kind}, not a picture that can be used.", advice=ACCEPTED_PICTURE)


def _head(path: Path, *, wanted: str, advice: str) -> bytes:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise UnreadableMediaError(f"The file is empty, not {wanted}.", advice=advice)
    return head


def _container(head: bytes) -> str | None:
    if head[4:8] in _MP4_FIRST_BOXES:
        return "mov"
    return "matroska" if head.startswith(b"\x1a\x45\xdf\xa3") else None


def _bare_sound(head: bytes, path: Path, fill: Fill) -> str | None:
    """Recognise a sound file that is no container of video."""
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"fLaC"):
        return "flac"
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith(b"ID3"):
        head = _after_id3(head, path, fill)
    return _frames_of(head)


def _frames_of(head: bytes) -> str | None:
    """Distinguish MPEG audio from ADTS AAC by the sync word and the layer bits (00 is AAC's)."""
    sync = int.from_bytes(head[:2], "big")
    if sync & _SYNC_BITS != _SYNC_BITS:
        return None
    if sync & _ADTS_BITS == _ADTS_SYNC:
        return "aac"
    return "mp3" if sync & 0x0006 else None


def _after_id3(head: bytes, path: Path, fill: Fill) -> bytes:
    """Skip an ID3v2 tag, whose length is written in four bytes of seven bits each."""
    length = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    fill(_ID3_HEADER_BYTES + length, _ID3_HEADER_BYTES + length + HEAD_BYTES)
    with path.open("rb") as file:
        file.seek(_ID3_HEADER_BYTES + length)
        # Some writers pad after the tag; the frames start at the first sync byte.
        return file.read(HEAD_BYTES).lstrip(b"\0")


def _kind(head: bytes) -> str:
    """Name what a refused file is, in words for people."""
    for magic, name in _OTHER_KINDS:
        if head.startswith(magic):
            return name
    if head.startswith(b"RIFF"):
        return {b"WAVE": "a WAV sound", b"AVI ": "an AVI video", b"WEBP": "a WebP picture"}.get(
            head[8:12], "an unknown kind of file"
        )
    if head.startswith((b"ID3", b"OggS", b"fLaC")) or _frames_of(head) is not None:
        return "a sound file"
    return "a text file" if _is_text(head) else "an unknown kind of file"


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        # The last character may be cut in two by the block's end.
        head[: len(head) - 3 if len(head) == HEAD_BYTES else None].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
