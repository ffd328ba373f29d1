import hashlib
import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from retake.adapters.media.mp4 import read_movie
from retake.domain.errors import MediaToolError, UnreadableMediaError
from retake.domain.frame_rates import FrameRate
from retake.domain.media import MediaProfile
from retake.ports.media import ComposedVideo, Composer, NormalizedTake, Normalizer, SoundtrackFile, TakeFiles
from tests.media_samples import ffmpeg, frame_hashes, frame_times, make_tone, samples_of, written

Take = Callable[[str, int], NormalizedTake]
PROFILE = MediaProfile(width=320, height=180, fps=30)
AAC_FRAME = 1024
CENTRE = "pan=5.1|FL=0*c0|FR=0*c0|FC=c0|LFE=0*c0|BL=0*c0|BR=0*c0"

# Lengths of no whole number of AAC frames or microseconds, and of one or two pictures.
UNLIKE = (
    *(("landscape", 61), ("portrait", 1), ("rotated", 30), ("silent", 2), ("10 bit HEVC, Opus", 30)),
    *(("VP9 WebM", 30), ("portrait", 1), ("variable rate", 30), ("wide pixels, interlaced", 30)),
    *(("5.1, longer than the picture", 30), ("sound shorter than the picture", 30), ("landscape", 29)),
)


@pytest.fixture(scope="module")
def takes(take: Take) -> list[TakeFiles]:
    return [take(name, frames).files for name, frames in UNLIKE]


@pytest.fixture(scope="module")
def composed(
    composer: Composer, takes: list[TakeFiles], tmp_path_factory: pytest.TempPathFactory
) -> ComposedVideo:
    return composer.compose(
        takes, profile=PROFILE, soundtrack=None, directory=tmp_path_factory.mktemp("composed")
    )


def test_shows_the_takes_pictures_in_order(composed: ComposedVideo, takes: list[TakeFiles]) -> None:
    assert frame_hashes(written(composed)) == [frame for take in takes for frame in frame_hashes(take.video)]


def test_counts_frames_and_time(composed: ComposedVideo, takes: list[TakeFiles]) -> None:
    assert composed.frames == sum(take.frames for take in takes)
    assert composed.duration_ms == PROFILE.duration_ms(composed.frames)


def test_every_packet_is_on_the_tick_of_its_frame(composed: ComposedVideo) -> None:
    rows = frame_times(written(composed))
    assert [row[0] for row in rows] == [(n - 2) * 4000 for n in range(composed.frames)]
    assert sorted(row[1] for row in rows) == [n * 4000 for n in range(composed.frames)]
    assert {row[2] for row in rows} == {4000}


def test_sound_and_picture_start_and_end_together(composed: ComposedVideo) -> None:
    movie = read_movie(written(composed))
    video, sound = movie.track("vide"), movie.track("soun")
    assert [edit.media_time for edit in video.edits] == [8000]
    assert [edit.media_time for edit in sound.edits] == [AAC_FRAME]
    heard = sum(sound.durations) - AAC_FRAME
    assert abs(heard - composed.frames * 1600) < AAC_FRAME


def test_sound_is_the_takes_own_at_its_place(composed: ComposedVideo, takes: list[TakeFiles]) -> None:
    heard, exact = samples_of(written(composed)), b"".join(samples_of(take.audio) for take in takes)
    assert len(heard) == pytest.approx(len(exact), abs=4 * AAC_FRAME)
    # Loud and silent takes alternate: their edges must be where the pictures change.
    for start in range(0, len(exact) - 6400, 6400):
        assert loudness(heard[start : start + 6400]) == pytest.approx(
            loudness(exact[start : start + 6400]), abs=500
        )


@pytest.mark.parametrize("frame", [0, 1, 60, 61, 62, 92, 93, 95, 155, 302])
def test_can_be_sought_to_the_frame(composed: ComposedVideo, frame: int) -> None:
    sought = ffmpeg(
        [
            *("-ss", f"{frame / 30:.6f}", "-i", str(written(composed)), "-frames:v", "1"),
            *("-map", "0:v", "-f", "framemd5", "-"),
        ]
    ).decode()
    assert sought.rsplit(",", 1)[1].strip() == frame_hashes(written(composed))[frame]


def test_plays_while_it_loads(composed: ComposedVideo) -> None:
    assert read_movie(written(composed)).boxes[:2] == ("ftyp", "moov")


def test_the_poster_is_a_webp_480_wide(composed: ComposedVideo) -> None:
    head = composed.poster.read_bytes()[:30]
    assert (head[:4], head[8:15]) == (b"RIFF", b"WEBPVP8")
    assert int.from_bytes(head[26:28], "little") == 480


def test_equal_takes_make_equal_bytes(
    composer: Composer, composed: ComposedVideo, takes: list[TakeFiles], tmp_path: Path
) -> None:
    again = composer.compose(takes, profile=PROFILE, soundtrack=None, directory=tmp_path)
    assert digest(written(again)) == digest(written(composed))
    assert digest(again.poster) == digest(composed.poster)


def test_one_take_is_enough(composer: Composer, take: Take, tmp_path: Path) -> None:
    files = take("portrait", 1).files
    made = composer.compose([files], profile=PROFILE, soundtrack=None, directory=tmp_path)
    assert frame_hashes(written(made)) == frame_hashes(files.video)
    assert made.duration_ms == 33


