"""Joins takes at the speed of copying: their sample tables are put together, their payload is copied."""

import math
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

from retake.adapters.media import recipe
from retake.adapters.media.boxes.sample_entries import picture_sides, sound_config
from retake.adapters.media.compose import FfmpegComposer, make_poster
from retake.adapters.media.ffmpeg import Ffmpeg, FfmpegSession
from retake.adapters.media.mp4 import Movie, Track, read_movie
from retake.adapters.media.stitch.movie_boxes import (
    FILE_TYPE,
    MOST_NARROW,
    TrackTables,
    movie_box,
    payload_header,
)
from retake.adapters.media.stitch.packets import Packets, read_packets, write_packets
from retake.adapters.media.stitch.payload import Extent, PayloadWriter
from retake.adapters.media.stitch.pieces import Body, Seam
from retake.adapters.media.stitch.plan import FRAME, Clip, Joined, SoundPlan, plan_sound, sound_starts
from retake.adapters.media.stitch.sound import encode_pieces, is_exact_sound
from retake.domain.errors import MediaToolError, UnreadableMediaError
from retake.domain.media import AUDIO_SAMPLE_RATE_HZ, MediaProfile
from retake.ports.media import ComposedVideo, TakeFiles

REORDERED_FRAMES = 2
"""How many frames a take's pictures wait for others that are decoded before (``-bf 2`` with a pyramid)."""


class NotStitchableError(MediaToolError):
    """The takes do not have the form that is stitched; another composer may be able to join them."""


@dataclass(frozen=True)
class _Source:
    """A take with its tables."""

    take: TakeFiles
    picture: Track
    sound: Track
    clip: Clip


@dataclass(frozen=True)
class _Samples:
    """All samples of a track of the joined video, in order, and where each is copied from."""

    tables: TrackTables
    paths: Sequence[Path]
    offsets: "array[int]"


class Stitcher:
    """Joins takes of one form: a ``Composer``.

    Nothing is decoded, and sound is encoded around joins only, where an earlier composition did not have the
    same join. Takes of another form, and a sound track over the whole, are left to ffmpeg.

    Args:
        ffmpeg: The tool.
        timeout_s: Seconds for one video.

    References:
        docs/adr/0031-takes-are-stitched.md
    """

    def __init__(self, ffmpeg: Ffmpeg, *, timeout_s: float = 600.0) -> None:
        self._ffmpeg = ffmpeg
        self._timeout_s = timeout_s
        self._exact = FfmpegComposer(ffmpeg, timeout_s=timeout_s)

    def compose(
        self,
        takes: Sequence[TakeFiles],
        *,
        profile: MediaProfile,
        soundtrack: Path | None,
        directory: Path,
        sounds: Path | None = None,
    ) -> ComposedVideo:
        """Write ``video.mp4`` and ``poster.webp`` into ``directory``, and ``sounds.bin`` where it is new.

        Raises:
            MediaToolError: If the takes cannot be joined as they are, or ffmpeg failed.
            UnreadableMediaError: If a take is damaged, or the sound track cannot be decoded.
            MediaToolTimeoutError: If it took longer than allowed.
        """
        if soundtrack is None and takes:
            try:
                return self._stitch(takes, profile, directory, sounds)
            except NotStitchableError:
                pass
        return self._exact.compose(takes, profile=profile, soundtrack=soundtrack, directory=directory)

    def _stitch(
        self, takes: Sequence[TakeFiles], profile: MediaProfile, directory: Path, sounds: Path | None
    ) -> ComposedVideo:
        sources = _read_sources(takes, profile)
        frames = [take.frames for take in takes]
        plan = plan_sound([source.clip for source in sources], sound_starts(frames, profile))
        video, poster = directory / "video.mp4", directory / "poster.webp"
        with self._ffmpeg.session(timeout_s=self._timeout_s) as session:
            kept, pieces = _pieces(session, sources, plan, sounds, directory / "sounds.bin")
            make_poster(session, takes[0], profile=profile, poster=poster)
            picture = _join_pictures(sources, profile)
            sound = _join_sounds(sources, plan, pieces, timescale=_movie_scale(profile))
            _write_video(video, (picture, sound), profile)
        total = sum(frames)
        return ComposedVideo(
            video=video,
            poster=poster,
            frames=total,
            duration_ms=profile.duration_ms(total),
            sounds=kept,
        )


# --- reading takes ------------------------------------------------------------------------------


def _read_sources(takes: Sequence[TakeFiles], profile: MediaProfile) -> list[_Source]:
    """Read every take's tables once, and require that all have one form."""
    read: dict[Path, _Source] = {}
    for take in takes:
        if take.video not in read:
            read[take.video] = _read_source(take, profile)
    sources = [replace(read[take.video], take=take) for take in takes]
    for source in sources:
        if len(source.picture.sizes) != source.take.frames:
            raise NotStitchableError(
                f"{source.take.video.name} does not hold the {source.take.frames} frames it should."
            )
    if len({source.picture.sample_entry for source in sources}) > 1:
        raise NotStitchableError("The pictures are encoded differently.")
    if len({sound_config(source.sound.sample_entry) for source in sources}) > 1:
        raise NotStitchableError("The sounds are encoded differently.")
    return sources


