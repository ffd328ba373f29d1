"""Asks ffmpeg what an untrusted file holds, and checks that its first picture decodes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from retake.adapters.media.ffmpeg import FfmpegSession, ToolRun, untrusted_input
from retake.adapters.media.sniff import HEAD_BYTES, picture_format, sound_demuxer, video_demuxer
from retake.adapters.media.structure import Structure, read_structure, require_decodable
from retake.domain.errors import UnreadableMediaError
from retake.ports.media import Fill, everything_is_there

# Anchored on ffmpeg's own two spaces: what the file says of itself (metadata) stands further in.
_STREAM = re.compile(
    r"^  Stream #0:\d+\S*: (?P<kind>Video|Audio): (?P<codec>\S+?)(?:,|\s)(?P<rest>.*)$", re.MULTILINE
)
_COLOUR = re.compile(r"\b[a-z][a-z0-9]+\((?:tv|pc)?(?:, )?(?P<matrix>[a-z0-9]+)[^()]*\)")
_HEADER = re.compile(r"^#(?P<name>\w+) 0: (?P<value>\S+)$", re.MULTILINE)
_UNTAGGED = frozenset({"tv", "pc", "unknown", "progressive", "top", "bottom", "reserved"})
_CUT_OFF = ("partial file", "File ended prematurely", "moov atom not found")


@dataclass(frozen=True)
class Picture:
    """The picture of a file.

    Attributes:
        codec: Such as ``h264``.
        width: Displayed width in pixels, after rotation and sample aspect ratio.
        height: Displayed height, likewise.
        square_pixels: Whether the pixels are as high as wide.
        has_matrix: Whether the file says by which matrix its colours were made.
        start_s: When the first picture is shown, in seconds: the sound may begin before it.
    """

    codec: str
    width: int
    height: int
    square_pixels: bool
    has_matrix: bool
    start_s: float


@dataclass(frozen=True)
class Contents:
    """What a file holds; ``sound_codec`` is empty without a sound that ffmpeg can decode."""

    demuxer: str
    structure: Structure
    picture: Picture
    sound_codec: str


def inspect_video(session: FfmpegSession, path: Path, *, fill: Fill | None = None) -> Contents:
    """Look into a video: check its structure against the bounds, read its headers, decode one picture.

    Args:
        session: Of ffmpeg.
        path: The file.
        fill: Brings parts of it that are not on disk yet; None where it is whole. Then every cluster of a
            Matroska file is looked into; else only the first and the last.

    Raises:
        UnreadableMediaError: With a reason for people.
    """
    bring = fill or everything_is_there
    bring(0, HEAD_BYTES)
    demuxer = video_demuxer(path)
    structure = read_structure(path, demuxer=demuxer, fill=bring, count_all=fill is None)
    for start, end in structure.needed:
        bring(start, end)
    # The demuxer's time base, or the first picture's time would be rounded to frames.
    first = ("-map", "0:V:0", "-frames:v", "1", "-enc_time_base:v", "demux", "-f", "framecrc", "pipe:1")
    looked = ["-v", "info", *untrusted_input(path, demuxers=demuxer), *first]
    ran = session.attempt(looked)
    if _decoded(ran.output) is None and fill is not None:
        fill(0, path.stat().st_size)  # the picture may be made of other parts than the tables say
        ran = session.attempt(looked)
    streams = list(_STREAM.finditer(ran.log))
    video = next((s for s in streams if s["kind"] == "Video" and "(attached pic)" not in s["rest"]), None)
    if video is None:
        raise UnreadableMediaError(_reason_without_picture(ran.log, has_streams=bool(streams)))
    shown = _decoded(ran.output)
    if shown is None:
        raise UnreadableMediaError(f"The picture ({video['codec']}) cannot be decoded: it is damaged.")
    width, height = (int(side) for side in shown.header["dimensions"].split("x"))
    # The decoder's size: the one in the tables may be made up.
    require_decodable(width, height, structure.frames)
    shape = _shape(shown.header.get("sar", "0/1"))
    return Contents(
        demuxer=demuxer,
        structure=structure,
        picture=Picture(
            codec=video["codec"],
            width=max(1, round(width * shape)),
            height=height,
            square_pixels=shape == 1,
            has_matrix=_has_matrix(video["rest"]),
            start_s=shown.start_s,
        ),
        sound_codec=_sound_codec(streams),
    )


@dataclass(frozen=True)
class StillPicture:
    """A picture that stands alone: its format, which is also its codec's name, and its size in pixels."""

    format: str
    width: int
    height: int


def inspect_picture(session: FfmpegSession, path: Path) -> StillPicture:
    """Look into a picture by decoding it.

    Raises:
        UnreadableMediaError: With a reason for people.
    """
    kind = picture_format(path)
    demuxer = f"{kind}_pipe"
    decoded = ("-map", "0:v:0", "-frames:v", "1", "-f", "framecrc", "pipe:1")
    opened = ("-f", demuxer, *untrusted_input(path, demuxers=demuxer))
    # A picture that is cut off decodes in part, with an error that this turns into a refusal.
    ran = session.attempt(["-v", "error", "-xerror", "-err_detect", "explode", *opened, *decoded])
    shown = _decoded(ran.output)
    if shown is None or ran.log.strip():
        raise UnreadableMediaError("The picture cannot be decoded: it is damaged or incomplete.")
    width, height = (int(side) for side in shown.header["dimensions"].split("x"))
    return StillPicture(kind, width, height)


