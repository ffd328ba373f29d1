"""The server process: ministack with its patches, behind the front, on one loopback port."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import logging
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.environment import ServerSettings, enter_server_environment
from infra.local.errors import LocalCloudError, PortInUseError, UnwritableDataError, unwritable
from infra.local.integrity import require_whole
from infra.local.memory import release_memory

if TYPE_CHECKING:
    from infra.local.directory import DataDirectory
    from infra.local.state_store import StateStore

_LOOPBACK = "127.0.0.1"
# Requests that run at a stop get this long to end, in seconds.
_GRACE_S = 3.0
_LOOK_INTERVAL_S = 0.02
_IDLE_LOOK_S = 10.0
_LIFECYCLE_S = 3600.0


def serve(
    settings: ServerSettings, *, static: Path | None = None, allowed_origins: Sequence[str] = ()
) -> None:
    """Run the server in this process until SIGINT or SIGTERM, then leave nothing behind.

    Does not return: threads that still wait for a task's answer would hold the
    interpreter, so the process ends here once all is saved.

    Args:
        settings: Port, data directory and root key.
        static: The studio's built files, if any.
        allowed_origins: More origins that may use the API.

    Raises:
        PortInUseError: If the port is taken.
        DataDirectoryBusyError: If another server uses the directory.
        IncompatibleDataError: If the directory was written in another format.
        DamagedDataError: If a part of it cannot be read.
        UnwritableDataError: If it cannot be written.
        LocalCloudChangedError: If the installed ministack is not the expected one.
    """
    directory = settings.directory
    with directory.locked(), _listening(settings.port) as listener:
        os.umask(0o077)  # what the emulator and the functions write is the owner's alone
        directory.prepare()
        require_whole(directory)
        directory.clean()
        enter_server_environment(settings)
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s [%(name)s] %(message)s")
        unclean = directory.running.exists()
        directory.write_running(settings.port)
        status = 0
        try:
            asyncio.run(
                _run(settings, listener, unclean=unclean, static=static, allowed_origins=allowed_origins)
            )
        except LocalCloudError as error:
            print(f"error: {error}", file=sys.stderr)
            status = 2
            if not unclean:
                directory.running.unlink()  # nothing was served
        except Exception:
            logging.getLogger(__name__).exception("the local cloud stopped on an error")
            status = 1
        else:
            directory.running.unlink(missing_ok=True)
        shutil.rmtree(directory.temporary, ignore_errors=True)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


@contextlib.contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((_LOOPBACK, port))
            listener.listen(256)
        except PermissionError as exc:
            raise PortInUseError(f"your user may not use port {port}; choose another with --port") from exc
        except OSError as exc:
            raise PortInUseError(
                f"port {port} is in use by another program; stop it, or choose another port with --port"
            ) from exc
        listener.set_inheritable(False)
        yield listener


async def _run(
    settings: ServerSettings,
    listener: socket.socket,
    *,
    unclean: bool,
    static: Path | None,
    allowed_origins: Sequence[str],
) -> None:
    # ministack reads the environment when it is imported: only now.
    from hypercorn.asyncio import serve as serve_asgi  # noqa: PLC0415
    from hypercorn.config import Config  # noqa: PLC0415

    from infra.local.admission import Admission  # noqa: PLC0415
    from infra.local.controls import Controls  # noqa: PLC0415
    from infra.local.gateway import Gateway  # noqa: PLC0415
    from infra.local.idle_gate import IdleGate  # noqa: PLC0415
    from infra.local.patches import objects, uploads  # noqa: PLC0415
    from infra.local.patches.apply import apply_all  # noqa: PLC0415
    from infra.local.patches.permissions import secret_of  # noqa: PLC0415
    from infra.local.state_store import StateStore  # noqa: PLC0415

    apply_all(settings)
    from ministack import app  # noqa: PLC0415
    from ministack.core import lambda_runtime  # noqa: PLC0415

    store = StateStore(settings.directory, interval_s=settings.snapshot_interval_s)
    try:
        store.open()
    except OSError as error:
        raise UnwritableDataError(unwritable(settings.directory.root, error)) from error
    store.install()
    # What was imported and loaded stays: the garbage collector need not look at it at every full collection.
    gc.collect()
    gc.freeze()
    idle_gate = IdleGate()
    idle_gate.install()
    front = Gateway(
        app.app,
        port=settings.port,
        directory=settings.directory,
        static=static,
        allowed_origins=allowed_origins,
        local=Controls(store, idle_gate, settings.directory, unclean=unclean),
        admission=Admission(secret_of=secret_of, is_bucket=objects.is_bucket),
        receive_form=functools.partial(uploads.received_form, directory=settings.directory.temporary),
    )
    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.graceful_timeout = _GRACE_S
    config.shutdown_timeout = _GRACE_S
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    keeping = asyncio.create_task(store.keep())
    watching = asyncio.create_task(_stop_on_failure(store, stop))
    upkeep = asyncio.create_task(_keep_up(store, settings.directory))
    await serve_asgi(front, config, shutdown_trigger=stop.wait)  # type: ignore[arg-type]
    keeping.cancel()
    watching.cancel()
    upkeep.cancel()
    lambda_runtime.reset()
    if store.failure is not None:
        raise LocalCloudError(f"the data could not be read: {store.failure}") from store.failure
    store.save_now()


async def _stop_on_failure(store: StateStore, stop: asyncio.Event) -> None:
    """Stop the server if its data could not be loaded; hypercorn would go on without."""
    while not store.has_loaded:
        if store.failure is not None:
            stop.set()
            return
        await asyncio.sleep(_LOOK_INTERVAL_S)


async def _keep_up(store: StateStore, directory: DataDirectory) -> None:
    """End workers that are idle, and delete objects that have expired, for as long as the server runs."""
    from ministack.core import lambda_runtime  # noqa: PLC0415 - as above

    from infra.local.lifecycle import Lifecycle  # noqa: PLC0415 - as above

    lifecycle, due = Lifecycle(directory), 0.0
    while True:
        await asyncio.sleep(_IDLE_LOOK_S)
        await asyncio.to_thread(lambda_runtime.reap_idle_workers)
        await asyncio.to_thread(release_memory)
        if store.has_loaded and time.monotonic() > due:
            lifecycle.run()
            due = time.monotonic() + _LIFECYCLE_S
