"""Measures videos by what a decoder makes of them; nothing of the product is used here.

Each expectation says in its docstring how it is measured.
"""

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.media_samples import ffmpeg, frame_hashes

RATE_HZ = 48_000


class Expectation(Protocol):
    """A value that a composed video has, and keeps after it was archived and restored."""

    def check(self, video: Path) -> None:
        """Assert it."""
        ...


@dataclass(frozen=True)
class Frames:
    """So many pictures: decoded and counted."""

    count: int

    def check(self, video: Path) -> None:
        assert len(frame_hashes(video)) == self.count


@dataclass(frozen=True)
class Size:
    """Width and height: bytes of one decoded grey picture, by its rows."""

    width: int
    height: int

    def check(self, video: Path) -> None:
        header = ffmpeg(["-i", str(video), "-frames:v", "1", "-f", "image2pipe", "-c:v", "pgm", "-"])
        assert header.split(None, 3)[1:3] == [b"%d" % self.width, b"%d" % self.height]


@dataclass(frozen=True)
class Patches:
    """Colours of eight parts: means of 16x16 pixels amid each, decoded as BT.709, limited range."""

    colours: tuple[str, ...]
    within: int = 5

    def check(self, video: Path) -> None:
        look = "scale=320:180:in_color_matrix=bt709:in_range=tv:out_range=pc:flags=neighbor,format=rgb24"
        picture = ffmpeg(["-i", str(video), "-frames:v", "1", "-vf", look, "-f", "rawvideo", "-"])
        for place, colour in enumerate(self.colours):
            found = _mean(picture, 40 + 80 * (place % 4), 45 + 90 * (place // 4))
            wanted = bytes.fromhex(colour)
            assert max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= self.within, (
                f"patch {place} is {bytes(map(round, found)).hex()}, not {colour}"
            )


def _mean(picture: bytes, x: int, y: int) -> list[float]:
    pixels = [(row * 320 + column) * 3 for row in range(y - 8, y + 8) for column in range(x - 8, x + 8)]
    return [sum(picture[at + channel] for at in pixels) / len(pixels) for channel in range(3)]


@dataclass(frozen=True)
class Greys:
    """Which picture of ``greys`` each frame shows: the mean luma of its middle, less 32, by 6."""

    shown: tuple[int, ...]

    def check(self, video: Path) -> None:
        # A part: the mean of thousands of columns is not exact in swscale.
        look = "crop=min(iw/2\\,64):min(ih/2\\,64),scale=1:1:flags=area,format=gray"
        lumas = ffmpeg(["-i", str(video), "-vf", look, "-f", "rawvideo", "-"])
        # Grey is written with all levels: limited range is undone first.
        assert tuple(round((luma * 219 / 255 + 16 - 32) / 6) for luma in lumas) == self.shown


@dataclass(frozen=True)
class Levels:
    """Peak of the left and the right side, 1 being full scale: of the middle half of the decoded sound."""

    left: float
    right: float
    within: float = 0.012

    def check(self, video: Path) -> None:
        for side, wanted in zip(_sides(video), (self.left, self.right), strict=True):
            middle = side[len(side) // 4 : len(side) * 3 // 4]
            assert abs(max(map(abs, middle)) / 32768 - wanted) <= self.within


@dataclass(frozen=True)
class Tones:
    """How strong tones are on each side, as peaks: Goertzel's algorithm over the middle half of the sound.

    Attributes:
        left: Peak by frequency in hertz.
        right: Likewise.
    """

    left: dict[int, float]
    right: dict[int, float]
    within: float = 0.02

    def check(self, video: Path) -> None:
        for side, wanted in zip(_sides(video), (self.left, self.right), strict=True):
            middle = side[len(side) // 4 : len(side) * 3 // 4]
            for hertz, peak in wanted.items():
                assert abs(_goertzel(middle, hertz) - peak) <= self.within, f"{hertz} Hz"


@dataclass(frozen=True)
class Silent:
    """No sound: every decoded sample is (nearly) zero."""

    def check(self, video: Path) -> None:
        assert max(abs(sample) for side in _sides(video) for sample in side) <= 2


@dataclass(frozen=True)
class Together:
    """A flash and a beep begin together: first white picture, first sample above 1 % of full scale.

    Attributes:
        frame: The first white picture.
        fps: Pictures a second.
    """

    frame: int
    fps: int = 30
    within_s: float = 0.004

    def check(self, video: Path) -> None:
        look = "scale=1:1:flags=area,format=gray"
        lights = ffmpeg(["-i", str(video), "-vf", look, "-f", "rawvideo", "-"])
        assert next(number for number, light in enumerate(lights) if light > 128) == self.frame
        left, _ = _sides(video)
        heard = next(number for number, sample in enumerate(left) if abs(sample) > 330)
        assert abs(heard / RATE_HZ - self.frame / self.fps) <= self.within_s


@dataclass(frozen=True)
class Upright:
    """The picture's upper left part is white and the rest black: means of the four corners."""

    corner: int

    def check(self, video: Path) -> None:
        corners = ffmpeg(
            [
                "-i",
                str(video),
                "-frames:v",
                "1",
                "-vf",
                "scale=2:2:flags=area,format=gray",
                "-f",
                "rawvideo",
                "-",
            ]
        )
        assert [light > 128 for light in corners] == [place == self.corner for place in range(4)]


def _sides(video: Path) -> tuple[Sequence[int], Sequence[int]]:
    samples = array(
        "h", ffmpeg(["-i", str(video), "-map", "0:a:0", "-f", "s16le", "-ac", "2", "-ar", "48000", "-"])
    )
    return samples[::2], samples[1::2]


def _goertzel(samples: Sequence[int], hertz: int) -> float:
    """Return the peak of one frequency, 1 being full scale."""
    turn = 2 * math.cos(2 * math.pi * hertz / RATE_HZ)
    before, last = 0.0, 0.0
    for sample in samples:
        before, last = last, sample + turn * last - before
    power = before * before + last * last - turn * before * last
    return 2 * math.sqrt(max(0.0, power)) / len(samples) / 32768
