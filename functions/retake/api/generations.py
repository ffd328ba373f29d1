"""The route of the history of generations."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from retake import bootstrap
from retake.api.http.operations import Router
from retake.api.http.parameters import (
    DEFAULT_PAGE,
    Cursor,
    Limit,
    ModelFilter,
)
from retake.api.http.requests import user_id
from retake.contracts.generations import GenerationList, GenerationView
from retake.domain.history import HistoryFilter, PastGeneration
from retake.domain.statuses import JobKind, RegenerationStatus
from retake.routes import UsageRoute

router = Router()

MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"


@router.on(UsageRoute.GENERATIONS, summary="List what was ever generated, newest first", tags=["usage"])
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
    return GenerationView.of(item, clip_title=item.clip_title or None)
