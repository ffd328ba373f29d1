"""Joins takes into one video without touching their pictures."""

import shutil
import wave
from array import array
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

from retake.adapters.media import recipe
from retake.adapters.media.exact_sound import FRAME_BYTES, Clip, sound_starts
from retake.adapters.media.ffmpeg import FfmpegSession, untrusted_input
from retake.adapters.media.mp4 import Movie, read_movie
from retake.adapters.media.music.bed import MIXED, PCM_INPUT
from retake.adapters.media.music.mixed import MixedSound
from retake.adapters.media.work import FfmpegWork
from retake.domain.errors import MediaToolError
from retake.domain.media import AUDIO_SAMPLE_RATE_HZ, MediaProfile
from retake.ports.media import TO_THE_END, ComposedVideo, EarlierVideo, SoundtrackFile, TakeFiles
from retake.ports.objects import FileRange

FETCHED_AT_ONCE = 8
"""Takes are some megabytes each: fetching one is mostly waiting for its first byte. boto3 keeps ten
connections."""

_MICROSECONDS = 1_000_000
_REORDERED_FRAMES = 2
_OWN_DEMUXERS = "concat,mov,wav"


class FfmpegComposer(FfmpegWork):
    """Joins by copying the picture's packets and encoding the exact sound once: a ``Composer``.

    References:
        https://ffmpeg.org/ffmpeg-formats.html#concat-1
        https://ffmpeg.org/ffmpeg-bitstream-filters.html#setts
    """

    def compose(
        self,
        takes: Sequence[TakeFiles],
        *,
        profile: MediaProfile,
        soundtrack: SoundtrackFile | None,
        directory: Path,
        earlier: EarlierVideo | None = None,  # noqa: ARG002 - everything is joined anew here
    ) -> ComposedVideo:
        """Write ``video.mp4`` and ``poster.webp`` into ``directory``.

        Equal takes make equal bytes. Memory does not grow with the number of takes: one is open at
        a time.
        """
        fetch_videos(takes)
        for take in takes:
            if take.fetch_audio is not None:
                take.fetch_audio(0, TO_THE_END)
        _require_joinable(takes, profile=profile)
        frames = sum(take.frames for take in takes)
        video, poster = directory / "video.mp4", directory / "poster.webp"
        with self._session() as session:
            picture = _list_pictures(session, takes, profile=profile)
            samples = profile.sample_count(frames)
            if soundtrack is None:
                sound, sounding = _sound(session, takes, samples=samples)
            else:
                sound, sounding = _with_track(session, takes, soundtrack, profile=profile)
            session.run(
                [
                    *("-v", "error", *picture, *sound),
                    *("-map", "0:v", "-c:v", "copy", "-bsf:v", _on_the_grid(profile)),
                    *sounding,
                    *recipe.SOUND_ENCODER,
                    *recipe.mp4_container(profile.fps),
                    video.absolute(),
                ]
            )
            make_poster(session, takes[0], profile=profile, poster=poster)
        _require_exact(read_movie(video), profile=profile, frames=frames)
        whole = FileRange(video, 0, video.stat().st_size)
        return ComposedVideo((whole,), poster, frames, profile.duration_ms(frames))


def fetch_videos(takes: Iterable[TakeFiles]) -> None:
    """Download the videos of takes, several at once."""
    wanted = [take.fetch_video for take in takes if take.fetch_video is not None]
    if wanted:
        with ThreadPoolExecutor(FETCHED_AT_ONCE) as pool:
            list(pool.map(lambda fetch: fetch(), wanted))


