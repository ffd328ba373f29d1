"""Runs a function at a moment when no Lambda function and no execution runs."""

# ruff: noqa: SLF001 - patches ministack's untyped insides; every patch asserts its anchor first

import threading
from collections.abc import Callable
from typing import Any

from ministack.services import lambda_svc, stepfunctions

from infra.local.patches.guard import PatchGuard


class IdleGate:
    """Counts the functions that run, and looks at the executions.

    The clock may move only then. A function at work holds times it took before: a take it has
    written but not recorded would look like one that was forgotten days ago, and be deleted under
    its hands. An execution has deadlines that cross its functions: a clip whose provider is at work
    would look as if that had taken days, and be ended.
    """

    def __init__(self) -> None:
        """Count nothing yet."""
        self._changing = threading.Lock()
        self.functions = 0

    def install(self) -> None:
        """Count every call of a function from now on."""
        original = lambda_svc._execute_function_warm
        PatchGuard("quiet").signature(original, "func", "event", "request_id")

        def execute_function_warm(func: dict[str, Any], event: object, request_id: str) -> dict[str, Any]:
            with self._changing:
                self.functions += 1
            try:
                outcome: dict[str, Any] = original(func, event, request_id)
            finally:
                with self._changing:
                    self.functions -= 1
            return outcome

        lambda_svc._execute_function_warm = execute_function_warm

    def executions(self) -> int:
        """Return how many executions are running."""
        found = list(stepfunctions._executions._data.values())
        return sum(execution["status"] == "RUNNING" for execution in found)

    def between(self, act: Callable[[], None]) -> bool:
        """Run a function if nothing is under way; no Lambda function starts meanwhile.

        Args:
            act: What to do. It must be quick.

        Returns:
            Whether it was done.
        """
        with self._changing:
            is_quiet = self.functions == 0 and self.executions() == 0
            if is_quiet:
                act()
        return is_quiet
