"""Lists the functions' workers, and starts them before they are first called."""

# ruff: noqa: SLF001 - ministack offers no other way to its workers

import logging
import threading

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

logger = logging.getLogger(__name__)

_THREAD = "warm"


def worker_processes() -> dict[str, list[int]]:
    """Return the process ids of each function's workers that run, by the function's name."""
    found: dict[str, list[int]] = {}
    with lambda_runtime._lock:
        for workers in lambda_runtime._workers.values():
            for worker in workers:
                if (process := worker._proc) is not None and process.poll() is None:
                    found.setdefault(worker.func_name, []).append(process.pid)
    return found


def is_warming() -> bool:
    """Return whether workers are being started before their first call."""
    return any(thread.name == _THREAD for thread in threading.enumerate())


def warm_in_background() -> int:
    """Start one worker for each function, one after another, beside what else runs.

    Returns:
        How many functions there are.
    """
    records = list(lambda_svc._functions._data.values())
    threading.Thread(target=_warm, args=(records,), daemon=True, name=_THREAD).start()
    return len(records)


def _warm(records: list[dict[str, object]]) -> None:
    for record in records:
        config = record["config"]
        name = config["FunctionName"]  # type: ignore[index]
        worker, _ = lambda_runtime.acquire_worker(name, config, record["code_zip"])
        try:
            lambda_runtime.ensure_spawned(worker)
        except Exception:
            # It will say so again at its first call.
            logger.exception("%s could not be started", name)
        finally:
            lambda_runtime.release_worker(worker)
