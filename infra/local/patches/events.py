"""Patches of the emulated EventBridge: calls that fail are repeated, and few events are kept."""

# ruff: noqa: SLF001 - patches ministack's untyped insides; every patch asserts its anchor first

from typing import Any

from ministack.services import eventbridge

from infra.local.patches.guard import PatchGuard

_KEPT_EVENTS = 100

_CALLED_ONCE = """    threading.Thread(
        target=lambda_svc._execute_function_with_config_scope, args=(exec_record, event), daemon=True
    ).start()
"""


def repeated_calls() -> None:
    """Hand the calls of EventBridge and its Scheduler to Lambda's queue of calls that no caller waits for.

    A function was called once, whatever its event configuration says: one that failed was neither tried
    again nor kept.
    """
    handed_over = "    lambda_svc.invoke_async_with_retry(exec_record, event)\n"
    PatchGuard("repeated_calls").rewrite(eventbridge, "_dispatch_to_lambda", [(_CALLED_ONCE, handed_over)])


def bounded_events() -> None:
    """Keep the last events of the bus, not all of them: nothing reads them, and each holds its payload."""
    original = eventbridge._events_log_list
    PatchGuard("bounded_events").signature(original)

    def events_log_list() -> list[Any]:
        entries: list[Any] = original()
        del entries[:-_KEPT_EVENTS]
        return entries

    eventbridge._events_log_list = events_log_list