def _read_source(take: TakeFiles, profile: MediaProfile) -> _Source:
    movie = read_movie(take.video)
    picture, sound = movie.track("vide"), movie.track("soun")
    if picture.timescale != recipe.time_scale(profile.fps) or sound.timescale != AUDIO_SAMPLE_RATE_HZ:
        raise NotStitchableError(f"{take.video.name} counts its time differently.")
    if sound.start != FRAME or any(size != FRAME for size in sound.durations[:-1]):
        raise NotStitchableError(f"{take.video.name} has its sound at another place.")
    samples = profile.sample_count(take.frames)
    if take.fetch_audio is None and not is_exact_sound(take.audio, samples=samples):
        raise NotStitchableError(f"{take.audio.name} is not exactly as long as its picture.")
    if len(sound.sizes) != -(-samples // FRAME) + 1:
        raise NotStitchableError(f"{take.video.name} has another number of sound packets than it should.")
    _require_tiled(take.video, movie)
    return _Source(
        take, picture, sound, Clip(take.content_hash or str(take.audio), samples, len(sound.sizes))
    )


def _require_tiled(path: Path, movie: Movie) -> None:
    """Refuse tables in which samples overlap or leave gaps: they are damaged, and would show other bytes.

    Raises:
        UnreadableMediaError: If there is such a place; no composer can join it.
    """
    starts = sorted(offset for track in movie.tracks for offset in track.offsets)
    ends = sorted(
        offset + size
        for track in movie.tracks
        for offset, size in zip(track.offsets, track.sizes, strict=True)
    )
    if starts[1:] != ends[:-1]:
        raise UnreadableMediaError(f"{path.name} is damaged: its samples overlap or leave gaps.")


# --- the picture --------------------------------------------------------------------------------


def _join_pictures(sources: Sequence[_Source], profile: MediaProfile) -> _Samples:
    ticks = recipe.ticks_a_frame(profile.fps)
    sizes, shifts, keys, offsets = array("I"), array("I"), array("I"), array("Q")
    paths: list[Path] = []
    for source in sources:
        begun = len(sizes)
        shifts.extend(_shifts(source, ticks))
        keys.extend(begun + key for key in source.picture.keys or range(1, source.take.frames + 1))
        sizes.extend(source.picture.sizes)
        offsets.extend(source.picture.offsets)
        paths += [source.take.video] * source.take.frames
    entry = sources[0].picture.sample_entry
    width, height = next(picture_sides(entry))
    tables = TrackTables(
        handler=b"vide",
        timescale=recipe.time_scale(profile.fps),
        sample_entry=entry,
        width=width,
        height=height,
        sizes=sizes,
        durations=[(len(sizes), ticks)],
        shifts=shifts,
        keys=keys,
        chunk_samples=_chunk_samples(_second_ends(len(sizes), profile)),
        media_start=REORDERED_FRAMES * ticks,
        shown=len(sizes) * ticks * (_movie_scale(profile) // recipe.time_scale(profile.fps)),
    )
    return _Samples(tables, paths, offsets)


def _shifts(source: _Source, ticks: int) -> Iterator[int]:
    """Give presentation less decoding time of a take's frames, as if they were decoded evenly.

    Raises:
        NotStitchableError: If its frames are not evenly shown, or one would be decoded after it is shown.
    """
    shown = source.picture.presentation_times
    if sorted(shown) != list(range(0, len(shown) * ticks, ticks)):
        raise NotStitchableError(f"{source.take.video.name} does not show its frames at their times.")
    if source.picture.keys is not None and source.picture.keys[:1] != array("I", [1]):
        raise NotStitchableError(f"{source.take.video.name} does not start with a key frame.")
    for number, time in enumerate(shown):
        shift = time + (REORDERED_FRAMES - number) * ticks
        if shift < 0:
            raise NotStitchableError(f"{source.take.video.name} decodes a frame after it is shown.")
        yield shift


# --- the sound ----------------------------------------------------------------------------------


def _pieces(
    session: FfmpegSession, sources: Sequence[_Source], plan: SoundPlan, sounds: Path | None, kept: Path
) -> tuple[Path, dict[bytes, Packets]]:
    """Return the encoded pieces that the plan needs, by name, and the file that holds these and no others.

    Args:
        session: Of ffmpeg.
        sources: The takes.
        plan: What is needed.
        sounds: What was encoded before.
        kept: Where the file is written, if it is another one than that.
    """
    known = read_packets(sounds)
    missing = [piece for piece in plan.pieces if piece.name not in known]
    if sounds is not None and not missing and len(known) == len(plan.pieces):
        return sounds, known
    made = encode_pieces(session, missing, _exact_sounds(missing, sources)) if missing else {}
    wanted = {piece.name: made.get(piece.name) or known[piece.name] for piece in plan.pieces}
    return kept, write_packets(kept, wanted)


def _exact_sounds(pieces: Sequence[Body | Seam], sources: Sequence[_Source]) -> dict[str, Path]:
    """Return the exact sound of the clips that pieces are made of, fetched where it has to be."""
    needed = {key for piece in pieces for key in piece.keys}
    found: dict[str, Path] = {}
    for source in sources:
        take, key = source.take, source.clip.key
        if key in found or key not in needed:
            continue
        if take.fetch_audio is not None:
            take.fetch_audio()
        if not is_exact_sound(take.audio, samples=source.clip.samples):
            raise NotStitchableError(f"{take.audio.name} is not exactly as long as its picture.")
        found[key] = take.audio
    return found


def _join_sounds(
    sources: Sequence[_Source], plan: SoundPlan, pieces: dict[bytes, Packets], *, timescale: int
) -> _Samples:
    sizes, offsets = array("I"), array("Q")
    paths: list[Path] = []
    for run in plan.runs:
        if isinstance(run, Joined):
            found = pieces[run.seam.name]
        elif run.body is not None:
            found = pieces[run.body.name].between(run.first, run.count)
        else:
            source = sources[run.clip]
            own = Packets(source.take.video, source.sound.offsets, source.sound.sizes)
            found = own.between(run.first, run.count)
        sizes.extend(found.sizes)
        offsets.extend(found.offsets)
        paths += [found.path] * len(found.sizes)
    if len(sizes) != plan.packets:
        raise MediaToolError(f"The joined sound has {len(sizes)} packets, not {plan.packets}.")
    last = plan.samples - (plan.packets - 2) * FRAME
    ends = _packet_ends(plan)
    tables = TrackTables(
        handler=b"soun",
        timescale=AUDIO_SAMPLE_RATE_HZ,
        sample_entry=sources[0].sound.sample_entry,
        width=0,
        height=0,
        sizes=sizes,
        durations=[(plan.packets - 1, FRAME), (1, last)],
        shifts=None,
        keys=None,
        chunk_samples=_chunk_samples(ends),
        media_start=FRAME,
        shown=plan.samples * timescale // AUDIO_SAMPLE_RATE_HZ,
    )
    return _Samples(tables, paths, offsets)


# --- the file -----------------------------------------------------------------------------------


def _movie_scale(profile: MediaProfile) -> int:
    """Return movie ticks a second in which frames and sound samples are whole, so that edits are exact."""
    return math.lcm(recipe.time_scale(profile.fps), AUDIO_SAMPLE_RATE_HZ)


def _second_ends(frames: int, profile: MediaProfile) -> list[int]:
    """Return how many frames there are up to the end of each second."""
    seconds = math.ceil(frames / profile.fps)
    return [min(frames, math.ceil(second * profile.fps)) for second in range(1, seconds + 1)]


def _packet_ends(plan: SoundPlan) -> list[int]:
    """Return how many packets start before the end of each second; the last second has all that are left."""
    seconds = max(1, math.ceil(plan.samples / AUDIO_SAMPLE_RATE_HZ))
    ends = [second * AUDIO_SAMPLE_RATE_HZ // FRAME + 1 for second in range(1, seconds)]
    return [*(min(end, plan.packets) for end in ends), plan.packets]


def _chunk_samples(ends: Sequence[int]) -> list[int]:
    return [end - start for start, end in zip((0, *ends), ends, strict=False) if end > start]


def _write_video(path: Path, tracks: Sequence[_Samples], profile: MediaProfile) -> None:
    """Write the tables, then a second of each track in turn."""
    chunks = list(_interleaved(tracks))
    payload = sum(sum(track.tables.sizes) for track in tracks)
    tables = [track.tables for track in tracks]
    is_wide = payload > MOST_NARROW - 2**30  # the tables come first
    code = "Q" if is_wide else "I"
    empty = [array(code, bytes(array(code).itemsize * len(table.chunk_samples))) for table in tables]
    scale = _movie_scale(profile)
    start = len(FILE_TYPE) + len(movie_box(tables, empty, timescale=scale)) + len(payload_header(payload))
    places = [array(code) for _ in tracks]
    at = start
    for number, first, end in chunks:
        places[number].append(at)
        at += sum(tables[number].sizes[first:end])
    with PayloadWriter(path) as file:
        file.write(FILE_TYPE + movie_box(tables, places, timescale=scale) + payload_header(payload))
        file.copy(extent for chunk in chunks for extent in _extents(tracks, *chunk))
    if path.stat().st_size != at:
        raise MediaToolError("The joined video was not written whole.")


def _interleaved(tracks: Sequence[_Samples]) -> Iterator[tuple[int, int, int]]:
    """Give chunks as the track's number, the first sample and the one behind the last."""
    ends = [list(accumulate(track.tables.chunk_samples, initial=0)) for track in tracks]
    for second in range(max(map(len, ends)) - 1):
        for number, bounds in enumerate(ends):
            if second + 1 < len(bounds):
                yield number, bounds[second], bounds[second + 1]


def _extents(tracks: Sequence[_Samples], number: int, first: int, end: int) -> Iterator[Extent]:
    track = tracks[number]
    for sample in range(first, end):
        yield track.paths[sample], track.offsets[sample], track.tables.sizes[sample]
