"""Pictures and clips that a new clip is made from: it begins with them, in their shapes and colours."""

import random
from pathlib import Path

from retake.adapters.media.ffmpeg import VIDEO_DEMUXERS, untrusted_input
from retake.domain.catalogue import ReferenceKind
from retake.domain.errors import UnreadableMediaError
from retake.domain.media import MediaProfile

PICTURES = {b"\x89PNG": "png_pipe", b"\xff\xd8\xff": "jpeg_pipe", b"RIFF": "webp_pipe"}
"""Demuxers by how a picture begins. What the file is called, or said to be, decides nothing."""

_LONGEST_START = 4
_TRAVEL = 0.12
"""How much of the picture a camera that goes in, or aside, leaves behind by the end, at a usual pace."""


def reference_input(path: Path, kind: ReferenceKind) -> list[str]:
    """Return the arguments that open a reference, which may name no other file and no host.

    Raises:
        UnreadableMediaError: If a picture is neither PNG, JPEG nor WebP.
    """
    if kind is ReferenceKind.VIDEO:
        return ["-stream_loop", "-1", *untrusted_input(path, demuxers=VIDEO_DEMUXERS)]
    with path.open("rb") as file:
        head = file.read(_LONGEST_START)
    for start, demuxer in PICTURES.items():
        if head.startswith(start):
            return ["-f", demuxer, *untrusted_input(path, demuxers=demuxer)]
    raise UnreadableMediaError("The reference is no PNG, JPEG or WebP picture.")


def plan_reference(
    kind: ReferenceKind, *, profile: MediaProfile, frames: int, pace: float, randomness: random.Random
) -> str:
    """Return the filters that bring the first input to the clip's size, rate and length.

    A clip plays, again and again if it is short. A picture is looked at by a camera that moves slowly
    into it, towards a place by chance; the first frame is the picture. Both fill the frame.
    """
    width, height = profile.width, profile.height
    if kind is ReferenceKind.VIDEO:
        return f"[0:v]fps={profile.fps},{_filled(width, height)},trim=end_frame={frames}"
    travel = min(0.5, _TRAVEL * pace)
    x, y = randomness.uniform(0.2, 0.8), randomness.uniform(0.2, 0.8)
    # Twice the size: zoompan moves by whole pixels, and would be seen to tremble.
    return (
        f"[0:v]trim=end_frame=1,{_filled(2 * width, 2 * height)},"
        f"zoompan=z=1+{travel:.4f}*on/{frames}:x=(iw-iw/zoom)*{x:.4f}:y=(ih-ih/zoom)*{y:.4f}"
        f":d={frames}:s={width}x{height}:fps={profile.fps},format=gbrp"
    )


def _filled(width: int, height: int) -> str:
    return (
        f"scale={width}:{height}:force_original_aspect_ratio=increase:flags=bicubic+bitexact,"
        f"crop={width}:{height},setsar=1,format=gbrp"
    )
