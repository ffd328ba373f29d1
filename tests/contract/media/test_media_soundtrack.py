"""A sound track over clips: its level, its fades and where it is lowered, measured in what is decoded."""

import math
from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import pytest

from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.music.bed import MusicBed
from retake.adapters.media.normalize import FfmpegNormalizer
from retake.adapters.media.stitch.stitcher import Stitcher
from retake.domain.media import MediaProfile
from retake.domain.records.jobs import SoundtrackMix
from retake.ports.media import ComposedVideo, Composer, EarlierVideo, SoundtrackFile, TakeFiles
from tests.media_samples import ffmpeg, ffmpeg_executable, frame_hashes, samples_of, written

PROFILE = MediaProfile(64, 36, 30)
RATE = 48_000
TRACK_HZ, CLIP_HZ = 1500, 375
"""Whole numbers of periods in the windows that are measured, so that neither is taken for the other."""
LOUD = 0.25
BURST_S = (1.0, 2.0)

MakeTake = Callable[[str, int, int], TakeFiles]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("soundtrack")


@pytest.fixture(scope="module")
def track(room: Path) -> Path:
    path = room / "track.flac"
    ffmpeg(["-f", "lavfi", "-i", f"aevalsrc={LOUD}*sin(2*PI*{TRACK_HZ}*t):s={RATE}:d=4.5", str(path)])
    return path


@pytest.fixture(scope="module")
def take(room: Path) -> MakeTake:
    made: dict[tuple[str, int, int], TakeFiles] = {}
    normalizer = FfmpegNormalizer(Ffmpeg(ffmpeg_executable()))
    sounds = {
        "silence": "0",
        "burst": f"{LOUD}*sin(2*PI*{CLIP_HZ}*t)*between(t,{BURST_S[0]},{BURST_S[1]})",
        "tone": f"{LOUD}*sin(2*PI*{CLIP_HZ}*t)",
    }

    def make(sound: str, frames: int, place: int) -> TakeFiles:
        if (sound, frames, place) not in made:
            folder = room / f"{sound}-{frames}-{place}"
            folder.mkdir()
            picture = f"gradients=s=64x36:r=30:seed={place + 1}:speed=0.1"
            heard = f"aevalsrc='{sounds[sound]}':s={RATE}"
            inputs = ("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", heard, "-frames:v", str(frames))
            source = folder / "source.mkv"
            ffmpeg([*inputs, "-t", "9", "-c:v", "libx264", "-threads", "1", "-c:a", "pcm_s16le", str(source)])
            done = normalizer.normalize(
                source, profile=PROFILE, frames=frames, directory=folder, frames_before=place
            )
            made[sound, frames, place] = replace(
                done.files, content_hash=done.content_hash, thumbnail=done.thumbnail
            )
        return made[sound, frames, place]

    return make


def compose(
    composer: Composer,
    takes: Sequence[TakeFiles],
    directory: Path,
    track: SoundtrackFile | None,
    earlier: EarlierVideo | None = None,
) -> ComposedVideo:
    directory.mkdir(exist_ok=True)
    return composer.compose(takes, profile=PROFILE, soundtrack=track, directory=directory, earlier=earlier)


def heard(video: Path) -> "array[int]":
    return array("h", samples_of(video))[::2]


def level_db(samples: "array[int]", hz: int, at_s: float, seconds: float = 0.1) -> float:
    """Return the level of a tone within some seconds, in dB beside what the sources have."""
    part = samples[round(at_s * RATE) : round((at_s + seconds) * RATE)]
    turn = 2 * math.pi * hz / RATE
    real = sum(value * math.cos(turn * number) for number, value in enumerate(part))
    imaginary = sum(value * math.sin(turn * number) for number, value in enumerate(part))
    amplitude = 2 * math.hypot(real, imaginary) / len(part) / 32768
    return 20 * math.log10(max(amplitude, 1e-6) / LOUD)


def about(level: float) -> object:
    return pytest.approx(level, abs=0.3)


def test_level_and_fades_over_silence(
    composer: Composer, take: MakeTake, track: Path, tmp_path: Path
) -> None:
    mix = SoundtrackMix(with_clips=True, level_db=-6, fade_in_ms=1000, fade_out_ms=2000)
    takes = [take("silence", 60, 0), take("silence", 60, 60)]
    sound = SoundtrackFile(track, "track", mix, duration_ms=4500)
    samples = heard(written(compose(composer, takes, tmp_path / "made", sound)))
    assert abs(len(samples) - 4 * RATE) <= 1024
    assert level_db(samples, TRACK_HZ, 1.5) == about(-6)
    # In the middle of a window the straight line has its mean.
    assert level_db(samples, TRACK_HZ, 0.45) == about(-6 + 20 * math.log10(0.5))
    assert level_db(samples, TRACK_HZ, 2.95) == about(-6 + 20 * math.log10(0.5))
    assert level_db(samples, TRACK_HZ, 3.45) == about(-6 + 20 * math.log10(0.25))


