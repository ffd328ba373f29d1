"""Makes the corpus: small files of each kind, by the locked ffmpeg and, where it makes no such file, by hand.

``uv run python -m tests.corpus.making DIRECTORY`` writes all of them, to look at.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.media_samples import ffmpeg

SIZE = "320x180"
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-threads", "1", "-crf", "12")
X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:pools=1:crf=8")
AAC = ("-c:a", "aac", "-b:a", "128k")

PATCHES = ("C83232", "32C832", "3232C8", "C8C832", "E0AC8C", "808080", "F0F0F0", "0A0A0A")
"""Colours of eight equal parts of the picture, in sRGB's numbers: four above, four below."""


def lavfi(graph: str) -> tuple[str, ...]:
    """Return an input that ffmpeg draws itself."""
    return ("-f", "lavfi", "-i", graph)


def patches(*, rate: str = "24", seconds: float = 0.5, more: str = "") -> tuple[str, ...]:
    """Return an input of eight patches, as RGB, followed by ``more`` filters."""
    boxes = ",".join(
        f"drawbox=x={80 * (place % 4)}:y={90 * (place // 4)}:w=80:h=90:c=0x{colour}:t=fill"
        for place, colour in enumerate(PATCHES)
    )
    return lavfi(f"color=black:s={SIZE}:r={rate}:d={seconds},format=rgb24,{boxes}{more}")


def greys(count: int, *, rate: str = "30", size: str = SIZE, more: str = "") -> tuple[str, ...]:
    """Return an input of flat pictures, each brighter than the one before: picture n has luma 32 + 6 n."""
    return lavfi(
        f"color=black:s={size}:r={rate},trim=end_frame={count},format=yuv420p,"
        f"geq=lum='32+6*N':cb=128:cr=128,setparams=range=tv:colorspace=bt709{more}"
    )


def flash(*, at: float, rate: int = 30, seconds: float = 1) -> tuple[str, ...]:
    """Return an input that is black, and white from a moment on."""
    return lavfi(
        f"color=black:size=64x64:rate={rate}:d={seconds},drawbox=c=white:t=fill:enable='gte(t,{at - 0.001})'"
    )


def beep(*, at: float, seconds: float) -> tuple[str, ...]:
    """Return a sound that is silent, and 1 kHz from a moment on."""
    return lavfi(f"aevalsrc='if(gte(t,{at}),0.5*sin(2000*PI*t),0)':s=48000:d={seconds}")


def tone(hertz: int, *, peak: float = 0.25, seconds: float = 0.5, rate: int = 48_000) -> tuple[str, ...]:
    """Return a mono tone."""
    return lavfi(f"aevalsrc='{peak}*sin({hertz}*2*PI*t)':s={rate}:d={seconds}")


_SOME_CONTENT = 500
"""Bytes: ffmpeg ends well where filters fail before the first picture."""


@dataclass(frozen=True)
class Made:
    """How a file is made.

    Attributes:
        name: Its name; the suffix chooses the container.
        arguments: What ffmpeg is called with, without the output.
        patched: Bytes of the finished file that are replaced, each at its first place; of equal lengths.
        remuxed: Options of a second pass that copies the file, before its input and before its output.
        cut: The part of the file that is kept.
        damaged: Where in the payload, as parts of it, one byte in twelve is inverted.
        content: The whole file, where it is not ffmpeg's.
    """

    name: str
    arguments: tuple[str, ...] = ()
    patched: tuple[tuple[bytes, bytes], ...] = ()
    remuxed: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    cut: float = 1.0
    damaged: tuple[float, float] | None = None
    content: bytes | None = None

    def write(self, folder: Path) -> Path:
        """Write the file into ``folder`` and return its path."""
        path = folder / self.name
        if self.content is None:
            self._encode(path)
            assert path.stat().st_size > _SOME_CONTENT, "ffmpeg drew nothing, and did not say so"
        body = bytearray(path.read_bytes() if self.content is None else self.content)
        for old, new in self.patched:
            at = body.index(old)
            body[at : at + len(old)] = new
        if self.damaged is not None:
            _damage(body, *self.damaged)
        path.write_bytes(body[: round(len(body) * self.cut)])
        return path

    def _encode(self, path: Path) -> None:
        if self.remuxed is None:
            ffmpeg([*self.arguments, f"file:{path}"])
            return
        first = path.with_name(f"first{path.suffix}")
        ffmpeg([*self.arguments, f"file:{first}"])
        before, after = self.remuxed
        ffmpeg([*before, "-i", f"file:{first}", "-map", "0", "-c", "copy", *after, f"file:{path}"])
        first.unlink()


def _damage(body: bytearray, start: float, end: float) -> None:
    """Invert bytes of an MP4 file's payload."""
    at = body.index(b"mdat") + 4
    size = int.from_bytes(body[at - 8 : at - 4], "big") - 8
    for place in range(at + round(size * start), at + round(size * end), 12):
        body[place] ^= 0xFF


def main(arguments: Sequence[str]) -> None:
    """Write the corpus into a directory."""
    from tests.corpus.cases import CASES, REFUSED  # noqa: PLC0415 - the table is made of this module's parts

    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for file in (*(case.file for case in CASES), *(case.file for case in REFUSED)):
        print(file.write(folder))  # noqa: T201 - a script


if __name__ == "__main__":
    main(sys.argv[1:])
