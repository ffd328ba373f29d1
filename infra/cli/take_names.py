"""How takes are named, in what is printed and in what is typed."""

from collections.abc import Mapping, Sequence

from infra.cli.errors import UsageError
from infra.cli.http import Json


def told_take(take: Mapping[str, object]) -> str:
    """Return which take of which clip it is; the clip alone where it is the only one.

    >>> told_take({"clip_index": 2, "clip_title": "shot.mp4", "take": 1, "takes": 3})
    '2 (shot.mp4), take 1 of 3'
    >>> told_take({"clip_index": 2, "takes": 1})
    '2'
    """
    title = take.get("clip_title")  # not of a server of an earlier release, nor in its records
    clip = f"{take['clip_index']} ({title})" if title else str(take["clip_index"])
    # A server of an earlier release makes one take of each clip and does not count it.
    return clip if take.get("takes", 1) == 1 else f"{clip}, take {take['take']} of {take['takes']}"


def version_of(takes: Sequence[Json], clip_index: int, typed: str) -> Json:
    """Return the version that a person typed, by its number or its id.

    Raises:
        UsageError: If the clip has none such, naming those that it has.
    """
    for take in takes:
        if typed in (str(take["version_number"]), take["version_id"]):
            return take
    known = ", ".join(str(take["version_number"]) for take in takes)
    raise UsageError(f"Clip {clip_index} has no version {typed}; it has {known}")
