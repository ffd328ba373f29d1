"""Encodes pieces of sound, all of one composition in one run of ffmpeg.

References:
    ISO/IEC 13818-7:2006, section 6.2 (ADTS: a header of 7 bytes before each packet, with its length).
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from retake.adapters.media import recipe
from retake.adapters.media.exact_sound import FRAME_BYTES, copy_samples
from retake.adapters.media.ffmpeg import FfmpegSession
from retake.adapters.media.music.bed import MIXED, PCM_INPUT
from retake.adapters.media.stitch.packets import Packets
from retake.adapters.media.stitch.pieces import Body, Seam, Span
from retake.adapters.media.stitch.plan import FRAME, PREROLL
from retake.domain.errors import MediaToolError
from retake.ports.media import TakeFiles

_ADTS_HEADER = 7


class Bed(Protocol):
    """A sound track, sample by sample of the whole."""

    def write(self, file: BinaryIO, first: int, count: int) -> None:
        """Write the samples from one point of the whole on."""
        ...


@dataclass(frozen=True)
class Heard:
    """What is heard in a clip: its take's exact sound, from a sample of the whole on.

    Attributes:
        is_silent: Whether the take's own sound is not heard.
    """

    take: TakeFiles
    start: int
    is_silent: bool = False


@dataclass(frozen=True)
class Pieces:
    """What is encoded together.

    Attributes:
        pieces: One behind the other.
        sounds: What each key says.
        bed: A sound track that is mixed with them; None for none.
    """

    pieces: Sequence[Body | Seam]
    sounds: Mapping[str, Heard]
    bed: Bed | None = None


def encode_pieces(session: FfmpegSession, wanted: Pieces, encoded: Path) -> dict[bytes, Packets]:
    """Encode pieces of sound.

    They are laid one behind the other, each from a multiple of 1024 samples on, and encoded together; the
    first packets of each are not used, because the encoder still heard the one before.

    Args:
        session: Of ffmpeg.
        wanted: What is needed; only what is used of a take's sound is fetched.
        encoded: Where the packets are written.

    Raises:
        MediaToolError: If ffmpeg gave another number of packets than it should.
    """
    source, track = session.directory / "pieces.pcm", session.directory / "track.pcm"
    begins: list[int] = []
    with source.open("wb") as file, track.open("wb") as music:
        for piece in wanted.pieces:
            begins.append(file.tell() // FRAME_BYTES // FRAME)
            for span in _spans_of(piece):
                _lay(file, span, wanted.sounds)
                if wanted.bed is not None:
                    _lay_track(music, span, wanted.sounds, wanted.bed)
        total = file.tell() // FRAME_BYTES // FRAME
    mixed = (*PCM_INPUT, "-i", f"file:{track}", "-filter_complex", f"[0:a][1:a]{MIXED}")
    session.run(
        [
            *("-v", "error", *PCM_INPUT, "-i", f"file:{source}", *(mixed if wanted.bed is not None else ())),
            *(*recipe.SOUND_ENCODER, *recipe.PLAIN_CONTAINER, "-f", "adts", encoded.absolute()),
        ]
    )
    packets = read_adts(encoded)
    if len(packets.sizes) <= total:
        raise MediaToolError("The sound around joins was not encoded whole.")
    return {
        piece.name: packets.between(begin + _skipped(piece), _used(piece))
        for piece, begin in zip(wanted.pieces, begins, strict=True)
    }


def _skipped(piece: Body | Seam) -> int:
    return piece.skip if isinstance(piece, Seam) else PREROLL


def _used(piece: Body | Seam) -> int:
    return piece.count if isinstance(piece, Seam) else -(-(piece.phase + piece.samples) // FRAME) + 1


def _spans_of(piece: Body | Seam) -> tuple[Span, ...]:
    """Return a piece's samples, filled up with silence to whole packets."""
    if isinstance(piece, Seam):
        spans: tuple[Span, ...] = piece.spans
    else:
        silence = Span(None, "", 0, PREROLL * FRAME + piece.phase)
        spans = (silence, Span(0, piece.key, 0, piece.samples))
    count = sum(span.count for span in spans)
    # A body's last packet reaches over its end.
    more = -count % FRAME + (FRAME if isinstance(piece, Body) else 0)
    return (*spans, Span(None, "", 0, more))


def _lay(file: BinaryIO, span: Span, sounds: Mapping[str, Heard]) -> None:
    """Write the samples of clips."""
    heard = None if span.clip is None else sounds[span.key]
    if heard is None or heard.is_silent:
        file.write(bytes(span.count * FRAME_BYTES))
    else:
        copy_samples(file, heard.take, span.first, span.count)


def _lay_track(file: BinaryIO, span: Span, sounds: Mapping[str, Heard], bed: Bed) -> None:
    """Write the samples of a sound track that are heard with a clip's."""
    if span.clip is None:
        file.write(bytes(span.count * FRAME_BYTES))
    else:
        bed.write(file, sounds[span.key].start + span.first, span.count)


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
