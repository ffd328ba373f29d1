"""The route of a user's queue: everything that has not ended."""

from retake import bootstrap
from retake.api.http.operations import Router
from retake.api.http.parameters import (
    DEFAULT_PAGE,
    Cursor,
    Limit,
)
from retake.api.http.requests import user_id
from retake.contracts.queue import QueueEntryView, QueueView
from retake.domain.queue import QueueEntry, QueueKind
from retake.routes import QueueRoute
from retake.services.queue.read_queue import read_queue

router = Router()


@router.on(QueueRoute.LIST, summary="List what runs, waits or is paused", tags=["queue"])
def get_queue(
    limit: Limit = DEFAULT_PAGE,
    cursor: Cursor = None,
) -> QueueView:
    """List your videos that are being made and the batches of your jobs, in the order in which they run."""
    page = read_queue(user_id(router), bootstrap.context, limit=limit, cursor=cursor)
    return QueueView(entries=[_view(entry) for entry in page.items], cursor=page.cursor)


def _view(entry: QueueEntry) -> QueueEntryView:
    return QueueEntryView.of(
        entry,
        id=entry.job_id if entry.kind is QueueKind.VIDEO else entry.batch_id,
        estimated_time=entry.estimated_time_s,
        expected_in=entry.expected_in_s,
    )
