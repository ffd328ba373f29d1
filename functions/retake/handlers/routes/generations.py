"""The route of the history of generations."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from retake import bootstrap
from retake.contracts.generations import GenerationList, GenerationView
from retake.domain.history import HistoryFilter, PastGeneration
from retake.domain.statuses import JobKind, RegenerationStatus
from retake.handlers.http.parameters import (
    DEFAULT_PAGE,
    Cursor,
    Limit,
    ModelFilter,
)
from retake.handlers.http.requests import user_id

router = APIGatewayHttpRouter()

MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"


@router.get("/generations", summary="List what was ever generated, newest first", tags=["usage"])
def get_generations(  # noqa: PLR0917 - each is a query parameter of its own
    status: Annotated[RegenerationStatus | None, Query(description="How it ended")] = None,
    model: ModelFilter = None,
    kind: Annotated[JobKind | None, Query()] = None,
    month: Annotated[
        str | None, Query(pattern=MONTH, description="Asked for in it, in UTC, such as 2026-11")
    ] = None,
    limit: Limit = DEFAULT_PAGE,
    cursor: Cursor = None,
) -> GenerationList:
    """List the generations that have ended, of videos and of clips, deleted ones included."""
    page = bootstrap.context.history.list_generations(
        user_id(router),
        HistoryFilter(status, model, kind, month),
        limit=limit,
        cursor=cursor,
    )
    return GenerationList(generations=[_view(item) for item in page.items], cursor=page.cursor)


def _view(item: PastGeneration) -> GenerationView:
    return GenerationView(
        regeneration_id=item.regeneration_id,
        kind=item.kind,
        job_id=item.job_id,
        title=item.title,
        batch_id=item.batch_id,
        clip_index=item.clip_index,
        clip_title=item.clip_title or None,
        take=item.take,
        takes=item.takes,
        version_number=item.version_number,
        instruction=item.instruction,
        prompt=item.prompt,
        model=item.model,
        provider=item.provider,
        status=item.status,
        error=item.error,
        estimated_cost=item.estimated_cost,
        actual_cost=item.actual_cost,
        provider_cost=item.provider_cost,
        charged=item.charged,
        asked_at=item.asked_at,
        submitted_at=item.submitted_at,
        finished_at=item.finished_at,
        seconds=item.seconds,
    )
