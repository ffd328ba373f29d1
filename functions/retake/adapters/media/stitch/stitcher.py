"""Joins takes at the speed of copying: their sample tables are put together, their payload is copied."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retake.adapters.media import recipe
from retake.adapters.media.boxes.sample_entries import picture_sides, sound_config
from retake.adapters.media.compose import FfmpegComposer, fetch_videos, make_poster
from retake.adapters.media.exact_sound import WAV_HEADER_BYTES, Clip, is_exact_sound, sound_starts
from retake.adapters.media.ffmpeg import Ffmpeg, FfmpegSession
from retake.adapters.media.mp4 import guarded
from retake.adapters.media.music.mixed import MixedSound
from retake.adapters.media.stitch.earlier import Contents, KnownParts, ShownClip, known_parts
from retake.adapters.media.stitch.movie_boxes import TrackTables
from retake.adapters.media.stitch.packets import Packets
from retake.adapters.media.stitch.pieces import Body, Seam, Span
from retake.adapters.media.stitch.plan import FRAME, Joined, Own, SoundPlan, plan_sound
from retake.adapters.media.stitch.samples import SampleList
from retake.adapters.media.stitch.sound import Heard, Pieces, encode_pieces
from retake.adapters.media.stitch.takes import (
    REORDERED_FRAMES,
    NotStitchableError,
    Pictures,
    ReadTake,
    read_take,
)
from retake.adapters.media.stitch.video_file import (
    JoinedTrack,
    chunk_samples,
    lay_out,
    movie_scale,
    packet_ends,
    second_ends,
)
from retake.adapters.media.work import FfmpegWork
from retake.domain.errors import MediaToolError
from retake.domain.media import AUDIO_SAMPLE_RATE_HZ, MediaProfile
from retake.ports.media import TO_THE_END, ComposedVideo, EarlierVideo, SoundtrackFile, TakeFiles


class Stitcher(FfmpegWork):
    """Joins takes of one form: a ``Composer``.

    Nothing is decoded, and sound is encoded around joins only, or where a sound track is heard with it. What
    an earlier video has is taken from it. Takes of another form are left to ffmpeg.

    References:
        docs/adr/0031-takes-are-stitched.md
    """

    def __init__(self, ffmpeg: Ffmpeg, *, timeout_s: float = 600.0) -> None:
        super().__init__(ffmpeg, timeout_s=timeout_s)
        self._exact = FfmpegComposer(ffmpeg, timeout_s=timeout_s)

    def compose(
        self,
        takes: Sequence[TakeFiles],
        *,
        profile: MediaProfile,
        soundtrack: SoundtrackFile | None,
        directory: Path,
        earlier: EarlierVideo | None = None,
    ) -> ComposedVideo:
        """Write the poster and what is new of the video into ``directory``."""
        if takes:
            known = known_parts(earlier, profile)
            try:
                return self._stitch(takes, profile, directory, known=known, soundtrack=soundtrack)
            except NotStitchableError:
                pass
        return self._exact.compose(takes, profile=profile, soundtrack=soundtrack, directory=directory)

    def _stitch(
        self,
        takes: Sequence[TakeFiles],
        profile: MediaProfile,
        directory: Path,
        *,
        known: KnownParts,
        soundtrack: SoundtrackFile | None,
    ) -> ComposedVideo:
        frames = [take.frames for take in takes]
        clips = [
            Clip(take.content_hash or str(take.audio), profile.sample_count(take.frames)) for take in takes
        ]
        starts = sound_starts(frames, profile)
        mixed = None if soundtrack is None else MixedSound(soundtrack, takes, clips, starts)
        heard = clips if mixed is None else mixed.mixed_clips()
        plan = plan_sound(heard, starts)
        shown = [(clip.key, count) for clip, count in zip(clips, frames, strict=True)]
        fresh = _read_fresh(takes, _needed(shown, plan, known, is_mixed=mixed is not None), profile)
        sources = _Sources(takes, heard, starts, known, fresh, mixed)
        entry = _sound_entry(known, fresh.values())
        pictures = [known.pictures.get(name) or fresh[number].pictures for number, name in enumerate(shown)]
        poster = directory / "poster.webp"
        with self._session() as session:
            packets = _find_packets(session, sources, plan, directory / "pieces.aac")
            make_poster(session, takes[0], profile=profile, poster=poster)
        tracks = (_join_pictures(pictures, profile), _join_sounds(plan, packets, entry, profile))
        contents = Contents(shown, () if mixed is None else [clip.key for clip in heard])
        is_known = all(take.content_hash for take in takes)
        ranges = lay_out(
            directory / "header.mp4", tracks, profile, contents=contents if is_known else Contents()
        )
        total = sum(frames)
        return ComposedVideo(ranges, poster, total, profile.duration_ms(total))


@dataclass(frozen=True)
class _Sources:
    """What the video is made of.

    Attributes:
        takes: In order.
        clips: How each sounds.
        starts: The sample at which each begins.
        known: What the earlier video has.
        fresh: The tables of the takes that were read, by place.
        mixed: Their sound with a sound track; None without one.
    """

    takes: Sequence[TakeFiles]
    clips: Sequence[Clip]
    starts: Sequence[int]
    known: KnownParts
    fresh: Mapping[int, ReadTake]
    mixed: MixedSound | None


def _needed(shown: Sequence[ShownClip], plan: SoundPlan, known: KnownParts, *, is_mixed: bool) -> list[int]:
    """Return the places of the takes of which something is needed that the earlier video does not have.

    What is mixed with a sound track is made of the exact sound: a take's own AAC is of no use.
    """
    unseen = {number for number, name in enumerate(shown) if name not in known.pictures}
    if is_mixed:
        return sorted(unseen)
    unheard = {run.clip for run in plan.runs if isinstance(run, Own) and run.name not in known.packets}
    return sorted(unseen | unheard)


def _read_fresh(
    takes: Sequence[TakeFiles], needed: Sequence[int], profile: MediaProfile
) -> dict[int, ReadTake]:
    """Fetch takes, and read each file's tables once."""
    fetch_videos([takes[number] for number in needed])
    read: dict[tuple[Path, int], ReadTake] = {}
    found: dict[int, ReadTake] = {}
    for number in needed:
        take = takes[number]
        if (take.video, take.frames) not in read:
            read[take.video, take.frames] = read_take(take, profile)
        found[number] = read[take.video, take.frames]
    return found


