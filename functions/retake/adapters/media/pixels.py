"""Reads the names of pixel formats and ffmpeg's colour numbers."""

import re
from dataclasses import dataclass
from pathlib import Path

_BITS = re.compile(r"(?P<bits>9|10|12|14|16|32)(?:msb)?(?:le|be)$")
_WIDE_RGB = re.compile(r"^(?:rgb|bgr)a?(?P<bits>48|64|96|128)")
_ALPHA = re.compile(r"^(?:yuva|ayuv|vuya|uyva|rgba|bgra|argb|abgr|gbrap|ya8|ya16|yaf|pal8)")
_RGB = re.compile(r"^(?:rgb|bgr|gbr|argb|abgr|0rgb|0bgr|pal8|x2rgb|x2bgr)")
_SAMPLING = re.compile(r"^yuvj?a?(?P<sampling>4\d\d)p")
_SEMI_PLANAR = {"nv16": "422", "p2": "422", "yuyv": "422", "uyvy": "422", "nv24": "444", "p4": "444"}

UNSPECIFIED = 2

PRIMARIES = {4: "bt470m", 8: "film", 9: "bt2020", 11: "smpte431", 12: "smpte432", 22: "jedec-p22"}
"""Those wide or unlike enough to be mapped, as ffmpeg names them. Those of standard definition are not
among them: players show them as BT.709, and a mapping would change what people see.

References:
    ITU-T H.273, tables 2 (primaries), 3 (transfer) and 4 (matrices)
"""

PRIMARIES_NAMES = {9: "BT.2020", 11: "DCI-P3", 12: "Display P3"}

HDR_TRANSFERS = {16: "PQ", 18: "HLG"}
LINEAR = 8


@dataclass(frozen=True)
class Pixels:
    """How a picture's colours are written.

    Attributes:
        name: ffmpeg's name of the pixel format, such as ``yuv420p10le``.
        primaries: Number in H.273, as ``transfer`` and ``matrix``; 2 where the file does not say.
        transfer: See ``primaries``.
        matrix: See ``primaries``.
        is_full: Whether all levels are used, as in pictures of computers.
    """

    name: str
    primaries: int = UNSPECIFIED
    transfer: int = UNSPECIFIED
    matrix: int = UNSPECIFIED
    is_full: bool = False

    @property
    def has_alpha(self) -> bool:
        """Whether pixels may be transparent."""
        return _ALPHA.match(self.name) is not None

    @property
    def is_rgb(self) -> bool:
        """Whether channels are red, green and blue."""
        return _RGB.match(self.name) is not None

    @property
    def bits(self) -> int:
        """Bits of one channel."""
        wide = _WIDE_RGB.match(self.name)
        if wide:
            channels = 4 if "a" in self.name[:4] else 3
            return int(wide["bits"]) // channels
        found = _BITS.search(self.name)
        return int(found["bits"]) if found else 8

    @property
    def sampling(self) -> str:
        """How finely colour is sampled, such as ``4:2:0``; empty for grey pictures."""
        if self.name.startswith(("gray", "ya", "mono")):
            return ""
        if self.is_rgb:
            return "4:4:4"
        found = _SAMPLING.match(self.name)
        digits = found["sampling"] if found else self._semi_planar
        return ":".join(digits)

    @property
    def _semi_planar(self) -> str:
        return next((value for start, value in _SEMI_PLANAR.items() if self.name.startswith(start)), "420")


def read_colours(movie: Path, *, name: str, is_full: bool) -> Pixels:
    """Return the colours of a picture that ffmpeg wrote into a QuickTime movie: its ``colr`` box.

    References:
        https://developer.apple.com/documentation/quicktime-file-format/color_parameter_atom
    """
    written = movie.read_bytes()
    at = written.rfind(b"colrnclc")  # the tables come last
    if at < 0:
        return Pixels(name, is_full=is_full)
    primaries, transfer, matrix = (
        int.from_bytes(written[place : place + 2], "big") for place in (at + 8, at + 10, at + 12)
    )
    return Pixels(name, primaries, transfer, matrix, is_full)
