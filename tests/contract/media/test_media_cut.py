"""A cut take has exactly the frames and samples of the whole one, and joins with takes of its job."""

import wave
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from retake.adapters.media import recipe
from retake.adapters.media.cut import FfmpegCutter
from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.mp4 import read_movie
from retake.adapters.media.normalize import FfmpegNormalizer
from retake.adapters.media.stitch.stitcher import Stitcher
from retake.domain.errors import UnreadableMediaError
from retake.domain.frame_rates import FrameRate
from retake.domain.media import MediaProfile
from retake.ports.media import EarlierVideo, TakeFiles
from tests.media_samples import ffmpeg, ffmpeg_executable, frame_hashes, written

FRAMES = 50
TOOL = Ffmpeg(ffmpeg_executable())


def make_take(directory: Path, fps: FrameRate) -> tuple[TakeFiles, MediaProfile]:
    """Make a take whose pictures and sound are different at every moment."""
    profile = MediaProfile(64, 36, fps)
    source = directory / "source.mkv"
    inputs = (
        "-f",
        "lavfi",
        "-i",
        f"testsrc2=s=64x36:r={fps}",
        "-f",
        "lavfi",
        "-i",
        "anoisesrc=r=48000:seed=1",
    )
    ffmpeg([*inputs, "-frames:v", str(FRAMES), "-c:v", "ffv1", "-c:a", "pcm_s16le", "-shortest", str(source)])
    room = directory / "made"
    room.mkdir()
    made = FfmpegNormalizer(TOOL).normalize(source, profile=profile, frames=FRAMES, directory=room)
    return replace(made.files, content_hash=made.content_hash, thumbnail=made.thumbnail), profile


def cut(take: TakeFiles, profile: MediaProfile, first: int, frames: int, directory: Path) -> TakeFiles:
    video, audio = directory / f"{first}.mp4", directory / f"{first}.wav"
    cutter = FfmpegCutter(TOOL)
    part = {"profile": profile, "first": first, "frames": frames}
    cutter.cut_sound(take.audio, path=audio, **part)  # type: ignore[arg-type]
    cutter.cut_picture(take.video, audio, path=video, **part)  # type: ignore[arg-type]
    return TakeFiles(video, audio, frames, content_hash=f"cut {first} {frames}")


@pytest.mark.parametrize("fps", [30, Fraction(30000, 1001)])
def test_every_part_is_exact_and_joins(tmp_path: Path, fps: FrameRate) -> None:
    take, profile = make_take(tmp_path, fps)
    parts = [cut(take, profile, first, frames, tmp_path) for first, frames in ((0, 1), (7, 20), (31, 19))]
    entry = read_movie(take.video).track("vide").sample_entry
    with wave.open(str(take.audio), "rb") as whole:
        for part, first in zip(parts, (0, 7, 31), strict=True):
            track = read_movie(part.video).track("vide")
            assert (len(track.sizes), track.sample_entry) == (part.frames, entry)
            with wave.open(str(part.audio), "rb") as heard:
                assert heard.getnframes() == profile.sample_count(part.frames)
                whole.setpos(profile.sample_count(first))
                samples = heard.readframes(heard.getnframes())
                # A frame may be no whole number of samples: the last moment of a take can be silence.
                there = whole.readframes(len(samples) // 4)
                assert samples.startswith(there)
                assert len(samples) - len(there) <= 4
    made = Stitcher(TOOL).compose([*parts, take], profile=profile, soundtrack=None, directory=tmp_path)
    video = written(made)
    assert len(frame_hashes(video)) == sum(part.frames for part in parts) + FRAMES
    # The next video takes what it needs of this one: nothing is cut again.
    again = tmp_path / "again"
    again.mkdir()
    known = [
        replace(
            part,
            video=again / "none.mp4",
            audio=again / "none.wav",
            thumbnail=take.thumbnail,
            fetch_video=no,
            fetch_audio=no,
        )
        for part in parts
    ]
    whole_again = replace(take, video=known[0].video, audio=known[0].audio, fetch_video=no, fetch_audio=no)
    Stitcher(TOOL).compose(
        [*known, whole_again], profile=profile, soundtrack=None, directory=again, earlier=EarlierVideo(video)
    )


def no(*_: object) -> None:
    raise AssertionError("It was read.")


def test_pictures_are_near_lossless(tmp_path: Path) -> None:
    take, profile = make_take(tmp_path, 30)
    part = cut(take, profile, 7, 20, tmp_path)
    log = tmp_path / "psnr.log"
    graph = f"[0:v]trim=start_frame=7:end_frame=27,setpts=N[a];[1:v]setpts=N[b];[a][b]psnr=f={log}"
    ffmpeg(["-i", str(take.video), "-i", str(part.video), "-lavfi", graph, "-f", "null", "-"])
    worst = min(float(line.split("psnr_avg:")[1].split()[0]) for line in log.read_text().splitlines())
    assert worst > 40


def test_frames_that_are_not_there(tmp_path: Path) -> None:
    take, profile = make_take(tmp_path, 30)
    with pytest.raises(UnreadableMediaError, match="Of the take"):
        cut(take, profile, 40, 20, tmp_path)


def test_equal_takes_make_equal_bytes(tmp_path: Path) -> None:
    take, profile = make_take(tmp_path, 30)
    assert recipe.EDIT.rate_factor == 10
    bodies = []
    for name in ("one", "two"):
        room = tmp_path / name
        room.mkdir()
        bodies.append(cut(take, profile, 3, 30, room).video.read_bytes())
    assert bodies[0] == bodies[1]
