"""A patch of the emulated Step Functions: a state machine acts by its own role."""

# ruff: noqa: SLF001 - patches ministack's untyped insides; every patch asserts its anchor first

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import lambda_svc, stepfunctions

from infra.local.patches.guard import PatchGuard
from infra.local.patches.permissions import role_allows


@dataclass(frozen=True)
class RunningExecution:
    """The execution that the current thread works for, and the role it acts as."""

    execution: dict[str, Any]
    role_arn: str


running_execution: ContextVar[RunningExecution | None] = ContextVar("retake_execution", default=None)


def own_role() -> None:
    """Check each call of a state machine against the permissions of its own role.

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
            running_execution.set(RunningExecution(execution, role))
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
    running = running_execution.get()
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
