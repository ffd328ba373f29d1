"""Decides which sound packets of a joined video are copied, and which are encoded around joins.

An AAC packet holds 1024 samples a channel, and its window reaches over 2048: packet ``k`` of a stream with
a priming packet covers the samples from ``1024 (k - 1)`` to ``1024 (k + 1)``. A clip whose sound starts at
sample ``T`` of the whole is encoded at its phase, ``T mod 1024``, so that its packets lie on the grid of the
whole; that is done when it is ingested, and again only where its place has changed. Packets whose window lies
within the clip, and some away from its ends, decode to the same samples whatever stands beside the clip; they
are copied. The others are encoded from the exact sound on both sides.

References:
    ISO/IEC 14496-3:2019, sections 4.5.2.1.1 (1024 samples a frame) and 4.6.11 (windows of 2048, overlap-add).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retake.adapters.media import recipe
from retake.adapters.media.exact_sound import Clip
from retake.adapters.media.stitch.pieces import Body, Seam, Span, part_name

FRAME = recipe.SOUND_FRAME
"""Samples a packet."""

BEFORE = 2
"""Packets before a join that are encoded anew besides those that reach over it: encoders look ahead."""

AFTER = 3
"""Packets behind a join that are encoded anew: at a clip's start its own encoder had heard nothing yet."""

PREROLL = 4
"""Packets that are encoded before those that are used, until it does not matter that encoding began there."""

POSTROLL = 2
"""Packets that are encoded behind those that are used: the encoder looks ahead."""


@dataclass(frozen=True)
class Own:
    """Packets of one clip's sound alone: of its own AAC if that has the phase, or else of a ``Body``.

    Attributes:
        clip: Which clip.
        body: The clip's whole sound at that phase.
        first: Number of the first packet in it.
        count: How many.
    """

    clip: int
    body: Body
    first: int
    count: int

    @property
    def name(self) -> bytes:
        """Return 32 bytes that stand for the content, wherever in a video it is."""
        return part_name(self.body, self.first, self.count)


@dataclass(frozen=True)
class Joined:
    """Packets that are encoded around joins."""

    seam: Seam

    @property
    def count(self) -> int:
        """Return how many."""
        return self.seam.count

    @property
    def name(self) -> bytes:
        """Return 32 bytes that stand for the content, wherever in a video it is."""
        return self.seam.name


@dataclass(frozen=True)
class SoundPlan:
    """The sound of a joined video.

    Attributes:
        samples: Its length.
        packets: How many packets it has, the priming one included.
        runs: Where they come from, in order.
    """

    samples: int
    packets: int
    runs: tuple[Own | Joined, ...]


def plan_sound(clips: Sequence[Clip], starts: Sequence[int]) -> SoundPlan:
    """Plan the sound of clips that follow each other.

    Args:
        clips: In order.
        starts: The sample at which each begins, and behind them the length of the whole.
    """
    samples = starts[-1]
    packets = -(-samples // FRAME) + 1
    runs: list[Own | Joined] = []
    at = 0
    for index, clip in enumerate(clips):
        first, end = _kept(clips, starts, index, packets)
        if end <= first:
            continue
        if first > at:
            runs.append(Joined(_seam(clips, starts, at, first)))
        phase, grid = starts[index] % FRAME, starts[index] // FRAME
        runs.append(Own(index, Body(clip.key, phase, clip.samples), first - grid, end - first))
        at = end
    if at < packets:
        runs.append(Joined(_seam(clips, starts, at, packets)))
    return SoundPlan(samples, packets, tuple(runs))


def _kept(clips: Sequence[Clip], starts: Sequence[int], index: int, packets: int) -> tuple[int, int]:
    """Return from which to before which packet of the whole a clip's own ones are used."""
    start, end = starts[index], starts[index + 1]
    first = 0 if index == 0 else -(-start // FRAME) + 1 + AFTER
    is_exact = end - start == clips[index].samples
    if index == len(clips) - 1 and is_exact:
        return first, packets
    return first, end // FRAME - BEFORE


def _seam(clips: Sequence[Clip], starts: Sequence[int], first: int, end: int) -> Seam:
    """Return what has to be encoded for the packets from ``first`` to before ``end``."""
    begin = (first - 1 - PREROLL) * FRAME
    spans = _spans(clips, starts, begin, (end + POSTROLL) * FRAME)
    return Seam(tuple(spans), skip=PREROLL + 1, count=end - first)


def _spans(clips: Sequence[Clip], starts: Sequence[int], begin: int, end: int) -> Iterator[Span]:
    """Give the samples between two points of the whole: silence before its start and behind its end."""
    if begin < 0:
        yield Span(None, "", 0, -begin)
    for index, clip in enumerate(clips):
        low, high = max(begin, starts[index]), min(end, starts[index + 1])
        if low < high:
            offset = low - starts[index]
            there = min(high - low, clip.samples - offset)
            if there > 0:
                yield Span(index, clip.key, offset, there)
            if high - low > there:  # a rate whose frames are no whole number of samples
                yield Span(None, "", 0, high - low - max(0, there))
    if end > starts[-1]:
        yield Span(None, "", 0, end - max(begin, starts[-1]))
