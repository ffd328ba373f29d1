"""Copies the picture of a video that already has the exact form of a job's takes.

What is joined without encoding has to agree in everything that a decoder learns once, so tables and
stream headers are compared byte for byte with what the recipe makes, and every picture is decoded.

References:
    ISO/IEC 14496-12:2022, sections 8.3.2 (tkhd), 8.5.2 (stsd), 8.6.2 (stss), 8.6.6 (elst);
    ISO/IEC 14496-15:2022, section 5.3 (avcC, and NAL units behind their lengths);
    ITU-T H.264 (08/2021), table 7-1 (NAL unit types) and annex D (SEI).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from retake.adapters.media import recipe
from retake.adapters.media.boxes.iso import Box, BoxWalker
from retake.adapters.media.boxes.reader import ByteReader
from retake.adapters.media.ffmpeg import FfmpegSession, untrusted_input
from retake.adapters.media.mp4 import Movie, Track, read_movie
from retake.domain.errors import MediaToolError, UnreadableMediaError
from retake.domain.media import MediaProfile

_STRICT = ("-xerror", "-err_detect", "explode")
_REORDERED_FRAMES = 2
_LENGTH_BYTES = 4
_SLICE, _IDR_SLICE, _SEI, _ACCESS_UNIT_DELIMITER = 1, 5, 6, 9
_USER_DATA_UNREGISTERED = 5
_LONGEST_SEI = 64 * 1024
_ENCODER_NAME_AT = 58
"""Where a sample entry's ``compressorname`` stands in ``stsd``: its length, then its characters."""

_UPRIGHT = b"".join(number.to_bytes(4, "big") for number in (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30))
"""The matrix of a track that is neither turned nor mirrored nor scaled."""


@dataclass(frozen=True)
class CopiedPicture:
    """A picture in the job's form: its file, and ffmpeg's options that copy it into a take."""

    video: Path
    options: tuple[str, ...]


def copy_picture(
    session: FfmpegSession, source: Path, *, profile: MediaProfile, frames: int
) -> CopiedPicture | None:
    """Write the picture of a video in the job's form into a file of its own, packet by packet.

    Args:
        session: Where ffmpeg runs; the file is in its directory.
        source: The video.
        profile: The job's.
        frames: How many pictures the take has.

    Returns:
        The picture; None where the video has another form, or a picture of it does not decode cleanly.

    Raises:
        MediaToolTimeoutError: If the session's deadline came first.
    """
    if not _has_tables(source, profile=profile, frames=frames):
        return None
    entry = _entry_of(session, profile)
    own = read_movie(source).track("vide").sample_entry
    if _decoder_configuration(own) != _decoder_configuration(entry):
        return None
    copied = CopiedPicture(
        session.directory / "copied.mp4",
        ("-c:v", "copy", "-metadata:s:v:0", f"encoder={_encoder_name(entry)}"),
    )
    ran = session.attempt(
        [
            *("-v", "error", *_STRICT, *untrusted_input(source, demuxers="mov")),
            *("-map", "0:V:0", *copied.options, *recipe.mp4_container(profile.fps)),
            copied.video,
            *("-map", "0:V:0", "-f", "null", "-"),
        ]
    )
    if ran.exit_code or not _is_take(copied.video, entry, profile=profile, frames=frames):
        return None
    return copied


def _has_tables(source: Path, *, profile: MediaProfile, frames: int) -> bool:
    """Whether the tables and the packets' headers are those of a take: what costs no run of ffmpeg."""
    try:
        movie = read_movie(source)
        pictures = [track for track in movie.tracks if track.kind == "vide"]
        return (
            len(pictures) == 1
            and _is_on_the_grid(pictures[0], profile=profile, frames=frames)
            and _shows_all(pictures[0], movie)
            and _is_upright(source)
            and _stands_alone(source, pictures[0])
        )
    except UnreadableMediaError:
        return False


def _is_on_the_grid(track: Track, *, profile: MediaProfile, frames: int) -> bool:
    """Whether there is one picture a frame, each at its time, as late as two reordered ones make it."""
    ticks = Fraction(track.timescale) / Fraction(profile.fps)
    if len(track.sizes) != frames or frames <= _REORDERED_FRAMES or ticks.denominator != 1:
        return False
    step = int(ticks)
    return (
        set(track.durations) == {step}
        and sorted(track.presentation_times) == list(range(0, frames * step, step))
        and track.start == _REORDERED_FRAMES * step
    )


def _shows_all(track: Track, movie: Movie) -> bool:
    """Whether the edit list shows the whole track, and nothing before it."""
    if len(track.edits) != 1:
        return False
    length = sum(track.durations)
    shown = Fraction(track.edits[0].duration * track.timescale, movie.timescale or 1)
    return shown == 0 or abs(shown - length) * 2 < track.durations[0]