def test_a_hundred_takes(composer: Composer, take: Take, tmp_path: Path) -> None:
    pattern = [take("landscape", frames).files for frames in (1, 29, 2, 3)]
    made = composer.compose(pattern * 25, profile=PROFILE, soundtrack=None, directory=tmp_path)
    shown = [frame for files in pattern for frame in frame_hashes(files.video)]
    assert frame_hashes(written(made)) == shown * 25


@pytest.mark.parametrize("fps", [24, 25, 50, 60, 16, 18, *(Fraction(n, 1001) for n in (24000, 30000, 60000))])
def test_every_frame_rate_is_exact(
    composer: Composer, normalizer: Normalizer, sample: Callable[[str], Path], tmp_path: Path, fps: FrameRate
) -> None:
    profile = MediaProfile(width=160, height=90, fps=fps)
    files = []
    for frames in (7, 13):
        folder = tmp_path / str(frames)
        folder.mkdir()
        files.append(
            normalizer.normalize(sample("landscape"), profile=profile, frames=frames, directory=folder).files
        )

    made = composer.compose(files * 4, profile=profile, soundtrack=None, directory=tmp_path)

    scale = read_movie(written(made)).track("vide").timescale
    times = [Fraction(row[0], scale) for row in frame_times(written(made))]
    assert times == [Fraction(n - 2) / fps for n in range(80)]
    assert abs(len(samples_of(written(made))) // 4 - profile.sample_count(80)) <= AAC_FRAME
    assert frame_hashes(written(made)) == [frame for f in files for frame in frame_hashes(f.video)] * 4


@pytest.mark.parametrize(
    ("suffix", "seconds"), [("mp3", 0.5), ("m4a", 3), ("wav", 1), ("ogg", 3), ("flac", 2)]
)
def test_a_sound_track_replaces_the_takes_sound(
    composer: Composer, take: Take, tmp_path: Path, suffix: str, seconds: float
) -> None:
    music = make_tone(tmp_path / f"music.{suffix}", seconds=seconds)
    files = [take("silent", 2).files, take("silent", 30).files]

    made = composer.compose(
        files, profile=PROFILE, soundtrack=SoundtrackFile(music, "music"), directory=tmp_path
    )

    sound = read_movie(written(made)).track("soun")
    assert abs(sum(sound.durations) - AAC_FRAME - 32 * 1600) < AAC_FRAME
    heard = samples_of(written(made))
    assert loudness(heard[: 4 * 20_000]) > 1000
    if seconds < 1:
        assert loudness(heard[4 * 40_000 :]) < 50


def test_refuses_a_sound_track_that_is_none(composer: Composer, take: Take, tmp_path: Path) -> None:
    music = tmp_path / "music.mp3"
    music.write_text("ffconcat version 1.0\nfile secret.mp3\n")
    with pytest.raises(UnreadableMediaError, match="text file, not a sound track"):
        composer.compose(
            [take("silent", 2).files],
            profile=PROFILE,
            soundtrack=SoundtrackFile(music, "music"),
            directory=tmp_path,
        )


@pytest.mark.parametrize(
    ("options", "peak"), [(("-ac", "1"), 0.25), (("-af", CENTRE), 0.177)], ids=["mono", "the centre of 5.1"]
)
def test_a_sound_track_keeps_its_level(
    *, composer: Composer, take: Take, tmp_path: Path, options: tuple[str, ...], peak: float
) -> None:
    music = tmp_path / "music.wav"
    ffmpeg(["-f", "lavfi", "-i", "aevalsrc='0.25*sin(2000*PI*t)':s=48000:d=1", *options, str(music)])

    made = composer.compose(
        [take("silent", 30).files],
        profile=PROFILE,
        soundtrack=SoundtrackFile(music, "music"),
        directory=tmp_path,
    )

    for side in (0, 1):
        heard = memoryview(samples_of(written(made))).cast("h")[side::2].tolist()
        assert max(map(abs, heard[12_000:36_000])) / 32768 == pytest.approx(peak, abs=0.01)


def test_refuses_no_takes(composer: Composer, tmp_path: Path) -> None:
    with pytest.raises(MediaToolError, match="no take"):
        composer.compose([], profile=PROFILE, soundtrack=None, directory=tmp_path)


def test_refuses_takes_that_a_copy_would_join_wrongly(
    composer: Composer, take: Take, normalizer: Normalizer, sample: Callable[[str], Path], tmp_path: Path
) -> None:
    small = normalizer.normalize(
        sample("landscape"), profile=MediaProfile(160, 90), frames=30, directory=tmp_path
    )
    with pytest.raises(MediaToolError, match="encoded differently"):
        composer.compose(
            [take("landscape", 30).files, small.files],
            profile=PROFILE,
            soundtrack=None,
            directory=tmp_path,
        )


def test_refuses_a_take_that_is_not_what_its_record_says(
    composer: Composer, take: Take, tmp_path: Path
) -> None:
    files = take("landscape", 30).files
    with pytest.raises(MediaToolError, match="does not hold the 31 frames"):
        composer.compose([replace(files, frames=31)], profile=PROFILE, soundtrack=None, directory=tmp_path)
    with pytest.raises(MediaToolError, match="not exactly as long"):
        composer.compose(
            [replace(files, audio=take("landscape", 29).files.audio)],
            profile=PROFILE,
            soundtrack=None,
            directory=tmp_path,
        )


def loudness(pcm: bytes) -> float:
    """Return the root mean square of 16 bit samples."""
    values = memoryview(pcm[: len(pcm) // 2 * 2]).cast("h")
    return math.sqrt(sum(value * value for value in values) / max(1, len(values)))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
