from collections.abc import Callable
from pathlib import Path

import pytest

from retake.domain.errors import MediaToolError, UnreadableMediaError
from retake.ports.media import NormalizedTake, VideoComparer
from tests.media_samples import ffmpeg

Take = Callable[[str, int], NormalizedTake]


def test_a_take_is_like_itself(comparer: VideoComparer, take: Take) -> None:
    video = take("landscape", 30).files.video
    assert comparer.similarity(video, video) == 1.0


def test_the_more_is_changed_the_less_alike(comparer: VideoComparer, take: Take, tmp_path: Path) -> None:
    video = take("landscape", 30).files.video

    def changed(name: str, look: str) -> float:
        ffmpeg(["-i", str(video), "-vf", look, "-an", str(tmp_path / name)])
        return comparer.similarity(video, tmp_path / name)

    slightly, much = changed("a.mp4", "boxblur=1"), changed("b.mp4", "boxblur=8,negate")
    assert 0 <= much < slightly < 1


def test_only_the_time_both_have_counts(comparer: VideoComparer, take: Take) -> None:
    short, long = take("landscape", 30).files.video, take("landscape", 61).files.video
    assert comparer.similarity(short, long) > 0.99


def test_a_single_picture_is_enough(comparer: VideoComparer, take: Take) -> None:
    video = take("portrait", 1).files.video
    assert comparer.similarity(video, video) == 1.0


def test_refuses_what_is_no_video(comparer: VideoComparer, take: Take, tmp_path: Path) -> None:
    text = tmp_path / "clip.mp4"
    text.write_text("ffconcat version 1.0\nfile other.mp4\n")
    with pytest.raises((UnreadableMediaError, MediaToolError)):
        comparer.similarity(take("landscape", 30).files.video, text)
