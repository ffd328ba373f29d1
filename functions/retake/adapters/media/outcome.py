"""Measures what became of a source while a take was made of it: frames used, and what did not decode."""

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from retake.adapters.media.listings import Listed, read_listing_file
from retake.domain.errors import UnreadableMediaError

MAX_DAMAGED = Fraction(1, 2)
"""A file of whose frames more than this part is damaged is refused: what is left is not the clip."""

# Lines that ffmpeg itself begins; what a file says of itself never stands at the start of one.
_DAMAGE = re.compile(
    r"^\[(?P<kind>[va])ist#\d+:\d+/\S+ @ 0x[0-9a-f]+\] \[dec:\S+ @ 0x[0-9a-f]+\] \[\w+\] "
    r"(?:corrupt decoded frame|Error submitting packet to decoder)"
)
_ERROR = re.compile(r"^(?:\[[^\]]+ @ 0x[0-9a-f]+\] )+\[(?:error|fatal|panic)\] ")


@dataclass(frozen=True)
class Damage:
    """What did not decode cleanly.

    Attributes:
        frames: Pictures that a decoder marked as corrupt, or could not make at all.
        sounds: Packets of sound that could not be decoded.
        errors: Errors that decoders and the demuxer reported.
    """

    frames: int = 0
    sounds: int = 0
    errors: int = 0


@dataclass(frozen=True)
class Outcome:
    """What became of a source.

    Attributes:
        used: For each frame of the take, which decoded frame of the source it shows.
        picture: The packets of the picture.
        sounds: The packets of each sound track that is heard.
        damage: What did not decode cleanly.
    """

    used: tuple[int, ...]
    picture: Listed
    sounds: tuple[Listed, ...]
    damage: Damage

    @property
    def shown_again(self) -> int:
        """Frames of the take that show a frame once more."""
        return len(self.used) - len(set(self.used))

    def require_watchable(self) -> None:
        """Refuse a source of which too much is damaged.

        Raises:
            UnreadableMediaError: It says how much.
        """
        total = max(self.picture.count, self.damage.frames)
        if self.damage.frames > total * MAX_DAMAGED:
            raise UnreadableMediaError(
                f"The file is damaged: {self.damage.frames} of its {total} frames did not decode cleanly; "
                f"at most {float(MAX_DAMAGED):.0%} may be damaged.",
                advice="Export or upload it again.",
            )


def read_outcome(*, used: Path, packets: Path, damage: Damage) -> Outcome:
    """Read what a run wrote beside the take.

    Args:
        used: The source's frame for each frame of the take, a line each (``-stats_enc_pre``, ``{ni}``);
            there is no such file where the picture was copied.
        packets: A listing of the source's packets: the picture's, then each sound's.
        damage: What did not decode cleanly.

    References:
        https://ffmpeg.org/ffmpeg.html#Advanced-options (``stats_enc_pre_fmt``)
    """
    picture, *sounds = read_listing_file(packets)
    if not used.exists():
        return Outcome(tuple(range(picture.count)), picture, tuple(sounds), damage)
    shown = tuple(int(line) for line in used.read_text(encoding="ascii").split())
    return Outcome(shown, picture, tuple(sounds), damage)


def read_damage(log: Path) -> Damage:
    """Count what decoders complained of, in a log whose lines are marked with levels and not folded."""
    counts = {"v": 0, "a": 0}
    errors = 0
    with log.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            found = _DAMAGE.match(line)
            if found:
                counts[found["kind"]] += 1
            errors += _ERROR.match(line) is not None
    return Damage(counts["v"], counts["a"], errors)
