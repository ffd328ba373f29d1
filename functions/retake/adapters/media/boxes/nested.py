"""Finds where samples may lie in the payload of a file: in all of it, or in the boxes that are inside it.

A take's payload is the segments of a stream, boxes one behind the other, so that parts of the file can be
played as they are. Its own tables know nothing of that: they say where each sample is, as in any other file.
"""

from collections.abc import Iterator

from retake.adapters.media.boxes.iso import Box, BoxWalker

_BEGINNING = b"ftyp"
_WITH_SAMPLES = frozenset(("mdat", "free"))
_WITHOUT_SAMPLES = frozenset(("ftyp", "moov", "moof"))


def sample_areas(walker: BoxWalker, payload: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Give from where to where samples may lie in a payload, in order.

    Args:
        walker: Of the file.
        payload: From where to where the payload of an ``mdat`` box lies.

    Raises:
        ValueError: If it begins as boxes do, and then is something else.
        UnreadableMediaError: If there are too many boxes.
    """
    start, end = payload
    if walker.reader.read(start + 4, len(_BEGINNING)) != _BEGINNING:
        yield payload
        return
    at = start
    for box in walker.inside(Box("mdat", start, end)):
        if box.kind in _WITH_SAMPLES:
            if box.size:
                yield box.start, box.end
        elif box.kind not in _WITHOUT_SAMPLES:
            break
        at = box.end
    if at != end:
        raise ValueError("the payload is damaged")