def _is_upright(source: Path) -> bool:
    with ByteReader(source) as reader:
        walker = BoxWalker(reader)
        moov = next(box for box in walker.top() if box.kind == "moov")
        matrices = [_matrix(walker, trak) for trak in walker.inside(moov) if trak.kind == "trak"]
    return all(matrix == _UPRIGHT for matrix in matrices)


def _matrix(walker: BoxWalker, trak: Box) -> bytes:
    header = walker.children(trak)["tkhd"]
    # Flags, times, ids, layer, volume stand before; in version 1 times and length are longer.
    start = 52 if walker.reader.read(header.start, 1)[0] else 40
    return walker.reader.read(header.start + start, len(_UPRIGHT))


def _stands_alone(source: Path, track: Track) -> bool:
    """Whether decoding starts at an IDR picture, can start again at each key, and finds no other headers."""
    keys = set(range(1, len(track.sizes) + 1) if track.keys is None else track.keys)
    with source.open("rb") as file:
        for number, (offset, size) in enumerate(zip(track.offsets, track.sizes, strict=True), start=1):
            kinds = set(_units(file, offset, size))
            if not kinds <= {_SLICE, _IDR_SLICE, _SEI, _ACCESS_UNIT_DELIMITER}:
                return False
            if (_IDR_SLICE in kinds) != (number in keys):
                return False
    return 1 in keys


def _units(file: BinaryIO, offset: int, size: int) -> Iterator[int]:
    """Give the kinds of a packet's NAL units; 0 for what a take does not have."""
    end = offset + size
    while offset + _LENGTH_BYTES < end:
        file.seek(offset)
        length = int.from_bytes(file.read(_LENGTH_BYTES), "big")
        kind = file.read(1)[0] & 0x1F
        offset += _LENGTH_BYTES + length
        if length == 0 or offset > end:
            break
        yield kind if kind != _SEI or _is_harmless(file, length - 1) else 0
    if offset != end:
        yield 0


def _is_harmless(file: BinaryIO, length: int) -> bool:
    """Whether an SEI unit has nothing that could change how pictures are shown."""
    return length <= _LONGEST_SEI and set(_messages(file.read(length))) <= {_USER_DATA_UNREGISTERED}


def _messages(sei: bytes) -> Iterator[int]:
    """Give the types of the messages in an SEI unit, whose end is one bit and zeros."""
    body = sei.replace(b"\0\0\3", b"\0\0").rstrip(b"\0")
    at = 0
    while at + 1 < len(body):
        kind, at = _extended(body, at)
        length, at = _extended(body, at)
        yield kind
        at += length


def _extended(body: bytes, at: int) -> tuple[int, int]:
    """Read a number that goes on while its bytes are 255; return it and where it ends."""
    number = 0
    while body[at : at + 1] == b"\xff":
        number, at = number + 255, at + 1
    return number + (body[at] if at < len(body) else 0), at + 1


def _entry_of(session: FfmpegSession, profile: MediaProfile) -> bytes:
    """Return the sample entry of every take of a profile: what the recipe makes of three black pictures."""
    made = session.directory / "reference.mp4"
    black = (
        f"color=black:size={profile.width}x{profile.height}:rate={profile.fps},setsar=1,format=yuv420p,"
        "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
    )
    session.run(
        [
            *("-v", "error", "-f", "lavfi", "-i", black, "-frames:v", str(_REORDERED_FRAMES + 1)),
            *(*recipe.picture_encoder(profile), *recipe.mp4_container(profile.fps)),
            made,
        ]
    )
    return read_movie(made).track("vide").sample_entry


def _decoder_configuration(sample_entry: bytes) -> bytes:
    """Return an ``avcC`` box: size, colours, profile and reordering of the stream are all in it."""
    at = sample_entry.find(b"avcC")
    if at < _LENGTH_BYTES:
        return b""
    return sample_entry[
        at : at - _LENGTH_BYTES + int.from_bytes(sample_entry[at - _LENGTH_BYTES : at], "big")
    ]


def _encoder_name(sample_entry: bytes) -> str:
    """Return the name of the encoder that a sample entry carries: it is part of what has to be equal."""
    length = sample_entry[_ENCODER_NAME_AT]
    return sample_entry[_ENCODER_NAME_AT + 1 :][:length].decode("ascii")


def _is_take(copied: Path, entry: bytes, *, profile: MediaProfile, frames: int) -> bool:
    try:
        track = read_movie(copied).track("vide")
    except UnreadableMediaError as exc:
        raise MediaToolError("The picture could not be copied.") from exc
    ticks = recipe.ticks_a_frame(profile.fps)
    shown = sorted(track.presentation_times)
    return track.sample_entry == entry and shown == list(range(0, frames * ticks, ticks))
