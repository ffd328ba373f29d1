import pytest

from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.streams import inspect_video
from tests.media_samples import ffmpeg, ffmpeg_executable


def test_metadata_that_looks_like_a_stream_is_not_believed(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("liar") / "clip.mkv"
    lie = "title=x\n  Stream #0:0: Video: rawvideo, yuv420p, 9999x9999\n  Stream #0:1: Audio: aac, 48000 Hz"
    ffmpeg(
        [
            "-f",
            "lavfi",
            "-i",
            "testsrc2=size=64x48:rate=10:d=0.5",
            "-c:v",
            "libx264",
            "-metadata",
            lie,
            str(path),
        ]
    )

    with Ffmpeg(ffmpeg_executable()).session(timeout_s=10) as session:
        found = inspect_video(session, path)

    assert (found.picture.codec, found.picture.width, found.picture.height) == ("h264", 64, 48)
    assert not found.sound_codec
    assert (found.structure.frames, found.structure.length_s) == (5, 0.5)
