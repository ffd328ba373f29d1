"""How takes are named, in what is printed and in what is typed."""

from collections.abc import Mapping, Sequence

from retake_client.errors import UsageError
from retake_client.http import Answer
from retake_client.models import VersionView


def format_clip(clip_index: int, title: object = None) -> str:
    """Return a clip's name: its place as it is typed, and its title.

    >>> format_clip(2, "shot.mp4"), format_clip(2)
    ('2 (shot.mp4)', '2')
    """
    # No title comes from a server of an earlier release, nor from its records.
    return f"{clip_index} ({title})" if title else str(clip_index)


def format_take(take: Mapping[str, object]) -> str:
    """Return which take of which clip it is; the clip alone where it is the only one.

    >>> format_take({"clip_index": 2, "clip_title": "shot.mp4", "take": 1, "takes": 3})
    '2 (shot.mp4), take 1 of 3'
    >>> format_take({"clip_index": 2, "takes": 1})
    '2'
    """
    clip = format_clip(int(str(take["clip_index"])), take.get("clip_title"))
    # A server of an earlier release makes one take of each clip and does not count it.
    return clip if take.get("takes", 1) == 1 else f"{clip}, take {take['take']} of {take['takes']}"


def version_of(takes: Sequence[VersionView], clip_index: int, typed: str) -> VersionView:
    """Return the version that a person typed, by its number or its id.

    Raises:
        UsageError: If the clip has none such, naming those that it has.
    """
    for take in takes:
        if typed in (str(take["version_number"]), take["version_id"]):
            return take
    known = ", ".join(str(take["version_number"]) for take in takes)
    clip = clip_of(takes, clip_index)
    raise UsageError(f"Clip {clip} has no version {typed}; it has {known}")


def clip_of(takes: Sequence[Answer], clip_index: int) -> str:
    """Return the name of the clip whose takes these are."""
    return format_clip(clip_index, next((take.get("clip_title") for take in takes), None))