def test_it_is_lowered_under_the_clips_and_nowhere_else(
    composer: Composer, take: MakeTake, track: Path, tmp_path: Path
) -> None:
    mix = SoundtrackMix(with_clips=True, ducking_db=12)
    takes = [take("burst", 60, 0), take("silence", 60, 60)]
    sound = SoundtrackFile(track, "track", mix, duration_ms=4500)
    samples = heard(written(compose(composer, takes, tmp_path / "made", sound)))
    assert level_db(samples, TRACK_HZ, 0.6) == about(0)
    assert level_db(samples, TRACK_HZ, 1.4) == about(-12)
    assert level_db(samples, CLIP_HZ, 1.4) == about(0)
    # Held for 0.3 s behind the join, then back within 0.5 s: halfway between both amplitudes at 2.55 s.
    assert level_db(samples, TRACK_HZ, 2.1) == about(-12)
    assert level_db(samples, TRACK_HZ, 2.5) == about(20 * math.log10((1 + 10 ** (-12 / 20)) / 2))
    assert level_db(samples, TRACK_HZ, 3.2) == about(0)


def test_alone_it_takes_the_place_of_the_clips_sound_and_loops(
    composer: Composer, take: MakeTake, track: Path, tmp_path: Path
) -> None:
    mix = SoundtrackMix(with_clips=False, loops=True)
    takes = [take("tone", 90, 0), take("tone", 90, 90)]
    sound = SoundtrackFile(track, "track", mix, duration_ms=4500)
    samples = heard(written(compose(composer, takes, tmp_path / "made", sound)))
    assert level_db(samples, CLIP_HZ, 1.5) < -40
    assert level_db(samples, TRACK_HZ, 5.0) == about(0)
    once = replace(sound, mix=replace(mix, loops=False))
    samples = heard(written(compose(composer, takes, tmp_path / "once", once)))
    assert level_db(samples, TRACK_HZ, 5.0) < -60


def test_another_take_has_only_what_is_around_it_encoded(take: MakeTake, track: Path, tmp_path: Path) -> None:
    lengths = [60] * 8
    places = [0, *accumulate(lengths)]
    takes = [take("tone", frames, place) for frames, place in zip(lengths, places, strict=False)]
    mix = SoundtrackMix(with_clips=True, level_db=-6, ducking_db=9, loops=True, fade_out_ms=1000)
    sound = SoundtrackFile(track, "track", mix, duration_ms=4500)
    stitcher = Stitcher(Ffmpeg(ffmpeg_executable()))
    first = written(compose(stitcher, takes, tmp_path / "first", sound))
    changed = [*takes[:3], take("silence", 60, 180), *takes[4:]]
    made = compose(stitcher, changed, tmp_path / "changed", sound, EarlierVideo(first))
    afresh = written(compose(stitcher, changed, tmp_path / "afresh", sound))
    assert made.ranges[0].path.name == "header.mp4"
    encoded = sum(part.size for part in made.ranges if part.path.name == "pieces.aac")
    assert 0 < encoded < 3.5 / 8 * 200_000 / 8 * 16
    video = written(made)
    assert frame_hashes(video) == frame_hashes(afresh)
    one, other = heard(video), heard(afresh)
    assert len(one) == len(other)
    apart = math.sqrt(sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) / len(one)) / 32768
    assert 20 * math.log10(max(apart, 1e-9) / LOUD) < -40
    again = compose(stitcher, changed, tmp_path / "again", sound, EarlierVideo(video))
    assert not [part for part in again.ranges if part.path.name == "pieces.aac"]


def test_few_seconds_of_the_clips_are_looked_at_at_once(track: Path, tmp_path: Path) -> None:
    asked: list[int] = []

    def read_clips(first: int, end: int) -> "array[int]":
        asked.append(end - first)
        return array("h", bytes(4 * (end - first)))

    mix = SoundtrackMix(with_clips=True, ducking_db=9, loops=True)
    with Ffmpeg(ffmpeg_executable()).session(timeout_s=60) as session:
        sound = SoundtrackFile(track, "track", mix, duration_ms=4500)
        bed = MusicBed(session, sound, total=30 * RATE, span=(0, 30 * RATE), read_clips=read_clips)
        with (tmp_path / "mixed").open("wb") as file:
            bed.write(file, 0, 30 * RATE)
    assert sum(asked) >= 30 * RATE
    assert max(asked) <= 5 * RATE
    assert (tmp_path / "mixed").stat().st_size == 30 * RATE * 4
