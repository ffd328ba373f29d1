"""Patches of the emulated Step Functions: heartbeats, tokens, stopping, the machine's own role."""

# ruff: noqa: SLF001, ANN401 - patches ministack's untyped insides; every patch asserts its anchor first

import contextvars
import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import error_response_json, get_account_id, get_region
from ministack.services import lambda_svc, stepfunctions

from infra.local.patches.guard import PatchGuard
from infra.local.patches.permissions import role_allows
from infra.local.patches.tokens import new_token, state_machine_of

# A waiting task looks this often at its heartbeat and at whether its execution goes on.
_LOOK_INTERVAL_S = 0.2


class ExecutionEndedError(Exception):
    """The execution was stopped; the rest of its threads end quietly."""


@dataclass(frozen=True)
class _Running:
    """The execution that the current thread works for, and the role it acts as."""

    execution: dict[str, Any]
    role_arn: str


_running: contextvars.ContextVar[_Running | None] = contextvars.ContextVar("retake_execution", default=None)


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


def own_role() -> None:
    """Let a state machine act with the permissions of its own role, checked at each call.

    It acted as the caller that had started the execution, and its role was never looked at.
    """
    guard = PatchGuard("own_role")
    original_run = stepfunctions._run_execution
    guard.signature(original_run, "exec_arn")

    def run_execution(exec_arn: str) -> None:
        execution = stepfunctions._executions.get(exec_arn)
        machine = stepfunctions._state_machines.get(execution["stateMachineArn"]) if execution else None
        if execution and machine:
            role = machine["roleArn"]
            _running.set(_Running(execution, role))
            name = role.rsplit("/", 1)[-1]
            iam_evaluator._request_caller_arn.set(
                f"arn:aws:sts::{get_account_id()}:assumed-role/{name}/{execution['name']}"
            )
            iam_evaluator.pin_request_origin("127.0.0.1", secure_transport=True)
        original_run(exec_arn)

    stepfunctions._run_execution = run_execution
    _check_functions(guard)
    _check_services(guard)


def _check_functions(guard: PatchGuard) -> None:
    original = stepfunctions._call_lambda
    guard.signature(original, "func_ref", "event")

    def call_lambda(func_ref: str, event: object) -> object:
        _, config, name = lambda_svc._get_func_record_for_ref(func_ref)
        arn = (config or {}).get(
            "FunctionArn"
        ) or f"arn:aws:lambda:{get_region()}:{get_account_id()}:function:{name}"
        _authorise("lambda:InvokeFunction", arn, "Lambda.AccessDeniedException")
        return original(func_ref, event)

    stepfunctions._call_lambda = call_lambda


def _check_services(guard: PatchGuard) -> None:
    dispatch: dict[str, Callable[[str, dict[str, Any]], object]] = stepfunctions._SERVICE_DISPATCH
    guard.require(holds=set(_TARGETS) <= set(dispatch), detail=f"integrations are {sorted(dispatch)}")

    def checked(prefix: str, handler: Callable[[str, dict[str, Any]], object]) -> Callable[..., object]:
        def call(resource: str, arguments: dict[str, Any]) -> object:
            service, operation = prefix.removeprefix("arn:aws:states:::").split(":")
            action = f"{service}:{operation[0].upper()}{operation[1:]}"
            target = _TARGETS.get(prefix, _any_resource)(arguments)
            _authorise(action, target, f"{service.upper()}.AccessDeniedException")
            return handler(resource, arguments)

        return call

    for prefix, handler in list(dispatch.items()):
        dispatch[prefix] = checked(prefix, handler)
    original_sdk = stepfunctions._invoke_aws_sdk_integration
    guard.signature(original_sdk, "resource", "input_data")

    def invoke_aws_sdk_integration(resource: str, input_data: dict[str, Any]) -> object:
        service, operation = resource.partition("aws-sdk:")[2].split(":")[:2]
        action = f"{_IAM_PREFIXES.get(service, service)}:{operation[0].upper()}{operation[1:]}"
        target = _SDK_TARGETS.get(service, _any_resource)(input_data)
        _authorise(action, target, f"{service}.AccessDeniedException")
        return original_sdk(resource, input_data)

    stepfunctions._invoke_aws_sdk_integration = invoke_aws_sdk_integration


def _authorise(action: str, resource_arn: str, error: str) -> None:
    running = _running.get()
    if running is not None and not role_allows(running.role_arn, action, resource_arn):
        raise stepfunctions._ExecutionError(
            error, f"{running.role_arn} is not authorized to perform: {action} on resource: {resource_arn}"
        )


def _queue_arn(arguments: dict[str, Any]) -> str:
    account, name = str(arguments.get("QueueUrl", "//")).split("/")[-2:]
    return f"arn:aws:sqs:{get_region()}:{account}:{name}"


def _table_arn(arguments: dict[str, Any]) -> str:
    name = str(arguments.get("TableName", ""))
    return (
        name
        if name.startswith("arn:")
        else f"arn:aws:dynamodb:{get_region()}:{get_account_id()}:table/{name}"
    )


def _bus_arn(arguments: dict[str, Any]) -> str:
    entries = arguments.get("Entries") or [{}]
    bus = str(entries[0].get("EventBusName", "default"))
    return (
        bus if bus.startswith("arn:") else f"arn:aws:events:{get_region()}:{get_account_id()}:event-bus/{bus}"
    )


def _any_resource(_: dict[str, Any]) -> str:
    return "*"


_TARGETS: dict[str, Callable[[dict[str, Any]], str]] = {
    "arn:aws:states:::sqs:sendMessage": _queue_arn,
    "arn:aws:states:::events:putEvents": _bus_arn,
    "arn:aws:states:::dynamodb:putItem": _table_arn,
    "arn:aws:states:::dynamodb:getItem": _table_arn,
    "arn:aws:states:::dynamodb:deleteItem": _table_arn,
    "arn:aws:states:::dynamodb:updateItem": _table_arn,
}
_SDK_TARGETS: dict[str, Callable[[dict[str, Any]], str]] = {
    "dynamodb": _table_arn,
    "sqs": _queue_arn,
    "eventbridge": _bus_arn,
}
_IAM_PREFIXES = {"sfn": "states", "eventbridge": "events", "cloudwatchlogs": "logs"}


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
    """Give each attempt its own token, enforce ``HeartbeatSeconds``, and let a stop stop.

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
    running = _running.get()
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
