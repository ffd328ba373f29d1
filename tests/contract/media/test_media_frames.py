"""A frame that is cut out of a take is the very picture that is shown there, at every rate."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from retake.domain.errors import UnreadableMediaError
from retake.domain.media import MediaProfile
from retake.ports.media import Normalizer
from tests.media_samples import ffmpeg

FRAMES, WIDTH, HEIGHT = 60, 160, 90


@pytest.mark.parametrize("fps", [Fraction(24), Fraction(30000, 1001), Fraction(60)], ids=str)
def test_each_frame_is_cut_exactly(normalizer: Normalizer, fps: Fraction, tmp_path: Path) -> None:
    profile = MediaProfile(width=WIDTH, height=HEIGHT, fps=fps)
    source = tmp_path / "source.mp4"
    ffmpeg(["-f", "lavfi", "-i", f"testsrc2=s={WIDTH}x{HEIGHT}:r={fps}", "-frames:v", "60", str(source)])
    take = normalizer.normalize(source, profile=profile, frames=FRAMES, directory=tmp_path).files.video
    shown = pictures(take)
    assert len(shown) == FRAMES
    for frame in (0, 1, 29, FRAMES - 1):
        cut = tmp_path / f"{frame}.png"
        normalizer.extract_frame(take, frame=frame, profile=profile, path=cut)
        [picture] = pictures(cut)
        distances = [np.abs(picture - other).mean() for other in shown]
        assert int(np.argmin(distances)) == frame
        assert distances[frame] < 1, "another picture than the one that is shown"
    with pytest.raises(UnreadableMediaError):
        normalizer.extract_frame(take, frame=FRAMES + 1, profile=profile, path=tmp_path / "none.png")


def pictures(path: Path) -> np.ndarray:
    """Return decoded pictures of a file."""
    exact = "scale=in_color_matrix=bt709:in_range=tv:flags=accurate_rnd+full_chroma_int"
    flags = exact if path.suffix == ".mp4" else "null"
    raw = ffmpeg(["-i", str(path), "-vf", flags, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"])
    shown: np.ndarray = np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT, WIDTH, 3).astype(float)
    return shown
