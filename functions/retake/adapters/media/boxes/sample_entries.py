"""Reads the parameters of a decoder: the entries of an ``stsd``.

References:
    ISO/IEC 14496-12:2022, sections 8.5.2 (stsd), 12.1.3 (visual entries) and 12.2.3 (audio entries).
    ISO/IEC 14496-14:2020, section 6.7.2 (esds); ISO/IEC 14496-1:2010, section 7.2.6 (descriptors).
"""

import struct
from collections.abc import Iterator

from retake.adapters.media.bounds import SAMPLE_ENTRIES
from retake.adapters.media.boxes.tables import DamagedTablesError

_SIDES_AT = 32
"""Where width and height stand in a visual entry: behind 8 bytes of header and 24 of other fields."""

_SOUND_ENTRY_BYTES = 36
_STREAM, _DECODER, _CONFIGURATION = 0x03, 0x04, 0x05


def picture_sides(sample_entry: bytes) -> Iterator[tuple[int, int]]:
    """Yield width and height of each entry of a picture's ``stsd``.

    Raises:
        UnreadableMediaError: If there are too many.
        DamagedTablesError, struct.error: If one is cut off.
    """
    (count,) = struct.unpack_from(">I", sample_entry, 4)
    SAMPLE_ENTRIES.require(count)
    at = 8
    for _ in range(count):
        (size,) = struct.unpack_from(">I", sample_entry, at)
        if size < _SIDES_AT + 4:
            raise DamagedTablesError("a sample entry is too short")
        yield struct.unpack_from(">HH", sample_entry, at + _SIDES_AT)
        at += size


def sound_config(sample_entry: bytes) -> bytes:
    """Return the decoder's configuration of an AAC track's only entry; empty where there is none.

    The entry says the average bit rate as well, which differs from take to take and decides nothing.

    Raises:
        DamagedTablesError, IndexError: If it is cut off.
    """
    at = 8 + _SOUND_ENTRY_BYTES
    if sample_entry[4:8] != b"\0\0\0\1" or sample_entry[12:16] != b"mp4a":
        return b""
    if sample_entry[at + 4 : at + 8] != b"esds":
        return b""
    at += 12
    for tag, fields in ((_STREAM, 3), (_DECODER, 13), (_CONFIGURATION, 0)):
        if sample_entry[at] != tag:
            return b""
        at, size = _descriptor_size(sample_entry, at + 1)
        at += fields
    return sample_entry[12 : 8 + _SOUND_ENTRY_BYTES] + sample_entry[at : at + size]


def _descriptor_size(body: bytes, at: int) -> tuple[int, int]:
    """Read a size of up to four bytes with seven bits each; return where it ends, too."""
    size = 0
    for place in range(at, at + 4):
        size = size << 7 | body[place] & 0x7F
        if not body[place] & 0x80:
            return place + 1, size
    raise DamagedTablesError("a descriptor has no size")
