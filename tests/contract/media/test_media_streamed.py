"""A take plays whole, and in parts behind those of other takes: every frame once, the sound at its time."""

import math
import wave
from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate, pairwise
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

Takes = Callable[[FrameRate], list[NormalizedTake]]


@pytest.fixture(scope="module")
def normalizer() -> FfmpegNormalizer:
    return FfmpegNormalizer(Ffmpeg(ffmpeg_executable()))


@pytest.fixture(scope="module")
def takes(normalizer: FfmpegNormalizer, tmp_path_factory: pytest.TempPathFactory) -> Takes:
    made: dict[FrameRate, list[NormalizedTake]] = {}

    def make(fps: FrameRate) -> list[NormalizedTake]:
        if fps not in made:
            room = tmp_path_factory.mktemp("streamed")
            source = room / "source.mkv"
            picture = f"gradients=s=64x36:r={fps}:seed=4:speed=0.1"
            sound = "aevalsrc='0.3*sin(2*PI*220*t)*exp(-3*mod(t,0.5))':s=48000"
            inputs = ("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-frames:v", "160")
            ffmpeg([*inputs, "-t", "8", "-c:v", "libx264", "-threads", "1", "-c:a", "pcm_s16le", str(source)])
            made[fps] = []
            for place, frames in zip(accumulate(LENGTHS, initial=0), LENGTHS, strict=False):
                directory = room / str(place)
                directory.mkdir()
                profile = replace(PROFILE, fps=fps)
                made[fps].append(
                    normalizer.normalize(
                        source, profile=profile, frames=frames, directory=directory, frames_before=place
                    )
                )
        return made[fps]

    return make


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
