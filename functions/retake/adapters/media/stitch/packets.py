"""Encoded sound in a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Packets:
    """Packets in a file: where each starts, and its size in bytes."""

    path: Path
    offsets: Sequence[int]
    sizes: Sequence[int]

    def between(self, first: int, count: int) -> "Packets":
        """Return some of them. Raises ``IndexError`` where there are not so many."""
        if first < 0 or first + count > len(self.sizes):
            raise IndexError(f"{first + count} of {len(self.sizes)} packets")
        return Packets(self.path, self.offsets[first : first + count], self.sizes[first : first + count])
