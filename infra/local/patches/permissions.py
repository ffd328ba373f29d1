"""Patches of the emulated IAM: loopback counts as secure, state machines act as their own role."""

# ruff: noqa: SLF001, ANN401 - patches ministack's untyped insides; every patch asserts its anchor first

import contextvars
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import lambda_svc, sts

from infra.local.admission import IS_PUBLIC
from infra.local.environment import ACCOUNT
from infra.local.patches import tokens
from infra.local.patches.guard import PatchGuard

logger = logging.getLogger(__name__)


def secure_loopback() -> None:
    """Count plain HTTP from loopback as a secure transport.

    Bucket and queue policies that enforce TLS, as they must on AWS, refused every
    local request.
    """
    guard = PatchGuard("secure_loopback")
    original = app.pin_request_origin
    guard.signature(original, "source_ip", "secure_transport")
    guard.require(holds=original is iam_evaluator.pin_request_origin, detail="app pins its own origin")

    def pin_request_origin(source_ip: str, secure_transport: bool) -> None:  # noqa: FBT001 - ministack's signature
        original(source_ip, secure_transport or source_ip in ("127.0.0.1", "::1"))

    app.pin_request_origin = pin_request_origin
    guard.require(
        holds=isinstance(iam_evaluator._request_origin, contextvars.ContextVar),
        detail="the origin is kept elsewhere",
    )
    # What no request started (a schedule, an event) has no origin: it comes from inside.
    iam_evaluator._request_origin = contextvars.ContextVar(
        "retake_request_origin", default=("127.0.0.1", True)
    )


def one_root_key(access_key_id: str) -> None:
    """Accept one root key, and only with its signature; no key at all is anonymous.

    The key ``test``, every number of twelve digits and a request without a key were root as well, and no
    signature of a root key was ever checked: any program that reached the port had the whole account.
    What comes without a key is let through where :mod:`infra.local.admission` has let it in.

    Args:
        access_key_id: The root key's id.
    """
    guard = PatchGuard("one_root_key")
    for name in ("is_root_access_key", "_is_root_key"):
        guard.signature(getattr(iam_evaluator, name), "access_key_id")
    guard.require(
        holds=sts.is_root_access_key is iam_evaluator.is_root_access_key,
        detail="sts knows root keys of its own",
    )
    iam_evaluator.is_root_access_key = sts.is_root_access_key = lambda key: key == access_key_id
    # Called where a signature is remembered for checking: anonymous requests are left out.
    iam_evaluator._is_root_key = lambda _key: False
    original = iam_evaluator.enforce
    guard.signature(
        original, "access_key_id", "iam_action", "service", "region", "resource_arn", "service_context"
    )

    def enforce(access_key_id: str, *request: Any, **options: Any) -> Any:
        if not access_key_id and IS_PUBLIC.get():
            return None
        return original(access_key_id, *request, **options)

    iam_evaluator.enforce = enforce


def secret_of(access_key_id: str, session_token: str) -> str | None:
    """Return the secret of a key that is known: the root key, or a key of a function's role.

    Args:
        access_key_id: The key.
        session_token: What came with it; a temporary key is good with its own token only.
    """
    found = iam_evaluator.resolve_credential(access_key_id, ACCOUNT, session_token)
    return None if isinstance(found, iam_evaluator.CredentialResolutionError) else found.secret_access_key


@dataclass(frozen=True)
class Call:
    """A signed call, and the resource on which the emulator would evaluate its permission.

    Attributes:
        service: As in IAM actions: ``states``.
        headers: Their names in small letters.
        body: As it arrived.
        query: The parameters of its query.
        resource: The resource's ARN, or ``*``.
    """

    service: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, Any]
    resource: str


def scoped_resources(*resolvers: Callable[[Call], str | None]) -> None:
    """Evaluate permissions on the resources that AWS evaluates them on, where the emulator takes others.

    Args:
        resolvers: Each returns the resource of calls that it knows; the first that does counts.
    """
    guard = PatchGuard("scoped_resources")
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
        found = original(service, method, path, headers, body, query_params, region, account_id)
        call = Call(service, headers, body, query_params, found)
        return next((arn for resolve in resolvers if (arn := resolve(call))), call.resource)

    iam_actions.extract_resource_arn = extract_resource_arn


def machine_of_answer(call: Call) -> str | None:
    """Return the state machine that issued the token of ``states:SendTask*``; it was evaluated on ``*``."""
    is_answer = call.service == "states" and ".SendTask" in call.headers.get("x-amz-target", "")
    return (tokens.state_machine_of_request(call.body) or None) if is_answer else None


_CONSUMING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


def checked_event_sources() -> None:
    """Deliver from a queue only if the function's role may consume it, as AWS demands.

    The role was never looked at: a forgotten permission was found on AWS only.
    """
    guard = PatchGuard("checked_event_sources")
    original = lambda_svc._run_sqs_batch
    guard.signature(original, "esm", "func_rec", "event", "batch", "queue_url", "queue_name")

    def run_sqs_batch(esm: dict[str, Any], func_rec: dict[str, Any], *rest: Any) -> None:
        role = (func_rec.get("config") or func_rec)["Role"]
        missing = [action for action in _CONSUMING if not role_allows(role, action, esm["EventSourceArn"])]
        if missing:
            logger.error("%s may not %s: nothing is delivered to it", role, ", ".join(missing))
            return
        original(esm, func_rec, *rest)

    lambda_svc._run_sqs_batch = run_sqs_batch


def role_allows(role_arn: str, action: str, resource_arn: str) -> bool:
    """Decide whether a role's policies allow an action on a resource.

    Args:
        role_arn: The role.
        action: As in a policy, ``sqs:SendMessage``.
        resource_arn: What is acted on.
    """
    account, name = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    context = iam_evaluator.EvalContext(
        principal_arn=f"arn:aws:sts::{account}:assumed-role/{name}/states",
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource_arn,
        region=resource_arn.split(":")[3] if resource_arn.count(":") >= 5 else "",  # noqa: PLR2004 - an ARN's parts
        secure_transport=True,
    )
    decided = iam_evaluator.evaluate(context, iam_evaluator._gather_role_policies(name, account))
    return bool(decided.decision == "Allow")
