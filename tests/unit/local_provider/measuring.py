"""Renders instructions on real footage, small, and measures the frames in plain Python."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from statistics import fmean

from retake.adapters.media.ffmpeg import Ffmpeg
from retake.ports.providers import GenerationRequest
from retake_local.effects import Effect
from retake_local.rendering import LocalRenderer

FOOTAGE = Path(__file__).parents[2] / "footage"
CLIPS = {"big-buck-bunny": 24, "cockatoo": 20}
"""Each clip's own frame rate: another would repeat pictures, and motion could not be compared."""

WIDTH, HEIGHT = 160, 90
SIZE = WIDTH * HEIGHT


def request_for(
    *, fps: int, seed: int = 1, duration_ms: int = 1000, instruction: str = ""
) -> GenerationRequest:
    return GenerationRequest(
        idempotency_key="test",
        instruction=instruction,
        prompt="",
        source_key="source",
        duration_ms=duration_ms,
        width=WIDTH,
        height=HEIGHT,
        fps=fps,
        seed=seed,
    )


def _rows(plane: bytes) -> list[bytes]:
    return [plane[start : start + WIDTH] for start in range(0, SIZE, WIDTH)]


def mirrored(plane: bytes) -> bytes:
    return b"".join(row[::-1] for row in _rows(plane))


def upside_down(plane: bytes) -> bytes:
    return b"".join(reversed(_rows(plane)))


def region(plane: bytes, *, rows: slice, columns: slice = slice(None)) -> bytes:
    return b"".join(row[columns] for row in _rows(plane)[rows])


def difference(left: bytes, right: bytes) -> float:
    """Return the mean absolute difference of two planes, in levels."""
    return sum(abs(a - b) for a, b in zip(left, right, strict=True)) / len(left)


@dataclass(frozen=True, repr=False)
class Frames:
    """Decoded pictures, planes of 8 bit in limited range.

    ``light`` and ``contrast`` are of luma; ``warmth`` is the ratio of the mean red to the mean blue;
    ``colour`` is the mean distance of chroma from grey; ``motion`` the mean difference of one frame
    to the next; ``detail`` the mean second difference along the rows.
    """

    luma: tuple[bytes, ...]
    blue: tuple[bytes, ...]
    red: tuple[bytes, ...]

    def __len__(self) -> int:
        return len(self.luma)

    @cached_property
    def light(self) -> float:
        return fmean(sum(plane) / SIZE for plane in self.luma) - 16

    @cached_property
    def contrast(self) -> float:
        plane = self.luma[len(self) // 2]
        mean = sum(plane) / SIZE
        return float(fmean((level - mean) ** 2 for level in plane) ** 0.5)

    @cached_property
    def warmth(self) -> float:
        y = self.light * 255 / 219
        u = (fmean(sum(plane) / SIZE for plane in self.blue) - 128) * 255 / 224
        v = (fmean(sum(plane) / SIZE for plane in self.red) - 128) * 255 / 224
        return (y + 1.5748 * v) / max(1.0, y + 1.8556 * u)  # BT.709

    @cached_property
    def colour(self) -> float:
        planes = [self.blue[len(self) // 2], self.red[len(self) // 2]]
        return fmean(sum(abs(level - 128) for level in plane) / SIZE for plane in planes)

    @cached_property
    def motion(self) -> float:
        return fmean(difference(a, b) for a, b in zip(self.luma, self.luma[1:], strict=False))

    @cached_property
    def detail(self) -> float:
        plane = self.luma[len(self) // 2]
        return sum(abs(2 * b - a - c) for a, b, c in zip(plane, plane[1:], plane[2:], strict=False)) / SIZE


@dataclass(repr=False)
class Studio:
    """Renders once what several tests look at."""

    ffmpeg: Ffmpeg
    directory: Path
    _frames: dict[object, Frames] = field(default_factory=dict)

    def original(self, clip: str) -> Frames:
        return self.render(clip, ())

    def render(self, clip: str, effects: Sequence[Effect], *, duration_ms: int = 1000) -> Frames:
        key = (clip, tuple(sorted(effects, key=repr)), duration_ms)
        if key not in self._frames:
            self._frames[key] = self.decode(self.file(clip, effects, duration_ms=duration_ms))
        return self._frames[key]

    def file(
        self,
        clip: str,
        effects: Sequence[Effect],
        *,
        seed: int = 1,
        duration_ms: int = 1000,
        source: Path | None = None,
    ) -> Path:
        path = self.directory / "result.mp4"
        renderer = LocalRenderer(ffmpeg=self.ffmpeg, font=None, timeout_s=60)
        request = request_for(fps=CLIPS[clip], seed=seed, duration_ms=duration_ms)
        renderer.edit(source or FOOTAGE / f"{clip}.mp4", effects, request, path)
        return path

    def decode(self, path: Path) -> Frames:
        raw = self._output(["-i", path, "-map", "0:v", "-pix_fmt", "yuv444p", "-f", "rawvideo", "-"])
        planes = list(_planes(raw))
        return Frames(tuple(planes[0::3]), tuple(planes[1::3]), tuple(planes[2::3]))

    def sound(self, path: Path) -> bytes:
        """Return the sound as 16 bit stereo samples at 48 kHz."""
        return self._output(["-i", path, "-map", "0:a", "-ac", "2", "-ar", "48000", "-f", "s16le", "-"])

    def still(self, clip: str) -> Path:
        """Return a clip in which nothing moves: the first picture of another, held."""
        path = self.directory / f"still-{clip}.mp4"
        hold = "trim=end_frame=1,loop=loop=-1:size=1,trim=end_frame=60,setpts=N/FRAME_RATE/TB"
        self._output(["-i", FOOTAGE / f"{clip}.mp4", "-vf", hold, "-an", "-crf", "10", path])
        return path

    def padded(self, clip: str) -> Path:
        """Return a clip with black bars beside the picture, each a quarter of the width."""
        path = self.directory / f"padded-{clip}.mp4"
        bars = f"scale={WIDTH // 2}:{HEIGHT},pad={WIDTH}:{HEIGHT}:{WIDTH // 4}:0"
        self._output(["-i", FOOTAGE / f"{clip}.mp4", "-vf", bars, "-an", "-crf", "10", path])
        return path

    def _output(self, arguments: Sequence[str | Path]) -> bytes:
        with self.ffmpeg.session(timeout_s=60) as session:
            return session.run(["-v", "error", *arguments]).output


def _planes(raw: bytes) -> Iterator[bytes]:
    for start in range(0, len(raw), SIZE):
        yield raw[start : start + SIZE]
