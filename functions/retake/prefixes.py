"""The first part of every object's key, once: functions write below it, the stack grants and expires it."""

from enum import StrEnum


class Prefix(StrEnum):
    """What is below a prefix has one owner, and one way in which it goes."""

    CLIPS = "clips/"
    COMPOSITIONS = "compositions/"
    ARCHIVE = "archive/"
    UPLOADS = "uploads/"
    SCHEDULED = "scheduled/"
    PROVIDER = "provider/"
    DOWNLOADS = "downloads/"
    DEAD_LETTERS = "dead-letters/"


JOB_PREFIXES = (Prefix.CLIPS, Prefix.ARCHIVE, Prefix.COMPOSITIONS)
"""What belongs to jobs; the other prefixes expire by themselves, within a day or two weeks."""