# --- the picture --------------------------------------------------------------------------------


def _join_pictures(clips: Sequence[Pictures], profile: MediaProfile) -> JoinedTrack:
    if len({pictures.sample_entry for pictures in clips}) > 1:
        raise NotStitchableError("The pictures are encoded differently.")
    ticks = recipe.ticks_a_frame(profile.fps)
    samples, shifts, keys = SampleList(), array("I"), array("I")
    for pictures in clips:
        begun = len(samples)
        shifts.extend(pictures.shifts)
        keys.extend(begun + key for key in pictures.keys)
        samples.add(pictures.path, pictures.offsets, pictures.sizes)
    entry = clips[0].sample_entry
    width, height = guarded(lambda: next(picture_sides(entry), (0, 0)))
    tables = TrackTables(
        handler=b"vide",
        timescale=recipe.time_scale(profile.fps),
        sample_entry=entry,
        width=width,
        height=height,
        sizes=samples.sizes,
        durations=[(len(samples), ticks)],
        shifts=shifts,
        keys=keys,
        chunk_samples=chunk_samples(second_ends(len(samples), profile)),
        media_start=REORDERED_FRAMES * ticks,
        shown=len(samples) * ticks * (movie_scale(profile) // recipe.time_scale(profile.fps)),
    )
    return JoinedTrack(tables, samples)


# --- the sound ----------------------------------------------------------------------------------


def _sound_entry(known: KnownParts, fresh: Iterable[ReadTake]) -> bytes:
    """Return the parameters of the sound for a decoder, which must be the same for all of it."""
    entries = [*filter(None, (known.sound_entry,)), *(take.sound.sample_entry for take in fresh)]
    configs = guarded(lambda: {sound_config(entry) for entry in entries})
    if len(configs) > 1 or b"" in configs:
        raise NotStitchableError("The sounds are encoded differently.")
    return entries[0]


def _find_packets(session: FfmpegSession, sources: _Sources, plan: SoundPlan, encoded: Path) -> list[Packets]:
    """Return the packets of each run: of the earlier video, of the take's own AAC, or encoded now."""
    found = [_ready_packets(run, sources) for run in plan.runs]
    pieces = [
        run.seam if isinstance(run, Joined) else run.body
        for run, ready in zip(plan.runs, found, strict=True)
        if ready is None
    ]
    made = _encode(session, list(dict.fromkeys(pieces)), sources, encoded) if pieces else {}
    return [
        _made_packets(run, made) if ready is None else ready
        for run, ready in zip(plan.runs, found, strict=True)
    ]


def _ready_packets(run: Own | Joined, sources: _Sources) -> Packets | None:
    if run.name in sources.known.packets:
        return sources.known.packets[run.name]
    if isinstance(run, Joined) or sources.mixed is not None:
        return None
    sound = sources.fresh[run.clip].sound
    return sound.packets.between(run.first, run.count) if sound.phase == run.body.phase else None


def _made_packets(run: Own | Joined, made: Mapping[bytes, Packets]) -> Packets:
    if isinstance(run, Joined):
        return made[run.name]
    return made[run.body.name].between(run.first, run.count)


def _encode(
    session: FfmpegSession, pieces: Sequence[Body | Seam], sources: _Sources, encoded: Path
) -> dict[bytes, Packets]:
    needed = {key for piece in pieces for key in piece.keys}
    whole = {piece.key for piece in pieces if isinstance(piece, Body)}
    mixed = sources.mixed
    is_silent = mixed is not None and not mixed.track.mix.with_clips
    sounds: dict[str, Heard] = {}
    for take, clip, start in zip(sources.takes, sources.clips, sources.starts, strict=False):
        if clip.key in needed and clip.key not in sounds:
            if not is_silent:
                _fetch_sound(take, clip, is_whole=clip.key in whole)
            sounds[clip.key] = Heard(take, start, is_silent)
    bed = None
    if mixed is not None:
        bed = mixed.bed(session, *_span_of(pieces, sounds))
    return encode_pieces(session, Pieces(pieces, sounds, bed), encoded)


def _fetch_sound(take: TakeFiles, clip: Clip, *, is_whole: bool) -> None:
    if take.fetch_audio is not None:
        take.fetch_audio(0, TO_THE_END if is_whole else WAV_HEADER_BYTES)
    if not is_exact_sound(take.audio, samples=clip.samples):
        raise NotStitchableError(f"{take.audio.name} is not exactly as long as its picture.")


def _span_of(pieces: Sequence[Body | Seam], sounds: Mapping[str, Heard]) -> tuple[int, int]:
    """Return from which to before which sample of the whole pieces are made of."""
    first, end = [], []
    for piece in pieces:
        spans = piece.spans if isinstance(piece, Seam) else (Span(0, piece.key, 0, piece.samples),)
        for span in spans:
            if span.clip is not None:
                first.append(sounds[span.key].start + span.first)
                end.append(first[-1] + span.count)
    return min(first), max(end)


def _join_sounds(
    plan: SoundPlan, runs: Sequence[Packets], entry: bytes, profile: MediaProfile
) -> JoinedTrack:
    samples = SampleList()
    for packets in runs:
        samples.add(packets.path, packets.offsets, packets.sizes)
    if len(samples) != plan.packets:
        raise MediaToolError(f"The joined sound has {len(samples)} packets, not {plan.packets}.")
    last = plan.samples - (plan.packets - 2) * FRAME
    tables = TrackTables(
        handler=b"soun",
        timescale=AUDIO_SAMPLE_RATE_HZ,
        sample_entry=entry,
        width=0,
        height=0,
        sizes=samples.sizes,
        durations=[(plan.packets - 1, FRAME), (1, last)],
        shifts=None,
        keys=None,
        chunk_samples=chunk_samples(packet_ends(plan)),
        media_start=FRAME,
        shown=plan.samples * movie_scale(profile) // AUDIO_SAMPLE_RATE_HZ,
    )
    return JoinedTrack(tables, samples)
