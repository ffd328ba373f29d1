"""A fragment that makes ffmpeg play on where the time stamps of a playlist jump; players skip it. Pure.

ffmpeg (9.0.2) reads all segments of a playlist as one file. Samples that lie before those of the fragment
before them it takes for an overlap: it decodes them and does not show them, to the end of their fragment. A
fragment that lies before all others takes that loss, because each is compared with the one before it only.
There are two jumps of more than ten seconds then, back to it and on from it, and ffmpeg takes both out of
the times: the clip goes on where the one before it ended.

Its picture is the end of a coded sequence, its sound a packet of silence: neither is shown nor heard. It is
marked as a gap, so that players that follow the standard do not load it, and the address has its content.

References:
    draft-pantos-hls-rfc8216bis, section 4.4.4.7 (EXT-X-GAP).
    ISO/IEC 14496-12:2022, sections 8.8.7 (tfhd), 8.8.8 (trun), 8.8.12 (tfdt).
    ITU-T H.264, section 7.4.2.5 (end of sequence).
    ffmpeg: ``mov_read_trun`` in libavformat/mov.c (fragments that overlap), ``-dts_delta_threshold``.
"""

import base64
import struct

_END_OF_SEQUENCE = struct.pack(">IB", 1, 10)
_SILENCE = bytes.fromhex("211004608c1c")
"""A packet of AAC in stereo."""

_BEFORE_ALL = 2**64 - 2**24
"""Read as a signed number 140 s before the first picture, and 350 s before the first sample."""

_DEFAULT_BASE_IS_MOOF = 0x020000
_OFFSET, _DURATIONS, _SIZES = 0x1, 0x100, 0x200
_HEADER_BYTES = 8


def _box(kind: bytes, *payload: bytes) -> bytes:
    return struct.pack(">I4s", _HEADER_BYTES + sum(map(len, payload)), kind) + b"".join(payload)


def _full_box(kind: bytes, *payload: bytes, flags: int = 0, version: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *payload)


def _track(number: int, sample: bytes, ticks: int, offset: int) -> bytes:
    run = struct.pack(">IiII", 1, offset, ticks, len(sample))
    return _box(
        b"traf",
        _full_box(b"tfhd", struct.pack(">I", number), flags=_DEFAULT_BASE_IS_MOOF),
        _full_box(b"tfdt", struct.pack(">Q", _BEFORE_ALL), version=1),
        _full_box(b"trun", run, flags=_OFFSET | _DURATIONS | _SIZES, version=1),
    )


def _fragment() -> bytes:
    def header(at: int) -> bytes:
        number = _full_box(b"mfhd", struct.pack(">I", 1))
        picture = _track(1, _END_OF_SEQUENCE, 1, at)
        return _box(b"moof", number, picture, _track(2, _SILENCE, 1024, at + len(_END_OF_SEQUENCE)))

    return header(len(header(0)) + _HEADER_BYTES) + _box(b"mdat", _END_OF_SEQUENCE, _SILENCE)


JOINT = (
    "#EXT-X-GAP",
    "#EXTINF:0.001,",
    f"data:video/mp4;base64,{base64.b64encode(_fragment()).decode()}.mp4",
)
"""Lines of a playlist.

ffmpeg refuses addresses that do not end as files of media do; what stands behind ``=`` is not decoded.
"""
