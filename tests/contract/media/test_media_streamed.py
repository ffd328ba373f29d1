"""A take plays whole, and in parts behind those of other takes: every frame once, the sound at its time."""

import math
import wave
from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate, pairwise, permutations
from pathlib import Path

import pytest

from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.mp4 import read_movie
from retake.adapters.media.normalize import FfmpegNormalizer
from retake.adapters.media.stitch.stitcher import Stitcher
from retake.adapters.media.stitch.takes import read_take
from retake.domain.errors import UnreadableMediaError
from retake.domain.frame_rates import FrameRate
from retake.domain.job_streams import StreamedTake, write_playlist
from retake.domain.media import MediaProfile
from retake.ports.media import NormalizedTake
from tests.media_samples import ffmpeg, ffmpeg_executable, frame_hashes, frame_times, samples_of

LENGTHS = (150, 61, 97)
PROFILE = MediaProfile(64, 36, 30)
PICTURES = "gradients=seed=4:speed=0.1"
STEADY = "testsrc=d=8"
"""Has key frames where they are due only."""

Takes = Callable[[FrameRate], list[NormalizedTake]]
TakesOf = Callable[[FrameRate, tuple[int, ...]], list[NormalizedTake]]

SHORT = [(40, 1, 60), (1, 40, 60), (40, 60, 1), (1, 1, 60), (1, 60, 1), (60, 1, 1), (1, 1, 1), (1, 2, 3)]
"""Frames of three clips, some of which are hardly longer than pictures wait for others in a decoder."""

LATE_KEY = (60, 61, 97)
"""With a key frame every two seconds the second clip ends with one that stands alone."""

TRACKS = {"pictures": ("0:v",), "both": ("0:v", "0:a")}


@pytest.fixture(scope="module")
def normalizer() -> FfmpegNormalizer:
    return FfmpegNormalizer(Ffmpeg(ffmpeg_executable()))


@pytest.fixture(scope="module")
def takes_of(normalizer: FfmpegNormalizer, tmp_path_factory: pytest.TempPathFactory) -> TakesOf:
    made: dict[tuple[FrameRate, tuple[int, ...]], list[NormalizedTake]] = {}

    def make(fps: FrameRate, lengths: tuple[int, ...]) -> list[NormalizedTake]:
        if (fps, lengths) not in made:
            room = tmp_path_factory.mktemp("streamed")
            source = room / "source.mkv"
            picture = f"{PICTURES if lengths == LENGTHS else STEADY}:s=64x36:r={fps}"
            sound = "aevalsrc='0.3*sin(2*PI*220*t)*exp(-3*mod(t,0.5))':s=48000"
            inputs = ("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-frames:v", "160")
            ffmpeg([*inputs, "-t", "8", "-c:v", "libx264", "-threads", "1", "-c:a", "pcm_s16le", str(source)])
            clips = made[fps, lengths] = []
            for place, frames in zip(accumulate(lengths, initial=0), lengths, strict=False):
                directory = room / str(place)
                directory.mkdir()
                profile = replace(PROFILE, fps=fps)
                clips.append(
                    normalizer.normalize(
                        source, profile=profile, frames=frames, directory=directory, frames_before=place
                    )
                )
        return made[fps, lengths]

    return make


@pytest.fixture(scope="module")
def takes(takes_of: TakesOf) -> Takes:
    return lambda fps: takes_of(fps, LENGTHS)


def stream_of(takes: Sequence[NormalizedTake], fps: FrameRate, path: Path) -> Path:
    """Write the playlist of takes in any order."""
    streamed: list[StreamedTake] = []
    urls: dict[str, str] = {}
    end = None
    for take in takes:
        assert take.stream is not None
        key = str(take.files.video)
        urls[key] = key
        follows = end == take.stream.frames_before
        streamed.append(StreamedTake(key, take.stream, follows=follows, is_alike=bool(streamed)))
        end = take.stream.frames_before + take.files.frames
    path.write_text(write_playlist(streamed, urls, fps))
    return path


@pytest.mark.parametrize("fps", [30, Fraction(24000, 1001)], ids=["30", "23.976"])
def test_takes_in_a_row_play_as_one_stream(takes: Takes, fps: FrameRate, tmp_path: Path) -> None:
    made = takes(fps)
    playlist = stream_of(made, fps, tmp_path / "stream.m3u8")
    assert frame_hashes(playlist) == [name for take in made for name in frame_hashes(take.files.video)]
    shown = sorted(time for _, time, _ in frame_times(playlist))
    steps = {after - before for before, after in pairwise(shown)}
    assert len(steps) == 1
    assert (shown[0], len(shown)) == (0, sum(LENGTHS))


