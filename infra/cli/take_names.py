"""How a take that is being made is called."""

from collections.abc import Mapping


def told_take(take: Mapping[str, object]) -> str:
    """Return which take of which clip it is; the clip alone where it is the only one.

    >>> told_take({"clip_index": 2, "take": 1, "takes": 3}), told_take({"clip_index": 2, "takes": 1})
    ('2, take 1 of 3', '2')
    """
    clip = str(take["clip_index"])
    # A server of an earlier release makes one take of each clip and does not count it.
    return clip if take.get("takes", 1) == 1 else f"{clip}, take {take['take']} of {take['takes']}"
