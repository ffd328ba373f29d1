"""A fragment that makes ffmpeg play on where the time stamps of a playlist jump; players skip it. Pure.

ffmpeg (9.0.2) reads all segments of a playlist as one file. Samples that lie before those of the fragment
before them it takes for an overlap: it decodes them and does not show them, to the end of their fragment. A
fragment that lies before all others takes that loss, because each is compared with the one before it only.
There are two jumps of more than ten seconds then, back to it and on from it, and ffmpeg takes both out of
the times: the clip goes on where the one before it ended.

Its picture is a decoder configuration (``avcC``) whose parameter sets have numbers that no take has. ffmpeg's
decoder reads it as such, without a picture and without an error. The end of a sequence (NAL unit 10) would
not do: the decoder gives out one picture that waits there and keeps its order, and where less than two
pictures follow up to the next key frame or joint, it takes all of the clip behind for older, and drops it.
Other NAL units without a picture are errors of decoding, at which programs stop.

The picture is shown later than it is decoded. libavformat takes the time of decoding from pictures where both
are equal (``compute_pkt_fields``), as they are behind a clip of one frame, and the jump is not seen then.

Its sound is a packet of silence. Nothing is shown nor heard. It is marked as a gap, so that players that
follow the standard do not load it, and the address has its content.

References:
    draft-pantos-hls-rfc8216bis, section 4.4.4.7 (EXT-X-GAP).
    ISO/IEC 14496-12:2022, sections 8.8.7 (tfhd), 8.8.8 (trun), 8.8.12 (tfdt).
    ISO/IEC 14496-15, section 5.3.3.1 (AVCDecoderConfigurationRecord).
    ITU-T H.264, sections 7.3.2.1.1 (sequence parameter set), 7.3.2.2 (picture parameter set).
    ffmpeg: ``mov_read_trun`` in libavformat/mov.c (fragments that overlap), ``is_avcc_extradata`` and
        ``send_next_delayed_frame`` in libavcodec/h264dec.c, ``-dts_delta_threshold``.
"""

import base64
import struct

_CONFIGURATION = bytes.fromhex("0142000affe1 0008 6742000a04169e40 01 0007 68008002038f20")
"""Sequence parameter set 31, baseline of 16x16, and picture parameter set 255 of it."""

_SILENCE = bytes.fromhex("211004608c1c")
"""A packet of AAC in stereo."""

_BEFORE_ALL = 2**64 - 2**24
"""Read as a signed number 140 s before the first picture, and 350 s before the first sample."""

_DEFAULT_BASE_IS_MOOF = 0x020000
_OFFSET, _DURATIONS, _SIZES, _SHIFTS = 0x1, 0x100, 0x200, 0x800
_HEADER_BYTES = 8


def _box(kind: bytes, *payload: bytes) -> bytes:
    return struct.pack(">I4s", _HEADER_BYTES + sum(map(len, payload)), kind) + b"".join(payload)


def _full_box(kind: bytes, *payload: bytes, flags: int = 0, version: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *payload)


def _track(number: int, sample: bytes, ticks: int, offset: int, *, shift: int | None = None) -> bytes:
    run = struct.pack(">IiII", 1, offset, ticks, len(sample))
    flags = _OFFSET | _DURATIONS | _SIZES
    if shift is not None:
        run += struct.pack(">i", shift)
        flags |= _SHIFTS
    return _box(
        b"traf",
        _full_box(b"tfhd", struct.pack(">I", number), flags=_DEFAULT_BASE_IS_MOOF),
        _full_box(b"tfdt", struct.pack(">Q", _BEFORE_ALL), version=1),
        _full_box(b"trun", run, flags=flags, version=1),
    )


def _fragment() -> bytes:
    def header(at: int) -> bytes:
        number = _full_box(b"mfhd", struct.pack(">I", 1))
        picture = _track(1, _CONFIGURATION, 1, at, shift=1)
        return _box(b"moof", number, picture, _track(2, _SILENCE, 1024, at + len(_CONFIGURATION)))

    return header(len(header(0)) + _HEADER_BYTES) + _box(b"mdat", _CONFIGURATION, _SILENCE)


JOINT = (
    "#EXT-X-GAP",
    "#EXTINF:0.001,",
    f"data:video/mp4;base64,{base64.b64encode(_fragment()).decode()}.mp4",
)
"""Lines of a playlist.

ffmpeg refuses addresses that do not end as files of media do; what stands behind ``=`` is not decoded, so
that the fragment's bytes must not be a multiple of three.
"""