@dataclass(frozen=True)
class Sound:
    """The sound of a file: its codec and its length in seconds."""

    demuxer: str
    codec: str
    end_s: float


def inspect_sound(session: FfmpegSession, path: Path, *, fill: Fill | None = None) -> Sound:
    """Look into a sound track: read its headers, decode a moment, measure its length.

    Args:
        session: Of ffmpeg.
        path: The file.
        fill: Brings parts of it that are not on disk yet; None where it is whole. A file without tables
            (MP3, AAC, FLAC, OGG, WAV) is read whole: its length is known by its packets only.

    Raises:
        UnreadableMediaError: With a reason for people.
    """
    bring = fill or everything_is_there
    bring(0, HEAD_BYTES)
    demuxer = sound_demuxer(path, fill=bring)
    if demuxer in {"mov", "matroska"}:
        return _inspect_track(session, path, demuxer=demuxer, fill=fill)
    bring(0, path.stat().st_size)
    moment = ("-map", "0:a:0", "-t", "0.5", "-f", "framecrc", "pipe:1")
    packets = session.directory / "packets"
    every = ("-map", "0:a:0", "-c", "copy", "-f", "framecrc", packets)
    ran = session.attempt(["-v", "info", *untrusted_input(path, demuxers=demuxer), *moment, *every])
    return Sound(demuxer=demuxer, codec=_heard_codec(ran), end_s=count_listed(packets)[1])


def _inspect_track(session: FfmpegSession, path: Path, *, demuxer: str, fill: Fill | None) -> Sound:
    """Look into the sound of a container, whose tables say how long it is."""
    bring = fill or everything_is_there
    structure = read_structure(path, demuxer=demuxer, fill=bring, count_all=fill is None)
    for start, end in structure.needed:
        bring(start, end)
    moment = ("-map", "0:a:0", "-t", "0.5", "-f", "framecrc", "pipe:1")
    ran = session.attempt(["-v", "info", *untrusted_input(path, demuxers=demuxer), *moment])
    return Sound(demuxer=demuxer, codec=_heard_codec(ran), end_s=structure.sound_s)


def _heard_codec(ran: ToolRun) -> str:
    """Return the codec of the sound that was decoded. Raises ``UnreadableMediaError`` where none was."""
    codec = _sound_codec(list(_STREAM.finditer(ran.log)))
    if not codec:
        raise UnreadableMediaError(_cut_off(ran.log) or "This file has no sound that can be read.")
    if _decoded(ran.output) is None:
        raise UnreadableMediaError(f"The sound ({codec}) cannot be decoded: it is damaged.")
    return codec


def _reason_without_picture(log: str, *, has_streams: bool) -> str:
    reason = _cut_off(log)
    if reason:
        return reason
    if has_streams:
        return "This file holds only sound. Upload a video with a picture."
    return "No video could be found in this file: it is damaged, or not what its name says."


def _cut_off(log: str) -> str:
    if any(sign in log for sign in _CUT_OFF):
        return "The file is incomplete: it ends before its content does. Make or upload it again."
    return ""


def _sound_codec(streams: Iterable[re.Match[str]]) -> str:
    first = next((stream["codec"] for stream in streams if stream["kind"] == "Audio"), "")
    return "" if first == "none" else first  # "none": ffmpeg knows no decoder, as for some phones' tracks


@dataclass(frozen=True)
class _Decoded:
    """What ``framecrc`` says of what was decoded: its header, and the first time in seconds."""

    header: dict[str, str]
    start_s: float


def _decoded(framecrc: bytes) -> _Decoded | None:
    """Read a ``framecrc`` listing of decoded pictures or sound; None where nothing was decoded."""
    text = framecrc.decode("latin-1")
    header = {match["name"]: match["value"] for match in _HEADER.finditer(text)}
    row = next((line for line in text.splitlines() if line and not line.startswith("#")), None)
    return _Decoded(header, float(int(row.split(",")[2]) * Fraction(header["tb"]))) if row else None


def _has_matrix(description: str) -> bool:
    found = _COLOUR.search(description)
    return found is not None and found["matrix"] not in _UNTAGGED


def _shape(sar: str) -> Fraction:
    """Return the sample aspect ratio; unknown (0) means square."""
    over, under = (int(part) for part in sar.split("/"))
    return Fraction(over, under) if over > 0 and under > 0 else Fraction(1)


def count_listed(listing: Path) -> tuple[int, float]:
    """Return how many packets or pictures ``framecrc`` listed, and when the last one ends, in seconds.

    References:
        https://ffmpeg.org/ffmpeg-formats.html#framecrc (columns: stream, dts, pts, duration, …)
    """
    base = Fraction(1)
    count, end = 0, 0
    with listing.open(encoding="latin-1") as lines:
        for line in lines:
            if line.startswith("#tb"):
                base = Fraction(line.split(": ")[1].strip())
            if line.startswith("#"):
                continue
            start, length = (int(column) for column in line.split(",")[2:4])
            count += 1
            end = max(end, start + length)
    return count, float(end * base)
