"""Patches of the emulated Lambda: errors, layers, workers, credentials."""

# ruff: noqa: SLF001 - patches ministack's untyped insides; every patch asserts its anchor first

import hashlib
import hmac
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import cloudwatch_logs, lambda_svc, sts

from infra.local.patches.guard import PatchGuard

# Marks a handler's exception inside the worker's answer. The worker's answer has no
# other field that reaches the caller, and an "error" status would cost the warm worker.
_ERROR_MARK = "retake:handler-error"

_INIT_ERROR = '_real_stdout.write(json.dumps({"status": "error", "error": str(e)}) + "\\n")'
_INIT_TRACED_ERROR = (
    '_real_stdout.write(json.dumps({"status": "error", '
    '"error": type(e).__name__ + ": " + str(e) + "\\n" + traceback.format_exc()}) + "\\n")'
)
_INIT_FAILED = "Worker init failed: "
_WORKER_LOST = {"Worker process died", "Worker returned no response"}
_WORKER_ERROR = (
    '_real_stdout.write(json.dumps({"status": "error", "error": str(e), '
    '"trace": traceback.format_exc()}) + "\\n")\n        _real_stdout.flush()'
)
_WORKER_TYPED_ERROR = (
    '_real_stdout.write(json.dumps({"status": "ok", "result": {"' + _ERROR_MARK + '": {'
    '"errorMessage": str(e), "errorType": type(e).__name__, '
    '"requestId": _ms_ctx.get("request_id", ""), '
    '"stackTrace": traceback.format_tb(e.__traceback__)}}}) + "\\n")\n'
    "            traceback.print_exc()\n        sys.stderr.flush()\n        _real_stdout.flush()"
)


def typed_errors() -> None:
    """Report a handler's exception under its own name, and keep the worker warm.

    Every error arrived as ``Runtime.HandlerError``, so that no Catch or Retry that
    names an error ever matched, and the worker was killed for it. So did the end of a
    worker that was killed: AWS calls that ``Runtime.ExitError``.
    """
    guard = PatchGuard("typed_errors")
    lambda_runtime._PYTHON_WORKER_SCRIPT = guard.replaced(
        lambda_runtime._PYTHON_WORKER_SCRIPT, _WORKER_ERROR, _WORKER_TYPED_ERROR
    )
    lambda_runtime._PYTHON_WORKER_SCRIPT = guard.replaced(
        lambda_runtime._PYTHON_WORKER_SCRIPT, _INIT_ERROR, _INIT_TRACED_ERROR
    )
    original = lambda_svc._execute_function_warm
    guard.signature(original, "func", "event", "request_id")

    def execute_function_warm(func: dict[str, Any], event: object, request_id: str) -> dict[str, Any]:
        outcome: dict[str, Any] = original(func, event, request_id)
        body = outcome.get("body")
        if isinstance(body, dict) and _ERROR_MARK in body:
            return {"body": body[_ERROR_MARK], "error": True, "log": outcome.get("log", "")}
        message = str(body.get("errorMessage", "")) if isinstance(body, dict) else ""
        if outcome.get("error") and message in _WORKER_LOST:
            lost = {"errorType": "Runtime.ExitError", "errorMessage": "Runtime exited without an answer."}
            return {**outcome, "body": lost}
        if outcome.get("error") and message.startswith(_INIT_FAILED):
            first, _, trace = message.removeprefix(_INIT_FAILED).partition("\n")
            imported = first.startswith(("ModuleNotFoundError", "ImportError"))
            kind = "Runtime.ImportModuleError" if imported else "Runtime.UserCodeError"
            return {"body": {"errorType": kind, "errorMessage": first}, "error": True, "log": trace}
        return outcome

    lambda_svc._execute_function_warm = execute_function_warm


