"""The history of generations: written by the commits in which they end."""

from retake.domain.history import HistoryFilter, PastGeneration
from retake.ports.table import Check, Comparison, Condition, Page, Query, Table
from retake.storage.layout import PAST, user_key
from retake.storage.paging import READ_AT_ONCE, read_page


class GenerationHistory:
    """Generations that have ended; written only by ``JobRepository.commit``, never removed."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def list_generations(
        self, user_id: str, wanted: HistoryFilter, *, limit: int, cursor: str | None
    ) -> Page[PastGeneration]:
        """Return a user's generations, those asked for last first.

        Raises:
            InvalidRequestError: For a cursor that this list did not give.
        """
        where = _where(wanted)
        query = Query(user_key(user_id), prefix=f"{PAST}{wanted.month or ''}", newest_first=True, where=where)
        at_once = None if where is None else READ_AT_ONCE
        return read_page(self._table, PastGeneration, query, limit=limit, cursor=cursor, at_once=at_once)


def _where(wanted: HistoryFilter) -> Condition | None:
    filters = {"status": wanted.status, "model": wanted.model, "kind": wanted.kind}
    checks = tuple(
        Check(name, Comparison.EQUAL, str(value)) for name, value in filters.items() if value is not None
    )
    return Condition(checks) if checks else None
