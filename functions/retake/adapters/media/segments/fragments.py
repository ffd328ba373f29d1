"""Decides how a take is cut into fragments, and these into the segments of a stream. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retake.adapters.media import recipe
from retake.domain.frame_rates import FrameRate
from retake.domain.media import MediaProfile

FRAGMENT_S = 1
"""Seconds that a fragment has at least, but for the last: a composition has seconds of each track in turn."""

SEGMENT_S = 4
"""A segment is at least so long, but for the last: each costs a request to play, and an entry in a record."""


@dataclass(frozen=True)
class Fragment:
    """Pictures that decoding can start at the first of, and the sound that is heard with them.

    Attributes:
        first_frame: Number of the first picture in the take, from 0.
        end_frame: Number of the one behind the last.
        first_packet: Number of the first sound packet in the take, from 0.
        end_packet: Number of the one behind the last.
    """

    first_frame: int
    end_frame: int
    first_packet: int
    end_packet: int

    @property
    def frames(self) -> int:
        """Return how many pictures it has."""
        return self.end_frame - self.first_frame


def plan_fragments(
    frames: int, keys: Sequence[int], profile: MediaProfile, *, frames_before: int, packets: int
) -> list[Fragment]:
    """Cut a take at key frames.

    Sound packets lie on the grid of the whole: each is heard from a multiple of 1024 samples on. It belongs
    to the fragment in which it begins, so that those of clips in a row neither overlap nor leave gaps.

    Args:
        frames: How many pictures it has.
        keys: Numbers (from 1) of those that decoding can start at.
        profile: The job's.
        frames_before: How many pictures the clips before it have.
        packets: How many sound packets it has, the priming one included.
    """
    start = profile.sample_count(frames_before) // recipe.SOUND_FRAME

    def packet_at(frame: int) -> int:
        begun = -(-profile.sample_count(frames_before + frame) // recipe.SOUND_FRAME)
        return min(packets, begun - start + 1)

    ends = list(_ends(frames, [key - 1 for key in keys], least=FRAGMENT_S * profile.fps))
    return [
        Fragment(first, end, packet_at(first), packet_at(end))
        for first, end in zip((0, *ends), ends, strict=False)
    ]


def _ends(frames: int, keys: Sequence[int], *, least: FrameRate) -> Iterator[int]:
    """Yield the end of each fragment: the first key frame after enough pictures."""
    begun = 0
    for key in keys:
        if key - begun >= least:
            yield key
            begun = key
    yield frames


def group_fragments(fragments: Sequence[Fragment], profile: MediaProfile) -> list[list[Fragment]]:
    """Return the fragments of each segment."""
    groups: list[list[Fragment]] = [[]]
    for fragment in fragments:
        if sum(one.frames for one in groups[-1]) >= SEGMENT_S * profile.fps:
            groups.append([])
        groups[-1].append(fragment)
    return groups
