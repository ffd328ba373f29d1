"""Patches of the emulated Step Functions: heartbeats, tokens, stopping."""

# ruff: noqa: SLF001, ANN401 - patches ministack's untyped insides; every patch asserts its anchor first

import functools
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import stepfunctions

from infra.local.patches.guard import PatchGuard
from infra.local.patches.tokens import new_token, state_machine_of
from infra.local.patches.workflow_roles import running_execution

# A waiting task looks this often at its heartbeat and at whether its execution goes on.
_LOOK_INTERVAL_S = 0.2


class ExecutionEndedError(Exception):
    """The execution was stopped; the rest of its threads end quietly."""


_SUCCEED = """\
                current_input = _apply_output_path(state_def, current_input, ctx)
                _add_event(execution, "SucceedStateExited", {
"""
_SUCCEED_WITH_OUTPUT = """\
                current_input = _apply_output_path(state_def, current_input, ctx)
                current_input = _apply_jsonata_output(state_def, current_input, ctx, default=current_input)
                _add_event(execution, "SucceedStateExited", {
"""


def executions() -> None:
    """Begin an execution at once, and honour the ``Output`` of a ``Succeed`` state.

    Every execution waited 150 ms before its first state, and ended with the last
    state's input.
    """
    PatchGuard("executions").rewrite(
        stepfunctions,
        "_run_execution",
        [("    time.sleep(0.15)\n", ""), (_SUCCEED, _SUCCEED_WITH_OUTPUT)],
    )


# Passages of ministack's source, and what is put in their place.
_ISSUED_ONCE = """\
    if is_callback:
        ctx["Task"] = {"Token": new_uuid()}
"""
_RETRY_COUNT = """\
        ctx["State"]["RetryCount"] = sum(retry_counts.values())
"""
_ISSUED_PER_ATTEMPT = """\
        _retake_go_on(execution)
        if is_callback:
            ctx["Task"] = {"Token": _retake_new_token(ctx)}
"""
_PASSED_ON = 'ctx["Task"]["Token"],'
_LIMITED = "_retake_limits(state_def, raw_input, ctx)"
_IGNORED_FAILURE = """\
        except _ExecutionError:
            pass
"""
_RAISED_FAILURE = """\
        except _ExecutionError:
            _task_tokens.pop(token, None)
            raise
"""
_BARE_WAIT = """\
    timeout = state_def.get("TimeoutSeconds", 99999)
    if not evt.wait(timeout=timeout):
"""
_WATCHED_WAIT = """\
    _retake_outcome = _retake_await_answer(evt, token, state_def)
    if _retake_outcome == "heartbeat":
        _task_tokens.pop(token, None)
        raise _ExecutionError("States.HeartbeatTimeout", "No heartbeat came in time")
    if _retake_outcome == "timeout":
"""


def task_tokens() -> None:
    """Issue a token for each attempt, enforce ``HeartbeatSeconds``, and end branches with their execution.

    A retried task got its old token back, so that an answer to the first attempt ended
    the second. Heartbeats were never missed, and limits given as expressions failed. A
    stopped execution's branches went on with their next states, and its end could be
    overwritten by a later failure. A failing call that should have delivered the token
    was ignored.
    """
    guard = PatchGuard("task_tokens")
    guard.rewrite(
        stepfunctions,
        "_execute_task",
        [
            (_ISSUED_ONCE, ""),
            (_RETRY_COUNT, _RETRY_COUNT + _ISSUED_PER_ATTEMPT),
            (_PASSED_ON + " state_def)", _PASSED_ON + f" {_LIMITED})"),
            ('state_def["TimeoutSeconds"])', _LIMITED + '["TimeoutSeconds"])'),
        ],
        _retake_go_on=_go_on,
        _retake_limits=_limits,
        _retake_new_token=_token_for,
    )
    guard.rewrite(
        stepfunctions,
        "_invoke_with_callback",
        [(_IGNORED_FAILURE, _RAISED_FAILURE), (_BARE_WAIT, _WATCHED_WAIT)],
        _retake_await_answer=_await_answer,
    )
    heartbeat = '    info["heartbeat"] = now_iso()\n'
    timed = '    info["heartbeat_at"] = time.monotonic()\n'
    guard.rewrite(stepfunctions, "_send_task_heartbeat", [(heartbeat, heartbeat + timed)])
    loop = "    while current_name:\n"
    guard.rewrite(stepfunctions, "_run_sub_machine", [(loop, loop + "        _retake_go_on(execution)\n")])
    original_fail = stepfunctions._fail_execution
    guard.signature(original_fail, "execution", "error", "cause")

    def fail_execution(execution: dict[str, Any], error: str, cause: str) -> None:
        if execution["status"] == "RUNNING":
            original_fail(execution, error, cause)

    stepfunctions._fail_execution = fail_execution
    for name in ("_send_task_success", "_send_task_failure", "_send_task_heartbeat"):
        setattr(stepfunctions, name, _knowing_dead_tokens(getattr(stepfunctions, name)))


def _knowing_dead_tokens(answer: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    """Refuse a token that was once good with ``TaskTimedOut``, as AWS does."""

    @functools.wraps(answer)
    def answered(data: dict[str, Any]) -> Any:
        token = data.get("taskToken")
        if state_machine_of(token) and stepfunctions._task_tokens.get(token) is None:
            return error_response_json(
                "TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'", 400
            )
        return answer(data)

    return answered


def _go_on(execution: dict[str, Any] | None) -> None:
    if execution is not None and execution.get("status") != "RUNNING":
        raise ExecutionEndedError(execution.get("executionArn", ""))


def _token_for(ctx: dict[str, Any]) -> str:
    return new_token(ctx["StateMachine"]["Id"])


def _limits(state: dict[str, Any], raw_input: object, ctx: dict[str, Any]) -> dict[str, Any]:
    """Evaluate a state's time limits, which may be JSONata expressions."""
    given = {name: state[name] for name in ("TimeoutSeconds", "HeartbeatSeconds") if name in state}
    return {**state, **stepfunctions._apply_jsonata_template(given, raw_input, ctx)}


def _await_answer(answered: Any, token: str, state: dict[str, Any]) -> str:
    """Wait for a token's answer; say ``answered``, ``timeout`` or ``heartbeat``."""
    began = time.monotonic()
    info = stepfunctions._task_tokens[token]
    timeout_s = float(state.get("TimeoutSeconds", 99999999))
    heartbeat_s = float(state.get("HeartbeatSeconds", timeout_s))
    running = running_execution.get()
    while not answered.wait(_LOOK_INTERVAL_S):
        now = time.monotonic()
        if running is not None and running.execution["status"] != "RUNNING":
            stepfunctions._task_tokens.pop(token, None)
            raise ExecutionEndedError(running.execution["executionArn"])
        if now - began >= timeout_s:
            return "timeout"
        if now - info.get("heartbeat_at", began) >= heartbeat_s:
            return "heartbeat"
    return "answered"
