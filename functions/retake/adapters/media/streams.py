"""Asks ffmpeg what an untrusted file holds, and checks that its first picture decodes."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from retake.adapters.media.ffmpeg import FfmpegSession, untrusted_input
from retake.adapters.media.listings import Listed, read_decoded, read_listing
from retake.adapters.media.pixels import Pixels, read_colours
from retake.adapters.media.sniff import HEAD_BYTES, picture_format, sound_demuxer, video_demuxer
from retake.adapters.media.sounds import SoundChoice, SoundTrack, Use, choose_sound
from retake.adapters.media.structure import Structure, read_structure, require_decodable
from retake.adapters.media.tracks import MAX_SOUND_TRACKS, Track, decodable_sounds, list_tracks
from retake.domain.errors import UnreadableMediaError
from retake.ports.media import Fill, everything_is_there

_ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
"""ffmpeg's own decoders of these leave out the transparency that Matroska keeps beside the picture."""

_DAMAGED = "No video could be found in this file: it is damaged, or not what its name says."


_LARGEST_USUAL_PIXELS = 4096 * 2304
"""4K and what cameras call so; nothing larger was ever interlaced."""


@dataclass(frozen=True)
class Picture:
    """The picture of a file.

    Attributes:
        codec: Such as ``h264``.
        width: Displayed width in pixels, after rotation and sample aspect ratio.
        height: Displayed height, likewise: the longer side of a pixel decides, so that none is lost.
        lines: Height in lines of pixels, after rotation.
        pixels: How its colours are written.
        start_s: When the first picture is shown, in seconds: the sound may begin before it.
    """

    codec: str
    width: int
    height: int
    lines: int
    pixels: Pixels
    start_s: float

    @property
    def is_huge(self) -> bool:
        """Whether few of its pictures fit into memory: 12 to 100 MB each."""
        return self.width * self.height > _LARGEST_USUAL_PIXELS


@dataclass(frozen=True)
class Contents:
    """What a file holds.

    Attributes:
        demuxer: What reads it.
        structure: What its tables say.
        picture: Its first picture track.
        decoder: Options that choose the picture's decoder; none for the usual one.
        sounds: Every sound track that was looked into and can be decoded.
        silent: Those that cannot.
        sound: Which of them are heard.
        subtitles: How many tracks of subtitles there are.
        more_pictures: How many picture tracks after the first.
        more_sounds: How many sound tracks were not looked into.
    """

    demuxer: str
    structure: Structure
    picture: Picture
    decoder: tuple[str, ...]
    sounds: tuple[SoundTrack, ...]
    silent: tuple[SoundTrack, ...]
    sound: SoundChoice
    subtitles: int = 0
    more_pictures: int = 0
    more_sounds: int = 0

    @property
    def sound_codec(self) -> str:
        """The codec of the first track that is heard; empty where none is."""
        return self.sound.tracks[0].codec if self.sound.tracks else ""

    def input(self, path: Path) -> list[str]:
        """Return the arguments that open the file with the right decoder."""
        # Each thread of a decoder holds a picture of its own.
        threads = ("-threads", "1") if self.picture.is_huge else ()
        return [*threads, *self.decoder, *untrusted_input(path, demuxers=self.demuxer)]


