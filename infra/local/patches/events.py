"""Patches of the emulated EventBridge."""

# ruff: noqa: SLF001 - patches ministack's untyped insides; every patch asserts its anchor first

from typing import Any

from ministack.services import eventbridge

from infra.local.patches.guard import PatchGuard

_KEPT_EVENTS = 100


def bounded_events() -> None:
    """Keep the last events of the bus, not all of them: nothing reads them, and each holds its payload."""
    original = eventbridge._events_log_list
    PatchGuard("bounded_events").signature(original)

    def events_log_list() -> list[Any]:
        entries: list[Any] = original()
        del entries[:-_KEPT_EVENTS]
        return entries

    eventbridge._events_log_list = events_log_list
