"""Patches of the emulated EventBridge Scheduler: schedules are one's own group's, and come on time."""

# ruff: noqa: SLF001 - patches ministack's untyped insides; every patch asserts its anchor first

import json
from collections.abc import Mapping
from typing import Any

from ministack.core import iam_actions
from ministack.services import scheduler

from infra.local.patches.guard import PatchGuard

_TICK_S = 1


def prompt_schedules() -> None:
    """Look every second, not every ten, which schedules are due: people wait for theirs."""
    guard = PatchGuard("prompt_schedules")
    holds = getattr(scheduler, "_SCHEDULE_TICK_INTERVAL", None) == 10  # noqa: PLR2004 - as it was measured
    guard.require(holds=holds, detail="the scheduler looks at other times than every 10 s")
    scheduler._SCHEDULE_TICK_INTERVAL = _TICK_S


def schedules_by_group() -> None:
    """Evaluate ``scheduler:*Schedule`` on the schedule in its group.

    Every schedule was evaluated as one of the default group, so that a role scoped to another was refused.
    """
    guard = PatchGuard("schedules_by_group")
    original = iam_actions.extract_resource_arn
    guard.signature(
        original, "service", "method", "path", "headers", "body", "query_params", "region", "account_id"
    )

    def extract_resource_arn(  # noqa: PLR0917 - ministack's signature
        service: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        query_params: Mapping[str, Any],
        region: str,
        account_id: str,
    ) -> str:
        found: str = original(service, method, path, headers, body, query_params, region, account_id)
        group = _group_of(body, query_params) if service == "scheduler" else None
        return found.replace(":schedule/default/", f":schedule/{group}/") if group else found

    iam_actions.extract_resource_arn = extract_resource_arn


def _group_of(body: bytes, query_params: Mapping[str, Any]) -> str | None:
    """Return the schedule group that a request names, in its body or in its query."""
    named = query_params.get("groupName")
    if named:
        return str(named[0] if isinstance(named, list) else named)
    try:
        content = json.loads(body or b"null")
    except ValueError:
        return None
    group = content.get("GroupName") if isinstance(content, dict) else None
    return None if group is None else str(group)