def inspect_video(session: FfmpegSession, path: Path, *, fill: Fill | None = None) -> Contents:
    """Inspect a video: check its structure against the bounds, list its tracks, decode a moment of each.

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
    try:
        return _inspect_tracks(session, path, demuxer=demuxer, structure=structure)
    except UnreadableMediaError:
        if fill is None:
            raise
    fill(0, path.stat().st_size)  # the picture may be made of other parts than the tables say
    return _inspect_tracks(session, path, demuxer=demuxer, structure=structure)


def _inspect_tracks(session: FfmpegSession, path: Path, *, demuxer: str, structure: Structure) -> Contents:
    tracks = list_tracks(session, path, demuxer=demuxer)
    pictures, sounds, subtitles = (
        [track for track in tracks if track.kind == kind] for kind in ("video", "audio", "subtitle")
    )
    if not pictures:
        if sounds:
            raise UnreadableMediaError("This file holds only sound.", advice="Upload a video with a picture.")
        raise UnreadableMediaError(_DAMAGED)
    decoder = _decoder(pictures[0])
    opened = [*decoder, *untrusted_input(path, demuxers=demuxer)]
    picture = _inspect_picture_track(session, opened, pictures[0], frames=structure.frames)
    good, bad = decodable_sounds(session, path, sounds, demuxer=demuxer)
    return Contents(
        demuxer=demuxer,
        structure=structure,
        picture=picture,
        decoder=decoder,
        sounds=tuple(good),
        silent=tuple(bad),
        sound=choose_sound(good, demuxer=demuxer),
        subtitles=len(subtitles),
        more_pictures=len(pictures) - 1,
        more_sounds=max(0, len(sounds) - MAX_SOUND_TRACKS),
    )


def _decoder(track: Track) -> tuple[str, ...]:
    named = _ALPHA_DECODERS.get(track.codec) if track.has_alpha else None
    return () if named is None else ("-c:v", named)


def _inspect_picture_track(
    session: FfmpegSession, opened: list[str], track: Track, *, frames: int
) -> Picture:
    graphs, colours = session.directory / "picture.json", session.directory / "colours.mov"
    first: tuple[str, ...] = ("-map", "0:V:0", "-frames:v", "1")
    ran = session.attempt(
        [
            *("-v", "error", *opened, "-print_graphs_format", "json", "-print_graphs_file"),
            graphs,
            # The demuxer's time base, or the first picture's time would be rounded to frames.
            *(*first, "-enc_time_base:v", "demux", "-f", "framecrc", "pipe:1"),
            # The colour tags that the decoder gives, in a form that can be read: those of the container
            # may be others.
            *(*first, "-vf", "crop='min(iw,16)':'min(ih,16)':0:0", "-c:v", "ffv1"),
            *("-map_metadata", "-1", "-f", "mov"),
            colours,
        ]
    )
    shown = _decoded(ran.output)
    if shown.start is None:
        raise UnreadableMediaError(_undecodable(session, track))
    width, height = (int(side) for side in shown.header["dimensions"].split("x"))
    # The decoder's size: the one in the tables may be made up.
    require_decodable(width, height, frames)
    shape = _shape(shown.header.get("sar", "0/1"))
    decoded = read_decoded(graphs)
    return Picture(
        codec=track.codec,
        width=round(width * max(shape, Fraction(1))),
        height=round(height / min(shape, Fraction(1))),
        lines=height,
        pixels=read_colours(colours, name=decoded["format"], is_full=decoded.get("color_range") == "pc"),
        start_s=float(shown.start),
    )


def _undecodable(session: FfmpegSession, track: Track) -> str:
    """Say why no picture came out: no decoder for it, or damage."""
    if track.codec in _known_decoders(session):
        return f"The picture ({track.codec}) cannot be decoded: it is damaged."
    name = "of an unknown kind" if track.codec == "none" else f"encoded as {track.codec}"
    return (
        f"The picture is {name}, for which there is no decoder. Export the video again, as H.264 for example."
    )


def _known_decoders(session: FfmpegSession) -> frozenset[str]:
    """Return the codecs that this ffmpeg can decode (a row: flags, of which the first is D, and name)."""
    rows = (line.split() for line in session.attempt(["-codecs"]).output.decode().splitlines())
    return frozenset(row[1] for row in rows if len(row) > 1 and row[0].startswith("D"))


@dataclass(frozen=True)
class StillPicture:
    """A picture that stands alone: its format, which is also its codec's name, and its size in pixels."""

    format: str
    width: int
    height: int


def inspect_picture(session: FfmpegSession, path: Path) -> StillPicture:
    """Inspect a picture by decoding it.

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
    if shown.start is None or ran.log.strip():
        raise UnreadableMediaError("The picture cannot be decoded: it is damaged or incomplete.")
    width, height = (int(side) for side in shown.header["dimensions"].split("x"))
    return StillPicture(kind, width, height)


@dataclass(frozen=True)
class Sound:
    """The sound of a file.

    Attributes:
        demuxer: What reads it.
        track: The one that is heard.
        end_s: Its length in seconds.
    """

    demuxer: str
    track: SoundTrack
    end_s: float


def inspect_sound(session: FfmpegSession, path: Path, *, fill: Fill | None = None) -> Sound:
    """Inspect a sound track: decode a moment of what is heard, measure its length.

    Of several tracks the default one is heard, else the first that can be decoded.

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
    structure = None
    if demuxer in {"mov", "matroska"}:
        structure = read_structure(path, demuxer=demuxer, fill=bring, count_all=fill is None)
    for start, end in ((0, path.stat().st_size),) if structure is None else structure.needed:
        bring(start, end)
    tracks = list_tracks(session, path, demuxer=demuxer, whole=structure is None)
    sounds = [track for track in tracks if track.kind == "audio"]
    if not sounds:
        raise UnreadableMediaError("This file has no sound that can be read.")
    good, bad = decodable_sounds(session, path, sounds, demuxer=demuxer)
    if not good:
        names = ", ".join(sorted({track.codec for track in bad})) or sounds[0].codec
        raise UnreadableMediaError(
            f"The sound ({names}) cannot be decoded: it is damaged, or of no known kind."
        )
    choice = choose_sound(good, demuxer=demuxer)
    track = choice.tracks[0] if choice.use is Use.ONE else good[0]
    end_s = float(sounds[track.number].listed.end) if structure is None else structure.sound_s
    return Sound(demuxer=demuxer, track=track, end_s=end_s)


def _decoded(framecrc: bytes) -> Listed:
    """Read the listing of one decoded stream; one without a start where nothing was decoded."""
    found = read_listing(framecrc.decode("latin-1").splitlines())
    return found[0] if found else Listed()


def _shape(sar: str) -> Fraction:
    """Return the sample aspect ratio; unknown (0) means square."""
    over, under = (int(part) for part in sar.split("/"))
    return Fraction(over, under) if over > 0 and under > 0 else Fraction(1)
