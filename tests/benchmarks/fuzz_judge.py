"""Say what PyAV, another build of the decoders, finds in a file: one JSON object, or a failure."""

import json
import sys
from collections.abc import Iterator
from contextlib import suppress

import av


def pictures(container: av.container.InputContainer) -> Iterator[av.VideoFrame]:
    """Give the pictures that decode; packets that do not are passed over, as players do."""
    for packet in container.demux(video=0):
        with suppress(av.error.InvalidDataError):
            yield from packet.decode()


with av.open(sys.argv[1], metadata_errors="replace") as opened:
    frame = next(pictures(opened))
    print(json.dumps({"width": frame.width, "height": frame.height}))  # noqa: T201
