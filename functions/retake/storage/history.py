"""The history of generations: written by the commits in which they end."""

from retake.domain.history import HistoryFilter, PastGeneration
from retake.ports.pages import Page
from retake.ports.table import Check, Comparison, Condition, Query, Table
from retake.storage.layout import PAST, user_key
from retake.storage.paging import READ_AT_ONCE, read_page


class TableGenerationHistory:
    """Implements ``GenerationHistory``."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def list_generations(
        self, user_id: str, wanted: HistoryFilter, *, limit: int, cursor: str | None
    ) -> Page[PastGeneration]:
        """Return a page: the month is part of the key, the rest is filtered while reading, as for videos."""
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
