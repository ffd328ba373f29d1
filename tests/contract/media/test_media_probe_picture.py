"""What every ``MediaProbe`` promises of pictures."""

from collections.abc import Callable
from pathlib import Path

import pytest

from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.probe import FfmpegProbe, ProbeLimits
from retake.domain.errors import UnreadableMediaError
from retake.ports.media import MediaProbe
from tests.media_samples import ffmpeg


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    directory = tmp_path_factory.mktemp("pictures")

    def make(suffix: str) -> Path:
        path = directory / f"picture.{suffix}"
        if not path.exists():
            ffmpeg(["-f", "lavfi", "-i", "testsrc2=s=320x180", "-frames:v", "1", str(path)])
        return path

    return make


@pytest.mark.parametrize(("suffix", "kind"), [("png", "png"), ("jpg", "jpeg"), ("webp", "webp")])
def test_says_what_a_picture_is_whatever_it_is_called(
    probe: MediaProbe, picture: Callable[[str], Path], tmp_path: Path, suffix: str, kind: str
) -> None:
    path = tmp_path / "upload"
    path.write_bytes(picture(suffix).read_bytes())
    info = probe.probe_picture(path)
    assert (info.container, info.width, info.height) == (kind, 320, 180)
    assert (info.duration_ms, info.has_audio) == (0, False)
    assert info.size_bytes == path.stat().st_size


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_refuses_one_that_is_cut_off(
    probe: MediaProbe, picture: Callable[[str], Path], tmp_path: Path, suffix: str
) -> None:
    whole = picture(suffix).read_bytes()
    path = tmp_path / "upload"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableMediaError, match="damaged or incomplete"):
        probe.probe_picture(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty"),
        (b"GIF89a" + b"\0" * 40, "This is a GIF picture, not a picture that can be used"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>", "a text file"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "This is a video"),
        (b"RIFF\0\0\0\0WAVEfmt ", "This is a WAV sound"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "damaged or incomplete"),
    ],
)
def test_refuses_what_is_no_picture(probe: MediaProbe, tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(UnreadableMediaError, match=reason):
        probe.probe_picture(path)


def test_refuses_one_beyond_the_limits(tool: Ffmpeg, picture: Callable[[str], Path]) -> None:
    probe = FfmpegProbe(tool, limits=ProbeLimits(side_px=300))
    with pytest.raises(UnreadableMediaError, match="at most 300 pixels"):
        probe.probe_picture(picture("png"))