def written_logs(path: Path) -> None:
    """Append the log lines of functions to a file as well; the emulated CloudWatch Logs are in memory only.

    Args:
        path: The file, one for all functions.
    """
    guard = PatchGuard("written_logs")
    original = lambda_svc._execute_function_warm
    guard.signature(original, "func", "event", "request_id")
    lock = threading.Lock()

    def execute_function_warm(func: dict[str, Any], event: object, request_id: str) -> dict[str, Any]:
        outcome: dict[str, Any] = original(func, event, request_id)
        lines = str(outcome.get("log") or "").splitlines()
        if lines:
            name = (func.get("config") or func).get("FunctionName", "?")
            # A full disk must not fail the call whose words it does not take.
            with suppress(OSError), lock, path.open("a", encoding="utf-8") as file:
                file.writelines(f"{name} {request_id[:8]} {line}\n" for line in lines)
        return outcome

    lambda_svc._execute_function_warm = execute_function_warm


_KEPT_STREAMS = 20
"""Calls of a function whose log lines stay in memory; the file has them all."""


def bounded_logs() -> None:
    """Keep the log lines of a function's last calls in memory, not those of all: each took some 17 kB."""
    guard = PatchGuard("bounded_logs")
    original = lambda_svc._emit_lambda_logs
    guard.signature(original, "func", "request_id", "log_text", "error", "duration_ms", "log_source")
    guard.require(holds=hasattr(cloudwatch_logs, "_log_groups"), detail="logs are kept elsewhere")

    def emit_lambda_logs(func: dict[str, Any], *call: object, **options: object) -> None:
        original(func, *call, **options)
        config = func.get("config") or func
        name = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config['FunctionName']}"
        streams = (cloudwatch_logs._log_groups.get(name) or {}).get("streams", {})
        for oldest in list(streams)[:-_KEPT_STREAMS]:
            streams.pop(oldest, None)

    lambda_svc._emit_lambda_logs = emit_lambda_logs


def unguessable_credentials(secret: str) -> None:
    """Derive each function's temporary key from a secret, not from its public ARN.

    Any local program that knew a function's name could compute its key. Deriving
    keeps presigned URLs valid over a restart, as a random key would not.

    Args:
        secret: Known to the launcher and the server only.
    """
    guard = PatchGuard("unguessable_credentials")
    original = lambda_runtime.execution_credentials
    guard.signature(original, "config")
    guard.signature(sts.register_session, "access_key", "session")

    def execution_credentials(config: dict[str, Any]) -> dict[str, str]:
        named = original(config)
        session = sts._sessions.pop(named["AWS_ACCESS_KEY_ID"])
        derived = _credentials(secret, f"{config.get('FunctionArn', '')}:{config.get('Role', '')}")
        session.update(
            SecretAccessKey=derived["AWS_SECRET_ACCESS_KEY"], SessionToken=derived["AWS_SESSION_TOKEN"]
        )
        sts.register_session(derived["AWS_ACCESS_KEY_ID"], session)
        return derived

    lambda_runtime.execution_credentials = execution_credentials
    guard.require(
        holds=getattr(lambda_svc, "execution_credentials", original) is original,
        detail="lambda_svc has other credentials",
    )
    lambda_svc.execution_credentials = execution_credentials


def _credentials(secret: str, identity: str) -> dict[str, str]:
    """Derive a temporary key for one function and role."""

    def part(purpose: str) -> str:
        return hmac.new(secret.encode(), f"{purpose}:{identity}".encode(), hashlib.sha256).hexdigest()

    return {
        "AWS_ACCESS_KEY_ID": f"ASIA{part('key')[:16].upper()}",
        "AWS_SECRET_ACCESS_KEY": part("secret"),
        "AWS_SESSION_TOKEN": part("token"),
    }


def brisk_polling() -> None:
    """Check five times a second, not once, for queue messages whose delay has passed.

    A new message wakes the poller at once; a delayed one does not, and waited up to
    a second longer than asked for.
    """
    guard = PatchGuard("brisk_polling")
    guard.rewrite(
        lambda_svc,
        "_poll_loop",
        [("_esm_wake.wait(1 if _esms.has_any() else 5)", "_esm_wake.wait(0.2 if _esms.has_any() else 5)")],
    )