@pytest.mark.parametrize("places", [(2, 1, 0), (0, 2, 1), (2, 0, 1), (0, 2), (2,)], ids=str)
def test_takes_that_were_moved_lose_no_frame(takes: Takes, tmp_path: Path, places: tuple[int, ...]) -> None:
    made = [takes(30)[place] for place in places]
    playlist = stream_of(made, 30, tmp_path / "stream.m3u8")
    listed = ffmpeg(["-i", str(playlist), "-map", "0:v", "-f", "framemd5", "-"]).decode().splitlines()
    frames = [line.split(",") for line in listed if not line.startswith("#")]
    wanted = [name for take in made for name in frame_hashes(take.files.video)]
    assert [frame[-1].strip() for frame in frames] == wanted
    shown = [int(frame[2]) for frame in frames]
    assert shown == list(range(shown[0], shown[0] + len(shown)))
    heard = len(samples_of(playlist)) // 4
    assert abs(heard - PROFILE.sample_count(len(shown))) <= 1024 * len(places)


@pytest.mark.parametrize("tracks", TRACKS.values(), ids=TRACKS)
@pytest.mark.parametrize("lengths", [*SHORT, LATE_KEY], ids=str)
def test_short_clips_lose_no_frame_in_any_order(
    takes_of: TakesOf, tmp_path: Path, lengths: tuple[int, ...], tracks: tuple[str, ...]
) -> None:
    made = takes_of(30, lengths)
    hashes = [frame_hashes(take.files.video) for take in made]
    wrong = {}
    for places in permutations(range(len(made))):
        playlist = stream_of([made[place] for place in places], 30, tmp_path / "stream.m3u8")
        for mode in ("passthrough", "auto"):
            options = [*(word for track in tracks for word in ("-map", track)), "-fps_mode", mode]
            listed = ffmpeg(["-xerror", "-i", str(playlist), *options, "-f", "framemd5", "-"]).decode()
            rows = [line.split(",") for line in listed.splitlines() if not line.startswith("#")]
            shown = [row[-1].strip() for row in rows if row[0] == "0"]
            if shown != [name for place in places for name in hashes[place]]:
                wrong[places, mode] = len(shown)
    assert not wrong


def test_its_sound_is_at_its_time_and_whole_but_around_joins(takes: Takes, tmp_path: Path) -> None:
    made = takes(30)
    heard = array("h", samples_of(stream_of(made, 30, tmp_path / "stream.m3u8")))[::2]
    exact = array("h")
    for take in made:
        with wave.open(str(take.files.audio), "rb") as sound:
            exact.extend(array("h", sound.readframes(sound.getnframes()))[::2])
    assert 0 <= len(heard) - len(exact) < 1024
    loud = math.sqrt(sum(value * value for value in exact) / len(exact))
    wrong = []
    for at in range(0, len(exact) - 1024, 1024):
        error = sum((heard[at + n] - exact[at + n]) ** 2 for n in range(0, 1024, 8)) / 128
        if math.sqrt(error) > loud / 5:
            wrong.append(at)
    joins = [PROFILE.sample_count(count) for count in accumulate(LENGTHS[:-1], initial=0)]
    assert all(any(join - 1024 <= at <= join + 2048 for join in joins) for at in wrong)


def test_a_take_is_an_ordinary_file_that_is_hardly_larger(
    takes: Takes, normalizer: FfmpegNormalizer, tmp_path: Path
) -> None:
    take = takes(30)[1]
    movie = read_movie(take.files.video)
    assert movie.boxes == ("ftyp", "moov", "mdat")
    samples = sum(sum(track.sizes) for track in movie.tracks)
    assert take.stream is not None
    headers = take.files.video.stat().st_size - samples
    assert headers < 6000 + 20 * LENGTHS[1]
    again = replace(take.files, video=tmp_path / "again.mp4")
    again.video.write_bytes(take.files.video.read_bytes())
    assert normalizer.make_streamable(again, profile=PROFILE, frames_before=LENGTHS[0]) == take.stream
    assert again.video.read_bytes() == take.files.video.read_bytes()
    assert normalizer.make_streamable(again, profile=PROFILE, frames_before=LENGTHS[0] + 1) is None


def test_a_take_is_joined_as_it_is(takes: Takes, tmp_path: Path) -> None:
    made = [replace(take.files, thumbnail=take.thumbnail) for take in takes(30)]
    joined = Stitcher(Ffmpeg(ffmpeg_executable())).compose(
        made, profile=PROFILE, soundtrack=None, directory=tmp_path
    )
    assert joined.ranges[0].path.name == "header.mp4"


@pytest.mark.parametrize("kind", [b"moof", b"mdat", b"free"])
def test_a_damaged_header_of_a_segment_is_found(takes: Takes, tmp_path: Path, kind: bytes) -> None:
    take = takes(30)[1]
    body = bytearray(take.files.video.read_bytes())
    at = body.rindex(kind)
    body[at - 1] ^= 1  # its size
    damaged = replace(take.files, video=tmp_path / "damaged.mp4")
    damaged.video.write_bytes(body)
    with pytest.raises(UnreadableMediaError, match="damaged"):
        read_take(damaged, PROFILE)
