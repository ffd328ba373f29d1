"""Joins takes at the speed of copying: their sample tables are put together, their payload is copied."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from retake.adapters.media import recipe
from retake.adapters.media.boxes.sample_entries import picture_sides, sound_config
from retake.adapters.media.compose import FfmpegComposer, make_poster
from retake.adapters.media.ffmpeg import Ffmpeg, FfmpegSession
from retake.adapters.media.mp4 import Movie, Track, guarded, read_movie
from retake.adapters.media.stitch.movie_boxes import TrackTables
from retake.adapters.media.stitch.packets import Packets, read_packets, write_packets
from retake.adapters.media.stitch.pieces import Body, Seam
from retake.adapters.media.stitch.plan import FRAME, Clip, Joined, SoundPlan, plan_sound, sound_starts
from retake.adapters.media.stitch.samples import SampleList
from retake.adapters.media.stitch.sound import encode_pieces, is_exact_sound
from retake.adapters.media.stitch.video_file import (
    JoinedTrack,
    chunk_samples,
    movie_scale,
    packet_ends,
    second_ends,
    write_video,
)
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
            sound = _join_sounds(sources, plan, pieces, timescale=movie_scale(profile))
            write_video(video, (picture, sound), profile)
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
    configs = guarded(lambda: {sound_config(source.sound.sample_entry) for source in sources})
    if len(configs) > 1 or b"" in configs:
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
    _require_keys(take, picture)
    return _Source(take, picture, sound, Clip(take.content_hash or str(take.audio), samples))


def _require_keys(take: TakeFiles, picture: Track) -> None:
    """Refuse a picture that cannot be decoded from its first frame on, or whose key frames are made up."""
    keys = picture.keys
    if keys is None:
        return
    frames = len(picture.sizes)
    if not keys or keys[0] != 1 or list(keys) != sorted(set(keys)) or keys[-1] > frames:
        raise UnreadableMediaError(
            f"{take.video.name} is damaged: its key frames are not where they should be."
        )


def _require_tiled(path: Path, movie: Movie) -> None:
    """Refuse tables whose samples are not exactly the payload: they are damaged, and would show other bytes.

    Raises:
        UnreadableMediaError: If there is such a place; no composer can join it.
    """
    starts = sorted(offset for track in movie.tracks for offset in track.offsets)
    ends = sorted(
        offset + size
        for track in movie.tracks
        for offset, size in zip(track.offsets, track.sizes, strict=True)
    )
    if starts[1:] != ends[:-1] or movie.payloads != ((starts[0], ends[-1]),):
        raise UnreadableMediaError(f"{path.name} is damaged: its samples overlap or leave gaps.")


# --- the picture --------------------------------------------------------------------------------


def _join_pictures(sources: Sequence[_Source], profile: MediaProfile) -> JoinedTrack:
    ticks = recipe.ticks_a_frame(profile.fps)
    samples, shifts, keys = SampleList(), array("I"), array("I")
    for source in sources:
        begun = len(samples)
        shifts.extend(_shifts(source, ticks))
        keys.extend(begun + key for key in source.picture.keys or range(1, source.take.frames + 1))
        samples.add(source.take.video, source.picture.offsets, source.picture.sizes)
    entry = sources[0].picture.sample_entry
    width, height = guarded(lambda: next(picture_sides(entry), (0, 0)))
    tables = TrackTables(
        handler=b"vide",
        timescale=recipe.time_scale(profile.fps),
        sample_entry=entry,
        width=width,
        height=height,
        sizes=samples.sizes,
        durations=[(len(samples), ticks)],
        shifts=[(sum(1 for _ in same), shift) for shift, same in groupby(shifts)],
        keys=keys,
        chunk_samples=chunk_samples(second_ends(len(samples), profile)),
        media_start=REORDERED_FRAMES * ticks,
        shown=len(samples) * ticks * (movie_scale(profile) // recipe.time_scale(profile.fps)),
    )
    return JoinedTrack(tables, samples)


def _shifts(source: _Source, ticks: int) -> Iterator[int]:
    """Give presentation less decoding time of a take's frames, as if they were decoded evenly.

    Raises:
        NotStitchableError: If its frames are not evenly shown, or one would be decoded after it is shown.
    """
    shown = source.picture.presentation_times
    if sorted(shown) != list(range(0, len(shown) * ticks, ticks)):
        raise NotStitchableError(f"{source.take.video.name} does not show its frames at their times.")
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
) -> JoinedTrack:
    samples = SampleList()
    for run in plan.runs:
        if isinstance(run, Joined):
            found = pieces[run.seam.name]
        elif run.body is not None:
            found = pieces[run.body.name].between(run.first, run.count)
        else:
            source = sources[run.clip]
            own = Packets(source.take.video, source.sound.offsets, source.sound.sizes)
            found = own.between(run.first, run.count)
        samples.add(found.path, found.offsets, found.sizes)
    if len(samples) != plan.packets:
        raise MediaToolError(f"The joined sound has {len(samples)} packets, not {plan.packets}.")
    last = plan.samples - (plan.packets - 2) * FRAME
    ends = packet_ends(plan)
    tables = TrackTables(
        handler=b"soun",
        timescale=AUDIO_SAMPLE_RATE_HZ,
        sample_entry=sources[0].sound.sample_entry,
        width=0,
        height=0,
        sizes=samples.sizes,
        durations=[(plan.packets - 1, FRAME), (1, last)],
        shifts=None,
        keys=None,
        chunk_samples=chunk_samples(ends),
        media_start=FRAME,
        shown=plan.samples * timescale // AUDIO_SAMPLE_RATE_HZ,
    )
    return JoinedTrack(tables, samples)
