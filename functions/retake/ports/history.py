"""What became of everything that was ever generated.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from typing import Protocol

from retake.domain.history import HistoryFilter, PastGeneration
from retake.ports.pages import Page


class GenerationHistory(Protocol):
    """Generations that have ended; written only by ``JobRepository.commit``, never removed."""

    def list_generations(
        self, user_id: str, wanted: HistoryFilter, *, limit: int, cursor: str | None
    ) -> Page[PastGeneration]:
        """Return a user's generations, those asked for last first.

        Raises:
            InvalidRequestError: For a cursor that this list did not give.
        """
        ...
