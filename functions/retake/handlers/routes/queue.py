"""The route of a user's queue: everything that has not ended."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from retake import bootstrap
from retake.contracts.queue import QueueEntryView, QueueView
from retake.domain.queue import QueueEntry, QueueKind
from retake.handlers.http.parameters import (
    DEFAULT_PAGE,
    Cursor,
    Limit,
)
from retake.handlers.http.requests import user_id
from retake.services.queue.read_queue import read_queue

router = APIGatewayHttpRouter()


@router.get("/queue", summary="List what runs, waits or is paused", tags=["queue"])
def get_queue(
    limit: Limit = DEFAULT_PAGE,
    cursor: Cursor = None,
) -> QueueView:
    """List your videos that are being made and the batches of your jobs, in the order in which they run."""
    page = read_queue(user_id(router), bootstrap.context, limit=limit, cursor=cursor)
    return QueueView(entries=[_view(entry) for entry in page.items], cursor=page.cursor)


def _view(entry: QueueEntry) -> QueueEntryView:
    return QueueEntryView(
        kind=entry.kind,
        id=entry.job_id if entry.kind is QueueKind.VIDEO else entry.batch_id,
        job_id=entry.job_id,
        batch_id=entry.batch_id,
        title=entry.title,
        state=entry.state,
        position=entry.position,
        place=entry.place,
        waits_for=entry.waits_for,
        progress=entry.progress,
        clip_count=entry.clip_count,
        estimated_cost=entry.estimated_cost,
        estimated_time=entry.estimated_time_s,
        expected_in=entry.expected_in_s,
        accepted_at=entry.accepted_at,
        actions=list(entry.actions),
    )
