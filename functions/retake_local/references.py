"""How the local provider uses references: it really shows what each role says.

A first and a last frame are the clip's own first and last picture, with half a second of dissolve to what is
between; subjects stand in the picture; a style gives its colours; a video is what the clip is made of.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retake.adapters.media.ffmpeg import VIDEO_DEMUXERS, untrusted_input
from retake.adapters.media.recipe import frame_base
from retake.domain.errors import UnreadableMediaError
from retake.domain.media import MediaProfile
from retake.domain.references import FRAMES, ReferenceKind, ReferenceRole

PICTURES = {b"\x89PNG": "png_pipe", b"\xff\xd8\xff": "jpeg_pipe", b"RIFF": "webp_pipe"}
"""Demuxers by how a picture begins. What the file is called, or said to be, decides nothing."""

_LONGEST_START = 4
_TRAVEL = 0.12
"""How much of the picture a camera that goes in, or aside, leaves behind by the end, at a usual pace."""

_SUBJECT_HEIGHT = 0.45
"""Of the clip's height."""

_TAGS = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"


@dataclass(frozen=True)
class LocalReference:
    """A reference whose file is on the disk."""

    role: ReferenceRole
    path: Path

    def input(self) -> list[str]:
        """Return the arguments that open it, which may name no other file and no host.

        Raises:
            UnreadableMediaError: If a picture is neither PNG, JPEG nor WebP.
        """
        if self.role.kind is ReferenceKind.VIDEO:
            return ["-stream_loop", "-1", *untrusted_input(self.path, demuxers=VIDEO_DEMUXERS)]
        with self.path.open("rb") as file:
            head = file.read(_LONGEST_START)
        for start, demuxer in PICTURES.items():
            if head.startswith(start):
                return ["-f", demuxer, *untrusted_input(self.path, demuxers=demuxer)]
        raise UnreadableMediaError("The reference is no PNG, JPEG or WebP picture.")


def base_of(references: Sequence[LocalReference]) -> LocalReference | None:
    """Return the reference that a new clip is made of: a video, else its first frame."""
    wanted = (ReferenceRole.VIDEO, ReferenceRole.FIRST_FRAME)
    found = (item for role in wanted for item in references if item.role is role)
    return next(found, None)


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


def lay_over(
    references: Sequence[LocalReference], *, first_input: int, profile: MediaProfile, frames: int
) -> str:
    """Return the graph from ``[made]`` to ``[v]`` that shows subjects, then the frames that are fixed.

    Args:
        references: Those that are opened, in the order of their inputs.
        first_input: The number of the first one's input.
        profile: Size and rate of the clip.
        frames: Its length.
    """
    shown = [
        (number, item)
        for number, item in enumerate(references, start=first_input)
        if item.role in {*FRAMES, ReferenceRole.SUBJECT}
    ]
    # Frames lie on top of all: they are the clip's own first and last picture.
    shown.sort(key=lambda entry: entry[1].role in FRAMES)
    subjects = sum(item.role is ReferenceRole.SUBJECT for _, item in shown)
    base = frame_base(profile.fps)
    parts, below = [f"[made]settb={base},setpts=N[below0]"], "below0"
    for place, (number, item) in enumerate(shown):
        still = f"loop=loop=-1:size=1,trim=end_frame={frames},settb={base},setpts=N"
        if item.role is ReferenceRole.SUBJECT:
            prepared, where = _subject(profile), _standing(place, subjects)
        else:
            prepared, where = _pinned(item.role, profile, frames=frames), "0:0"
        above = f"below{place + 1}"
        parts.append(f"[{number}:v]trim=end_frame=1,{_still(prepared, still)}[still{place}]")
        parts.append(f"[{below}][still{place}]overlay={where}:eof_action=pass:format=yuv420[{above}]")
        below = above
    return ";".join([*parts, f"[{below}]format=yuv420p,{_TAGS}[v]"])


def _still(prepared: tuple[str, str], repeated: str) -> str:
    """Return the filters of one still: scaled once, repeated, then what changes from frame to frame."""
    scaled, changing = prepared
    return ",".join(part for part in (scaled, repeated, changing) if part)


def _subject(profile: MediaProfile) -> tuple[str, str]:
    height = max(2, round(profile.height * _SUBJECT_HEIGHT / 2) * 2)
    most = max(2, round(profile.width / 6) * 2)
    scaled = f"scale={most}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bicubic"
    return f"{scaled}+bitexact:out_color_matrix=bt709:out_range=tv,setsar=1,format=yuva420p", ""


def _standing(place: int, subjects: int) -> str:
    """Return where a subject stands: side by side at the bottom, swaying a little."""
    share = (place + 1) / (subjects + 1)
    return f"x='(W-w)*{share:.4f}+W*0.01*sin(n/20+{place})':y='H-h'"


def _pinned(role: ReferenceRole, profile: MediaProfile, *, frames: int) -> tuple[str, str]:
    """Return the filters of a frame that is fixed: whole at its own place, and gone half a second away."""
    length = max(1, min(round(profile.fps / 2), (frames - 1) // 2))
    fade = (
        f"fade=out:start_frame=0:nb_frames={length}:alpha=1"
        if role is ReferenceRole.FIRST_FRAME
        # One earlier than it is long: whole at the last picture, where the fade is just over.
        else f"fade=in:start_frame={max(0, frames - 1 - length)}:nb_frames={length}:alpha=1"
    )
    scaled = (
        f"scale={profile.width}:{profile.height}:force_original_aspect_ratio=increase:out_color_matrix=bt709"
        ":out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int+bitexact,"
        f"crop={profile.width}:{profile.height},setsar=1,format=yuva420p"
    )
    return scaled, fade


def of_style(pixels: Sequence[int], count: int) -> Iterator[str]:
    """Give colours of a picture: the means of as many strips of its RGB bytes, from left to right.

    >>> list(of_style([255, 0, 0, 0, 0, 255], 2))
    ['0xff0000', '0x0000ff']
    """
    colours = [pixels[start : start + 3] for start in range(0, len(pixels) - 2, 3)]
    for number in range(count):
        strip = colours[len(colours) * number // count : len(colours) * (number + 1) // count] or colours[:1]
        means = (sum(colour[part] for colour in strip) // len(strip) for part in range(3))
        yield "0x" + "".join(f"{mean:02x}" for mean in means)


def style_filter(clip: Sequence[int], style: Sequence[int]) -> str:
    """Return the filter that gives a clip the mean and the spread of a picture's colours.

    Args:
        clip: RGB bytes of thumbnails of the clip.
        style: RGB bytes of the picture.
    """
    channels = []
    for part, name in enumerate("rgb"):
        (mean, spread), (wanted, wanted_spread) = _spread(clip[part::3]), _spread(style[part::3])
        gain = min(2.0, max(0.5, wanted_spread / spread)) if spread else 1.0
        channels.append(f"{name}='clip((val-{mean:.2f})*{gain:.3f}+{wanted:.2f},0,255)'")
    matrix = "out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int+bitexact"
    return f"format=gbrp,lutrgb={':'.join(channels)},scale={matrix},format=yuv420p,{_TAGS}"


def _spread(values: Sequence[int]) -> tuple[float, float]:
    if not values:
        return 0.0, 0.0
    mean = sum(values) / len(values)
    return mean, (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5


def _filled(width: int, height: int) -> str:
    return (
        f"scale={width}:{height}:force_original_aspect_ratio=increase:flags=bicubic+bitexact,"
        f"crop={width}:{height},setsar=1,format=gbrp"
    )
