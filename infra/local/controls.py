"""What the launcher asks the server about itself, by ``/_local/...``."""

import os
import time
from datetime import timedelta
from typing import Any

from infra.local.clock import CLOCK_PATH, write_clock
from infra.local.directory import DataDirectory
from infra.local.keeper import Keeper
from infra.local.lifecycle import Lifecycle
from infra.local.quiet import Quiet
from infra.local.warm import is_warming, warm_in_background, worker_processes


class Controls:
    """Answers the launcher.

    Args:
        keeper: Keeps the state.
        quiet: Knows what is under way.
        directory: Where the data lies.
        unclean: Whether the server before this one was killed.
    """

    def __init__(self, keeper: Keeper, quiet: Quiet, directory: DataDirectory, *, unclean: bool) -> None:
        self._keeper = keeper
        self._quiet = quiet
        self._directory = directory
        self._unclean = unclean
        self._lifecycle = Lifecycle(directory)
        self._began = time.time()

    async def __call__(self, method: str, path: str) -> dict[str, Any] | None:
        """Answer a request; None for what there is not, and for everything until the data is loaded."""
        if not self._keeper.has_loaded:
            return None
        if method == "PUT" and path.startswith(CLOCK_PATH):
            return self._moved_clock(path.removeprefix(CLOCK_PATH))
        match method, path:
            case "POST", "/_local/snapshot":
                await self._keeper.save()
                answer: dict[str, Any] | None = {"saved": True}
            case "POST", "/_local/warm":
                answer = {"functions": warm_in_background()}
            case "GET", "/_local/workers":
                answer = dict(worker_processes())
            case "GET", "/_local/work":
                answer = {"functions": self._quiet.functions, "executions": self._quiet.executions()}
            case "GET", "/_local/status":
                answer = self._status()
            case _:
                answer = None
        return answer

    def _moved_clock(self, seconds: str) -> dict[str, Any]:
        ahead = timedelta(seconds=int(seconds))
        moved = self._quiet.between(lambda: write_clock(self._directory.clock, ahead))
        if moved:
            self._lifecycle.run()
        return {"moved": moved, "functions": self._quiet.functions, "executions": self._quiet.executions()}

    def _status(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "started_at": self._began,
            "unclean": self._unclean,
            "interrupted": self._keeper.interrupted,
            "warming": is_warming(),
        }
