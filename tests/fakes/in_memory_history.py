"""The history of generations, as the jobs' commits wrote it."""

from retake.domain.history import HistoryFilter, PastGeneration
from retake.domain.holds import month_of
from retake.ports.pages import Page
from tests.fakes.in_memory_jobs import InMemoryJobRepository
from tests.fakes.in_memory_pages import page_of


class InMemoryGenerationHistory:
    """``GenerationHistory`` for tests."""

    def __init__(self, jobs: InMemoryJobRepository) -> None:
        self._jobs = jobs

    def list_generations(
        self, user_id: str, wanted: HistoryFilter, *, limit: int, cursor: str | None
    ) -> Page[PastGeneration]:
        mine = [line for line in self._jobs.past.values() if line.user_id == user_id]
        found = [line for line in mine if _is_wanted(line, wanted)]
        found.sort(key=lambda line: (line.asked_at, line.regeneration_id), reverse=True)
        return page_of(found, f"{user_id} {wanted.month}", limit=limit, cursor=cursor)


def _is_wanted(line: PastGeneration, wanted: HistoryFilter) -> bool:
    return (
        wanted.status in (None, line.status)
        and wanted.model in (None, line.model)
        and wanted.kind in (None, line.kind)
        and wanted.month in (None, month_of(line.asked_at))
    )
