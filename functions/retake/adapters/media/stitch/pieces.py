"""Pieces of sound that are encoded for a join: what each is made of, and a name by its content."""

import hashlib
from dataclasses import dataclass

CODER = "aac 1"
"""Part of every name: to be counted up when the encoder or its options change."""


@dataclass(frozen=True)
class Span:
    """Samples in a row.

    Attributes:
        clip: Which clip they are of; None for silence.
        key: Says what that clip's sound is.
        first: The first sample.
        count: How many.
    """

    clip: int | None
    key: str
    first: int
    count: int


@dataclass(frozen=True)
class Body:
    """A whole clip's sound behind some silent samples: its packets then lie on the grid of the whole.

    Attributes:
        key: Says what the clip's sound is.
        phase: Silent samples before it.
        samples: Samples of it.
    """

    key: str
    phase: int
    samples: int

    @property
    def keys(self) -> frozenset[str]:
        """Return whose sound it is made of."""
        return frozenset((self.key,))

    @property
    def name(self) -> bytes:
        """Return 32 bytes that stand for its content."""
        return _name("body", self.key, self.phase, self.samples)


@dataclass(frozen=True)
class Seam:
    """Sound around joins.

    Attributes:
        spans: What is encoded.
        skip: Packets of it that are not used.
        count: Packets that are used.
    """

    spans: tuple[Span, ...]
    skip: int
    count: int

    @property
    def keys(self) -> frozenset[str]:
        """Return whose sound it is made of."""
        return frozenset(span.key for span in self.spans if span.clip is not None)

    @property
    def name(self) -> bytes:
        """Return 32 bytes that stand for its content, wherever in a video it is."""
        parts = (part for span in self.spans for part in (span.key, span.first, span.count))
        return _name("seam", self.skip, self.count, *parts)


def part_name(body: Body, first: int, count: int) -> bytes:
    """Return 32 bytes that stand for some packets of a body."""
    return _name("part", body.key, body.phase, body.samples, first, count)


def _name(*parts: object) -> bytes:
    return hashlib.sha256(repr((CODER, *parts)).encode()).digest()
