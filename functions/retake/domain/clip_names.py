"""How a message names a clip: by what people call it, and by its place."""


def clip_name(index: int, title: str) -> str:
    """Return a clip's name for a sentence.

    Args:
        index: Its place, from 0, as requests have it.
        title: Its title, which is its file's name unless another was given; empty in older records.

    >>> clip_name(2, "shot.mp4"), clip_name(2, "")
    ('“shot.mp4” (clip 2)', 'clip 2')
    """
    return f"“{title}” (clip {index})" if title else f"clip {index}"
