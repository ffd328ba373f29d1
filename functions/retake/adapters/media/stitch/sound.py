"""Encodes pieces of sound, all of one composition in one run of ffmpeg.

References:
    ISO/IEC 13818-7:2006, section 6.2 (ADTS: a header of 7 bytes before each packet, with its length).
"""

import wave
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from retake.adapters.media import recipe
from retake.adapters.media.ffmpeg import FfmpegSession
from retake.adapters.media.stitch.packets import Packets
from retake.adapters.media.stitch.pieces import Body, Seam, Span
from retake.adapters.media.stitch.plan import FRAME, PREROLL
from retake.domain.errors import MediaToolError
from retake.domain.media import AUDIO_SAMPLE_RATE_HZ
from retake.ports.media import TO_THE_END, TakeFiles, everything_is_there

_FRAME_BYTES = 4
"""Of one moment: 16 bits, two channels."""

_BLOCK = 1 << 16
_ADTS_HEADER = 7
WAV_HEADER_BYTES = 4096
"""In which a WAV file's samples begin."""


def encode_pieces(
    session: FfmpegSession, pieces: Sequence[Body | Seam], sounds: Mapping[str, TakeFiles], encoded: Path
) -> dict[bytes, Packets]:
    """Encode pieces of sound.

    They are laid one behind the other, each from a multiple of 1024 samples on, and encoded together; the
    first packets of each are not used, because the encoder still heard the one before.

    Args:
        session: Of ffmpeg.
        pieces: What is needed.
        sounds: The takes whose exact sound (WAV) each key says; only what is used of it is fetched.
        encoded: Where the packets are written.

    Raises:
        MediaToolError: If ffmpeg gave another number of packets than it should.
    """
    source = session.directory / "pieces.pcm"
    begins: list[int] = []
    with source.open("wb") as file:
        for piece in pieces:
            begins.append(file.tell() // _FRAME_BYTES // FRAME)
            _lay(file, piece, sounds)
        total = file.tell() // _FRAME_BYTES // FRAME
    form = ("-f", "s16le", "-ar", str(AUDIO_SAMPLE_RATE_HZ), "-ac", "2")
    session.run(
        [
            *("-v", "error", *form, "-protocol_whitelist", "file", "-i", f"file:{source}"),
            *(*recipe.SOUND_ENCODER, *recipe.PLAIN_CONTAINER, "-f", "adts", encoded.absolute()),
        ]
    )
    packets = read_adts(encoded)
    if len(packets.sizes) <= total:
        raise MediaToolError("The sound around joins was not encoded whole.")
    return {
        piece.name: packets.between(begin + _skipped(piece), _used(piece))
        for piece, begin in zip(pieces, begins, strict=True)
    }


def _skipped(piece: Body | Seam) -> int:
    return piece.skip if isinstance(piece, Seam) else PREROLL


def _used(piece: Body | Seam) -> int:
    return piece.count if isinstance(piece, Seam) else -(-(piece.phase + piece.samples) // FRAME) + 1


def _lay(file: BinaryIO, piece: Body | Seam, sounds: Mapping[str, TakeFiles]) -> None:
    """Write a piece's samples, filled up with silence to whole packets."""
    if isinstance(piece, Seam):
        spans: tuple[Span, ...] = piece.spans
    else:
        silence = Span(None, "", 0, PREROLL * FRAME + piece.phase)
        spans = (silence, Span(0, piece.key, 0, piece.samples))
        (sounds[piece.key].fetch_audio or everything_is_there)(0, TO_THE_END)
    for span in spans:
        if span.clip is None:
            file.write(bytes(span.count * _FRAME_BYTES))
        else:
            _copy_samples(file, sounds[span.key], span)
    count = sum(span.count for span in spans)
    # A body's last packet reaches over its end.
    more = -count % FRAME + (FRAME if isinstance(piece, Body) else 0)
    file.write(bytes(more * _FRAME_BYTES))


def is_exact_sound(path: Path, *, samples: int) -> bool:
    """Whether a file has exactly so many moments of sound, in the form that takes have."""
    try:
        with wave.open(str(path), "rb") as file:
            form = (file.getframerate(), file.getnchannels(), file.getsampwidth(), file.getnframes())
    except (wave.Error, EOFError):
        return False
    return form == (AUDIO_SAMPLE_RATE_HZ, 2, 2, samples)


def _copy_samples(file: BinaryIO, take: TakeFiles, span: Span) -> None:
    fetch = take.fetch_audio or everything_is_there
    fetch(0, WAV_HEADER_BYTES)
    with take.audio.open("rb") as body, wave.open(body) as source:
        begin = body.tell() + span.first * _FRAME_BYTES
        fetch(begin, begin + span.count * _FRAME_BYTES)
        source.setpos(span.first)
        left = span.count
        while left:
            block = source.readframes(min(left, _BLOCK))
            if not block:
                raise MediaToolError(f"{take.audio.name} ends before its sound does.")
            file.write(block)
            left -= len(block) // _FRAME_BYTES


def read_adts(path: Path) -> Packets:
    """Find the packets in an ADTS file.

    Raises:
        MediaToolError: If it is none, or cut off.
    """
    offsets, sizes = array("Q"), array("I")
    whole = path.stat().st_size
    with path.open("rb") as file:
        at = 0
        while at < whole:
            file.seek(at)
            header = file.read(_ADTS_HEADER)
            length = int.from_bytes(header[3:6], "big") >> 5 & 0x1FFF
            if header[:2] != b"\xff\xf1" or length <= _ADTS_HEADER or at + length > whole:
                raise MediaToolError("The sound around joins was not encoded as it should be.")
            offsets.append(at + _ADTS_HEADER)
            sizes.append(length - _ADTS_HEADER)
            at += length
    return Packets(path, offsets, sizes)
