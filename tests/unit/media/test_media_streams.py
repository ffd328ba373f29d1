import pytest

from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.streams import _has_matrix, inspect_video
from tests.media_samples import ffmpeg, ffmpeg_executable


@pytest.mark.parametrize(
    ("description", "tagged"),
    [
        ("(High) (avc1 / 0x31637661), yuv420p(tv, bt709, progressive), 1280x720, 30 fps", True),
        ("(Main), yuv420p10le(tv, bt2020nc/bt2020/arib-std-b67), 1920x1080, 30 fps", True),
        ("(High), yuvj420p(pc, bt470bg/unknown/unknown, progressive), 320x180", True),
        ("(High), yuv420p(bt709), 320x180", True),
        ("(High), yuv420p(tv, unknown/bt709/bt709), 320x180", False),
        ("(High), yuv420p(tv, progressive), 320x180", False),
        ("(High), yuv420p(tv), 320x180", False),
        ("(High), yuv420p(progressive), 320x180", False),
        ("(Constrained Baseline) (avc1 / 0x31637661), yuv420p, 320x180", False),
    ],
)
def test_knows_whether_colours_are_tagged(description: str, *, tagged: bool) -> None:
    assert _has_matrix(description) is tagged


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
