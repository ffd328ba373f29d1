"""The samples of a track that is put together, and where each is copied from."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, compress, count
from operator import add, ne
from pathlib import Path

from retake.ports.objects import FileRange


class SampleList:
    """Samples in order. Those that follow each other in a file are kept as one range of it.

    Attributes:
        sizes: Bytes of each sample.
    """

    def __init__(self) -> None:
        self.sizes: array[int] = array("I")
        self._firsts: list[int] = []
        self._ranges: list[tuple[Path, int]] = []

    def __len__(self) -> int:
        return len(self.sizes)

    def add(self, path: Path, offsets: Sequence[int], sizes: Sequence[int]) -> None:
        """Add samples of one file. All have to be added before any is asked for."""
        begun = len(self.sizes)
        gaps = compress(count(1), map(ne, offsets[1:], map(add, offsets, sizes)))
        for number in (0, *gaps) if offsets else ():
            self._firsts.append(begun + number)
            self._ranges.append((path, offsets[number]))
        self.sizes.extend(sizes)

    @cached_property
    def _ends(self) -> "array[int]":
        return array("Q", accumulate(self.sizes, initial=0))

    def bytes_between(self, first: int, end: int) -> int:
        """Return the bytes of the samples from ``first`` to before ``end``."""
        return self._ends[end] - self._ends[first]

    def ranges(self, first: int, end: int) -> Iterator[FileRange]:
        """Yield the byte ranges of the samples from ``first`` to before ``end``."""
        number = bisect_right(self._firsts, first) - 1
        while first < end:
            path, offset = self._ranges[number]
            stop = end if number + 1 == len(self._firsts) else min(end, self._firsts[number + 1])
            begin = offset + self.bytes_between(self._firsts[number], first)
            yield FileRange(path, begin, self.bytes_between(first, stop))
            first, number = stop, number + 1
