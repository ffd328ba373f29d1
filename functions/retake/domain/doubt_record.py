"""What is stored of the doubt whether a generation was paid for. See ``retake.domain.doubts``."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Doubt:
    """Check that is under way for a generation that may have been paid for.

    Attributes:
        awaited: What is being done, as a sentence for users.
        until: When the doubt ends at the latest, with or without an answer.
    """

    awaited: str
    since: datetime
    until: datetime
