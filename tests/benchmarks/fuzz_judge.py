"""Say what PyAV, another build of the decoders, finds in a file: one JSON object, or a failure."""

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction

import av


def pictures(container: av.container.InputContainer) -> Iterator[av.VideoFrame]:
    """Give the pictures that decode; packets that do not are passed over, as players do."""
    for packet in container.demux(video=0):
        with suppress(av.error.InvalidDataError):
            yield from packet.decode()


with av.open(sys.argv[1], metadata_errors="replace") as opened:
    frame = next(pictures(opened))
    # As it is coded, and as it is displayed: a shape of pixels that cannot be is passed over by ffmpeg.
    shape = opened.streams.video[0].sample_aspect_ratio or Fraction(1)
    width, height = (
        round(frame.width * max(shape, Fraction(1))),
        round(frame.height / min(shape, Fraction(1))),
    )
    print(json.dumps({"sizes": [[frame.width, frame.height], [width, height]]}))  # noqa: T201
