"""Patches of the emulated EventBridge Scheduler: schedules belong to their group, and start on time."""

# ruff: noqa: SLF001 - patches ministack's untyped insides; every patch asserts its anchor first

import json
from collections.abc import Mapping
from typing import Any

from ministack.services import scheduler

from infra.local.patches.guard import PatchGuard
from infra.local.patches.permissions import Call

_TICK_S = 1


def prompt_schedules() -> None:
    """Check every second, not every ten, which schedules are due."""
    guard = PatchGuard("prompt_schedules")
    holds = getattr(scheduler, "_SCHEDULE_TICK_INTERVAL", None) == 10  # noqa: PLR2004 - as it was measured
    guard.require(holds=holds, detail="the scheduler looks at other times than every 10 s")
    scheduler._SCHEDULE_TICK_INTERVAL = _TICK_S


def schedule_in_group(call: Call) -> str | None:
    """Return a schedule in its group; each was evaluated as one of the default group."""
    group = _group_of(call.body, call.query) if call.service == "scheduler" else None
    return call.resource.replace(":schedule/default/", f":schedule/{group}/") if group else None


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
