"""The actions of ``retake queue``."""

from enum import StrEnum


class Action(StrEnum):
    """What can be done about something that has not ended."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    MOVE = "move"
