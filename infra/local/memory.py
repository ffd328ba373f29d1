"""Returns memory that the server does not use any more."""

import ctypes


def release_memory() -> None:
    """Return the allocator's free pages to the system, where it can (glibc).

    A deployment passes archives of a hundred megabytes through; without this the process keeps their
    pages until it ends.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
