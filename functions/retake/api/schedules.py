"""Routes of schedules: requests that are carried out at a time."""

import json

from aws_lambda_powertools.event_handler import Response

from retake import bootstrap
from retake.api.http.app import build_app, entry_point
from retake.api.http.operations import CONFLICTS, Router, answers
from retake.api.http.parameters import (
    DEFAULT_PAGE,
    Cursor,
    IdempotencyKey,
    Limit,
    ScheduleId,
)
from retake.api.http.requests import Submission, answered, user_id
from retake.contracts.schedules import ScheduleList, ScheduleModel, ScheduleView
from retake.domain.errors import (
    NotFoundError,
    StorageBudgetExceededError,
    TooManyKeptError,
    WorkflowUnavailableError,
)
from retake.domain.schedules import Schedule
from retake.routes import ScheduleRoute
from retake.services.schedules.end_schedule import cancel_schedule, get_schedule
from retake.services.schedules.requested_work import Owner, one_of, work_of_request
from retake.services.schedules.schedule_work import ScheduleRequest, schedule_work

router = Router()


@router.on(ScheduleRoute.CREATE, summary="Schedule videos or a regeneration for a time", tags=["schedules"])
@answers(
    201,
    raises=(
        *CONFLICTS,
        NotFoundError,
        StorageBudgetExceededError,
        TooManyKeptError,
        WorkflowUnavailableError,
    ),
    headers=("Location",),
)
def post_schedule(body: ScheduleModel, key: IdempotencyKey = None) -> Response[ScheduleView]:
    """Check and price a request now, and carry it out at its time."""
    kind, asked = one_of(body)
    submission = Submission(router, key, body)
    request = ScheduleRequest(
        schedule_id=submission.new_id(),
        user_id=user_id(router),
        request_hash=submission.request_hash,
        at=body.at,
        kind=kind,
        body=asked.model_dump_json(exclude_unset=True),
        job_id=getattr(asked, "job_id", None),
    )

    def carry_out() -> Response[ScheduleView]:
        owner = Owner(request.schedule_id, request.user_id, request.request_hash)
        schedule = schedule_work(
            request, work_of_request(kind, asked, owner, bootstrap.context), bootstrap.context
        )
        return answered(
            201, _view(schedule), location=ScheduleRoute.READ.address(schedule_id=schedule.schedule_id)
        )

    return submission.answer_once(carry_out)


@router.on(ScheduleRoute.LIST, summary="List your schedules, the last first", tags=["schedules"])
def get_schedules(limit: Limit = DEFAULT_PAGE, cursor: Cursor = None) -> ScheduleList:
    """List the asker's schedules by their time; those that ended are listed for 90 days."""
    page = bootstrap.context.schedules.list_schedules(user_id(router), limit=limit, cursor=cursor)
    return ScheduleList(schedules=[_view(item) for item in page.items], cursor=page.cursor)


@router.on(ScheduleRoute.READ, summary="Read a schedule", tags=["schedules"])
def get_one_schedule(schedule_id: ScheduleId) -> ScheduleView:
    """Read one schedule: when, what, and what came of it."""
    return _view(get_schedule(schedule_id, bootstrap.context, user_id=user_id(router)))


@router.on(ScheduleRoute.CANCEL, summary="Cancel a schedule", tags=["schedules"])
@answers(200, raises=CONFLICTS)
def remove_schedule(schedule_id: ScheduleId) -> ScheduleView:
    """Cancel a schedule whose time has not come; what was started is cancelled by itself."""
    return _view(cancel_schedule(schedule_id, bootstrap.context, user_id=user_id(router)))


def _view(schedule: Schedule) -> ScheduleView:
    return ScheduleView.of(schedule, request=json.loads(schedule.body))


handler = entry_point(build_app(router))