def make_poster(session: FfmpegSession, take: TakeFiles, *, profile: MediaProfile, poster: Path) -> None:
    """Write the poster of a video that begins with a take: its thumbnail, or the frame that it would show."""
    if take.thumbnail is not None:
        shutil.copyfile(take.thumbnail, poster)
        return
    fetch_videos([take])
    shown = min(round(profile.fps), take.frames // 2)
    still = ("-ss", f"{float(shown / profile.fps):.6f}", *untrusted_input(take.video))
    scale = ("-map", "0:v", "-vf", recipe.thumbnail_scale())
    session.run(["-v", "error", *still, *scale, *recipe.WEBP_ENCODER, poster.absolute()])


def _on_the_grid(profile: MediaProfile) -> str:
    """Return the filter that puts every packet on the exact tick of its frame.

    The concat demuxer begins where the earliest stream does, up to 2047 samples early because of the
    takes' AAC, and adds up lengths in microseconds, so clips of 61 frames are off by a tick or two.
    Counting from the first picture undoes the one, rounding to whole frames the other. Decoding
    times are counted, because those of a take of one or two frames are spaced differently.
    """
    ticks = recipe.ticks_a_frame(profile.fps)
    shown = f"round((PTS-STARTPTS)/{ticks})*{ticks}"
    return f"setts=pts='{shown}':dts='(N-{_REORDERED_FRAMES})*{ticks}':duration={ticks}"


def _list_pictures(session: FfmpegSession, takes: Sequence[TakeFiles], *, profile: MediaProfile) -> list[str]:
    """Write the list of pictures, each with its length in whole frames.

    Without that length the demuxer uses the file's, which its AAC may stretch. Ends are rounded,
    not lengths, so that rounding never adds up.
    """
    lines: list[str] = []
    frames = 0
    for take in takes:
        start, frames = frames, frames + take.frames
        length = _microseconds(frames, profile) - _microseconds(start, profile)
        seconds, rest = divmod(length, _MICROSECONDS)
        lines += [f"file {_link(session, take.video, len(lines))}", f"duration {seconds}.{rest:06}"]
    return _concat_input(session, "pictures.txt", lines)


def _with_track(
    session: FfmpegSession, takes: Sequence[TakeFiles], track: SoundtrackFile, *, profile: MediaProfile
) -> tuple[list[str], tuple[str, ...]]:
    """Return the inputs of the clips' sound and of a sound track, exact, and both mixed."""
    starts = sound_starts([take.frames for take in takes], profile)
    clips = [Clip(str(take.audio), profile.sample_count(take.frames)) for take in takes]
    mixed = MixedSound(track, takes, clips, starts)
    samples = starts[-1]
    clip_file, track_file = session.directory / "clips.pcm", session.directory / "track.pcm"
    with clip_file.open("wb") as file:
        for first in range(0, samples, AUDIO_SAMPLE_RATE_HZ):
            end = min(samples, first + AUDIO_SAMPLE_RATE_HZ)
            silence = array("h", bytes((end - first) * FRAME_BYTES))
            file.write(mixed.read_clips(first, end) if track.mix.with_clips else silence)
    with track_file.open("wb") as file:
        mixed.bed(session, 0, samples).write(file, 0, samples)
    inputs = (*PCM_INPUT, "-i", f"file:{clip_file}", *PCM_INPUT, "-i", f"file:{track_file}")
    return list(inputs), ("-filter_complex", f"[1:a][2:a]{MIXED}[mixed]", "-map", "[mixed]")


def _sound(
    session: FfmpegSession, takes: Sequence[TakeFiles], *, samples: int
) -> tuple[list[str], tuple[str, ...]]:
    """Return the sound's input, and its track with filters that make it as long as the picture."""
    lines = [f"file {_link(session, take.audio, number)}" for number, take in enumerate(takes)]
    # Each file is exact, so samples are counted; the list's own times are rounded to microseconds.
    filters = f"asetpts=N/SR/TB,apad,atrim=end_sample={samples}"
    return _concat_input(session, "sounds.txt", lines), ("-map", "1:a:0", "-af", filters)


def _link(session: FfmpegSession, path: Path, number: int) -> str:
    """Give a file a plain name in the session's directory, so that the list needs no quoting."""
    name = f"{number:04}{path.suffix}"
    (session.directory / name).symlink_to(path.absolute())
    return name


def _concat_input(session: FfmpegSession, name: str, lines: Iterable[str]) -> list[str]:
    (session.directory / name).write_text("\n".join(lines) + "\n", encoding="ascii")
    return ["-protocol_whitelist", "file", "-format_whitelist", _OWN_DEMUXERS, "-f", "concat", "-i", name]


def _microseconds(frames: int, profile: MediaProfile) -> int:
    return round(Fraction(frames * _MICROSECONDS, profile.fps))


def _require_joinable(takes: Sequence[TakeFiles], *, profile: MediaProfile) -> None:
    """Refuse takes that a copy would join wrongly: ffmpeg would do it, and say nothing."""
    if not takes:
        raise MediaToolError("There is no take to join.")
    entries: set[bytes] = set()
    for take in takes:
        track = read_movie(take.video).track("vide")
        with wave.open(str(take.audio), "rb") as sound:
            samples, rate = sound.getnframes(), sound.getframerate()
        entries.add(track.sample_entry)
        if len(track.sizes) != take.frames or track.timescale != recipe.time_scale(profile.fps):
            raise MediaToolError(f"{take.video.name} does not hold the {take.frames} frames it should.")
        if rate != AUDIO_SAMPLE_RATE_HZ or samples != profile.sample_count(take.frames):
            raise MediaToolError(f"{take.audio.name} is not exactly as long as its picture.")
    if len(entries) > 1:
        raise MediaToolError("The takes are encoded differently and cannot be joined; normalise them again.")


def _require_exact(movie: Movie, *, profile: MediaProfile, frames: int) -> None:
    """Check what was written: every frame on its tick, the sound as long as the picture."""
    ticks = recipe.ticks_a_frame(profile.fps)
    shown = sorted(movie.track("vide").presentation_times)
    if shown != list(range(0, frames * ticks, ticks)):
        raise MediaToolError(f"The joined video does not show its {frames} frames at their times.")
    sound = movie.track("soun")
    excess = sum(sound.durations) - sound.edits[0].media_time - profile.sample_count(frames)
    if abs(excess) > recipe.SOUND_FRAME:
        raise MediaToolError(f"The joined sound is {excess} samples longer than the picture.")
    if not movie.plays_while_loading:
        raise MediaToolError("The joined video cannot be played while it loads.")
