"""The archive's real encoder on real takes: when it tries again, stops, refuses, or runs out of time."""

from dataclasses import replace
from pathlib import Path

import pytest

from retake.adapters.media.archive import FfmpegArchiveEncoder
from retake.adapters.media.ffmpeg import Ffmpeg
from retake.domain.errors import MediaToolError, MediaToolTimeoutError, UnreadableMediaError
from retake.ports.media import TakeFiles
from tests.contract.media.archiving import BUNNY, real_archiving
from tests.media_samples import running_children


@pytest.fixture(scope="module")
def take(tool: Ffmpeg, tmp_path_factory: pytest.TempPathFactory) -> TakeFiles:
    return real_archiving(tool, tmp_path_factory.mktemp("archiving")).take.files


def test_encodes_better_where_quality_would_fall_short(tool: Ffmpeg, take: TakeFiles, tmp_path: Path) -> None:
    first = FfmpegArchiveEncoder(tool).compress(take, profile=BUNNY, directory=tmp_path)
    assert first is not None
    wanted = first.vmaf + 0.1
    second = FfmpegArchiveEncoder(tool, min_vmaf=wanted, min_saving=0).compress(
        take, profile=BUNNY, directory=tmp_path
    )
    assert second is not None
    assert second.vmaf >= wanted
    assert second.size_bytes > first.size_bytes


def test_stops_where_too_little_would_be_saved(tool: Ffmpeg, take: TakeFiles, tmp_path: Path) -> None:
    encoder = FfmpegArchiveEncoder(tool, min_vmaf=0, min_saving=0.5)
    assert encoder.compress(take, profile=BUNNY, directory=tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_take_that_is_damaged_inside_is_never_replaced_by_what_is_left_of_it(
    tool: Ffmpeg, take: TakeFiles, tmp_path: Path
) -> None:
    damaged = bytearray(take.video.read_bytes())
    middle = len(damaged) // 2
    damaged[middle : middle + 64] = b"\0" * 64
    video = tmp_path / "take.mp4"
    video.write_bytes(damaged)
    with pytest.raises((UnreadableMediaError, MediaToolError)):
        FfmpegArchiveEncoder(tool).compress(replace(take, video=video), profile=BUNNY, directory=tmp_path)


def test_a_take_with_other_frames_than_its_record_says_is_refused(
    tool: Ffmpeg, take: TakeFiles, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableMediaError, match="does not show 48 pictures"):
        FfmpegArchiveEncoder(tool).compress(replace(take, frames=48), profile=BUNNY, directory=tmp_path)


def test_a_deadline_ends_the_work_and_leaves_no_process(
    tool: Ffmpeg, take: TakeFiles, tmp_path: Path
) -> None:
    before = running_children()
    encoder = FfmpegArchiveEncoder(tool, timeout_s=0.02)
    with pytest.raises(MediaToolTimeoutError):
        encoder.compress(take, profile=BUNNY, directory=tmp_path)
    with pytest.raises(MediaToolTimeoutError):
        encoder.verify(take.video, frames=take.frames, duration_ms=1958)
    assert running_children() == before
