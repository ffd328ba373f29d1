"""Routes of storage and spending: the user's own, and all users' for admins."""

from dataclasses import replace
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from retake import bootstrap
from retake.api import generations
from retake.api.http.app import build_app, entry_point
from retake.api.http.operations import Router, answers
from retake.api.http.parameters import (
    DEFAULT_PAGE,
    DIGITS,
    Cursor,
    Limit,
    UserId,
    between,
)
from retake.api.http.requests import require_admin
from retake.api.http.requests import user_id as asker_id
from retake.api.views.usage import storage_report_view, usage_view, user_budget_view
from retake.config import PlatformSettings, settings
from retake.contracts.usage import BudgetRequest, StorageReportView, UsageView, UserBudgetView
from retake.domain.errors import (
    ConcurrentUpdateError,
    Fault,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
)
from retake.domain.spending import month_of
from retake.domain.storage_trend import KEPT_DAYS, first_day
from retake.observability import logger
from retake.routes import UsageRoute
from retake.services.usage.allowances import read_spend_limit
from retake.services.usage.read_storage_report import read_storage_report
from retake.services.usage.read_usage import read_usage
from retake.services.usage.set_budget import set_budget, set_spend_limit

router = Router()

TREND_DAYS = 90
TrendDays = Annotated[
    int,
    between(1, KEPT_DAYS),
    DIGITS,
    Query(description="The last days", json_schema_extra={"minimum": 1, "maximum": KEPT_DAYS}),
]


@router.on(UsageRoute.READ, summary="Read what you store and what it costs", tags=["usage"])
def get_usage() -> UsageView:
    """Read the asker's bytes by class, budget, largest jobs, and what takes cost month by month."""
    report = read_usage(asker_id(router), bootstrap.context, now=bootstrap.context.clock.now())
    return usage_view(
        report,
        limits=bootstrap.context.limits,
        archive_class=bootstrap.context.archive_class,
        on_aws=settings(PlatformSettings).is_paid,
    )


@router.on(UsageRoute.ALL_STORAGE, summary="Read what everybody stores (admins)", tags=["admin"])
@answers(200, raises=(ForbiddenError,))
def get_storage(
    limit: Limit = DEFAULT_PAGE,
    users_cursor: Cursor = None,
    jobs_cursor: Cursor = None,
    trend_days: TrendDays = TREND_DAYS,
) -> StorageReportView:
    """Read totals, the largest users and jobs, the days' trend, and what archiving saves."""
    require_admin(router)
    limits, archive_class = bootstrap.context.limits, bootstrap.context.archive_class
    report = read_storage_report(
        bootstrap.context,
        page_size=limit,
        users_cursor=users_cursor,
        jobs_cursor=jobs_cursor,
        trend_since=first_day(bootstrap.context.clock.now(), trend_days),
    )
    return storage_report_view(
        report, limits=limits, archive_class=archive_class, email_of=bootstrap.context.users.find_email
    )


@router.on(UsageRoute.READ_BUDGET, summary="Read what a user may store and spend (admins)", tags=["admin"])
@answers(200, raises=(ForbiddenError,))
def get_budget(user_id: UserId) -> UserBudgetView:
    """Read a user's budget and monthly limit, and how much of them is used now."""
    require_admin(router)
    _require_known(user_id)
    return _budget_of(user_id)


@router.on(UsageRoute.SET_BUDGET, summary="Say what a user may store and spend (admins)", tags=["admin"])
@answers(200, raises=(ConcurrentUpdateError, ForbiddenError))
def put_budget(user_id: UserId, body: BudgetRequest) -> UserBudgetView:
    """Set a user's own budget, monthly limit, or both; null goes back to everybody's. It holds at once."""
    require_admin(router)
    _require_known(user_id)
    given = body.model_dump(include=body.model_fields_set)
    if not given:
        faults = [Fault("budget_bytes", "Give this, or monthly_spend_limit, or both.")]
        raise InvalidRequestError("There is nothing to set.", faults=faults)
    if "budget_bytes" in given:
        set_budget(user_id, body.budget_bytes, bootstrap.context)
    if "monthly_spend_limit" in given:
        set_spend_limit(user_id, body.monthly_spend_limit, bootstrap.context)
    logger.info("budget set", user_id=user_id, by=asker_id(router), **given)
    return _budget_of(user_id)


def _require_known(user_id: str) -> None:
    """Refuse an id that no user has: its budget would have no effect, and the user meant would have none."""
    if not bootstrap.context.users.is_known(user_id):
        raise NotFoundError(
            f"There is no user {user_id!r}. A user's id is the 'sub' of their token, no email address; "
            "GET /admin/storage lists those who store something."
        )


def _budget_of(user_id: str) -> UserBudgetView:
    limits, usage = bootstrap.context.limits, bootstrap.context.usage
    storage = replace(usage.get_storage(user_id), stored=usage.get_stored(user_id))
    month = month_of(bootstrap.context.clock.now())
    seen = read_spend_limit(user_id, month, bootstrap.context)
    return user_budget_view(storage, seen, limits)


handler = entry_point(build_app(router, generations.router))
