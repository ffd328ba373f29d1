"""Say what PyAV, another build of the decoders, finds in a file: one JSON object, or a failure."""

import json
import sys

import av

with av.open(sys.argv[1]) as container:
    frame = next(container.decode(video=0))
    print(json.dumps({"width": frame.width, "height": frame.height}))  # noqa: T201
