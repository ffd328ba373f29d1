"""Patches of the emulated Lambda's workers: what they are started from, and how they live and end."""

# ruff: noqa: SLF001, ANN401 - patches ministack's untyped insides; every patch asserts its anchor first

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from infra.local.environment import IDLE_S
from infra.local.fork_server import ForkedProcess, ForkServer
from infra.local.patches.guard import PatchGuard

IN_THE_RUNTIME = ("boto3", "botocore.handlers")
"""What Lambda has, and the worker's own script loads."""

OF_RETAKE = (
    "aws_lambda_powertools.event_handler.openapi.params",
    "aws_lambda_powertools.utilities.batch",
    "aws_lambda_powertools.utilities.parser.models",
    "aws_xray_sdk.core",
    "retake.domain.*",
    "retake.contracts.*",
    "retake.ports.*",
    "retake.services.*",
    "retake.adapters.*",
    "retake.bootstrap",
)
"""What workers share once it is loaded: no module that reads the function's environment while it is.

``retake.observability`` does, and so do the handlers, which import it.
"""


_UNUSED_S = 30 * 24 * 3600
"""Unpacked code that no worker started from for this long is deleted."""


def layers(code_directory: Path) -> None:
    """Unpack code once by content with its exec bits, and put each layer's ``bin`` on PATH.

    Layers lost the exec bit, nothing stood for ``/opt``, and every worker unpacked
    its own copy (about 100 MB with ffmpeg), without bytecode caches.

    Args:
        code_directory: Where unpacked archives are kept; other servers may use it as well.
    """
    code_directory.mkdir(parents=True, exist_ok=True)
    for unused in code_directory.iterdir():
        with contextlib.suppress(FileNotFoundError):  # another server has just given it its name
            if time.time() - unused.stat().st_mtime > _UNUSED_S:
                shutil.rmtree(unused, ignore_errors=True)
    guard = PatchGuard("layers")
    lambda_runtime._PYTHON_WORKER_SCRIPT = guard.replaced(
        lambda_runtime._PYTHON_WORKER_SCRIPT,
        '        _py = os.path.join(_ld, "python")\n',
        '        for _var, _sub in (("PATH", "bin"), ("LD_LIBRARY_PATH", "lib")):\n'
        "            if os.path.isdir(os.path.join(_ld, _sub)):\n"
        "                os.environ[_var] = os.pathsep.join(filter(None, (\n"
        '                    os.path.join(_ld, _sub), os.environ.get(_var, ""))))\n'
        '        _py = os.path.join(_ld, "python")\n',
    )
    guard.require(holds=lambda_runtime.zipfile is zipfile, detail="lambda_runtime does not use zipfile")

    class OnceUnpacked(zipfile.ZipFile):
        """An archive whose ``extractall`` links to one shared unpacked copy."""

        def namelist(self) -> list[str]:
            """Name nothing of what is unpacked already.

            To see whether a name leaves the directory, ministack resolves each on disk three times:
            half of what a worker's start took.
            """
            return [] if (code_directory / _fingerprint(self)).exists() else super().namelist()

        def extractall(self, path: Any = None, *_: Any, **__: Any) -> None:
            target = Path(path)
            kept = code_directory / _fingerprint(self)
            if not kept.exists():
                _unpack(self, kept)
            os.utime(kept)
            target.rmdir()
            target.symlink_to(kept, target_is_directory=True)
            if isinstance(self.filename, str):
                Path(self.filename).unlink()

    lambda_runtime.zipfile = SimpleNamespace(
        ZipFile=OnceUnpacked, BadZipFile=zipfile.BadZipFile, LargeFileError=zipfile.LargeZipFile
    )


def _fingerprint(archive: zipfile.ZipFile) -> str:
    """Name an archive's content by its directory: names, checksums, sizes and modes."""
    digest = hashlib.sha256()
    for entry in archive.infolist():
        digest.update(f"{entry.filename}\0{entry.CRC}\0{entry.file_size}\0{entry.external_attr}\n".encode())
    return digest.hexdigest()[:32]


def _unpack(archive: zipfile.ZipFile, target: Path) -> None:
    """Unpack with modes, beside ``target`` first, so that no half-unpacked copy is ever used."""
    partial = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    for entry in archive.infolist():
        unpacked = Path(zipfile.ZipFile.extract(archive, entry, partial))
        mode = entry.external_attr >> 16 & 0o777
        if mode and unpacked.is_file():
            unpacked.chmod(mode | 0o400)
    try:
        partial.rename(target)
    except OSError:  # another worker was faster
        shutil.rmtree(partial)
        if not target.exists():
            raise


def quick_logs() -> None:
    """Wait 3 ms instead of 50 ms for the log lines of a handler that wrote none.

    The wait was paid on every invocation. Lines are flushed before the answer, so
    they are nearly always there already; a late line is reported by the next one.
    """
    guard = PatchGuard("quick_logs")
    drain = lambda_runtime.Worker._drain_stderr_bounded
    waits = getattr(drain, "__defaults__", None)
    guard.require(holds=waits == (0.050, 0.005, 0.250), detail=f"it waits {waits}")
    drain.__defaults__ = (0.003, 0.002, 0.250)


def mortal_workers() -> int:
    """End workers with the server, and a worker's children with its time limit.

    A killed server left its workers behind, and a timed-out worker left its ffmpeg.
    Each worker leads a process group; a thread in it waits on a pipe whose other end
    only the server holds, and kills the group at its end, however the server died.
    Children of a handler also inherited the pipes on which worker and server talk.

    Returns:
        The end of the pipe that each worker reads, which it inherits under this number.
    """
    guard = PatchGuard("mortal_workers")
    guard.require(
        holds=lambda_runtime.subprocess is subprocess, detail="lambda_runtime does not use subprocess"
    )
    life, held_open = os.pipe()
    os.set_inheritable(held_open, False)  # noqa: FBT003 - the standard library's signature
    lambda_runtime._PYTHON_WORKER_SCRIPT = guard.replaced(
        lambda_runtime._PYTHON_WORKER_SCRIPT,
        "    _real_stdout = sys.stdout\n    sys.stdout = sys.stderr\n",
        "    import signal, threading\n"
        f"    def _ms_die_with_the_server():\n        os.read({life}, 1)\n"
        "        os.killpg(os.getpgrp(), signal.SIGKILL)\n"
        "    threading.Thread(target=_ms_die_with_the_server, daemon=True).start()\n"
        "    sys.stdin = os.fdopen(os.dup(0))\n"
        '    _real_stdout = os.fdopen(os.dup(1), "w")\n'
        "    _ms_nothing = os.open(os.devnull, os.O_RDONLY)\n"
        "    os.dup2(_ms_nothing, 0)\n    os.close(_ms_nothing)\n    os.dup2(2, 1)\n"
        "    sys.stdout = sys.stderr\n",
    )

    def popen(*arguments: Any, **options: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - ministack's call with two more options
            *arguments, **options, start_new_session=True, pass_fds=(life,)
        )

    lambda_runtime.subprocess = SimpleNamespace(
        Popen=popen, PIPE=subprocess.PIPE, DEVNULL=subprocess.DEVNULL, STDOUT=subprocess.STDOUT
    )
    guard.signature(lambda_runtime._signal, "proc")

    def end(proc: subprocess.Popen[str] | None) -> None:
        """Kill the worker's whole group; a Lambda sandbox gets no grace either."""
        if proc is not None and proc.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(proc.pid, signal.SIGKILL)

    lambda_runtime._signal = end
    return life


def forked_workers(life: int) -> None:
    """Start Python workers as forks of a process that has loaded what their code and layers share.

    A start took half a second of a processor, and a fresh stack pays it for some forty functions.

    Args:
        life: The descriptor that ends each worker with the server.
    """
    guard = PatchGuard("forked_workers")
    start = lambda_runtime.subprocess.Popen
    guard.require(
        holds=lambda_runtime._detect_runtime_binary("python3.13")[0] == sys.executable,
        detail="Python functions run on another interpreter",
    )
    guard.require(
        holds='os.environ.get("_LAMBDA_LAYERS_DIRS"' in lambda_runtime._PYTHON_WORKER_SCRIPT,
        detail="layers are passed in another way",
    )
    servers: dict[tuple[str, ...], ForkServer] = {}
    lock = threading.Lock()

    def popen(
        arguments: list[str], *, cwd: str, env: dict[str, str], **options: Any
    ) -> subprocess.Popen[str] | ForkedProcess:
        program, script = arguments
        if program != sys.executable:
            started: subprocess.Popen[str] = start(arguments, cwd=cwd, env=env, **options)
            return started
        search_path = (*_packages(env), os.path.realpath(cwd))
        modules = IN_THE_RUNTIME + (OF_RETAKE if Path(cwd, "retake").is_dir() else ())
        with lock:
            server = servers.get(search_path)
            if server is None or not server.is_alive:
                server = ForkServer(search_path, modules, environment=env, inherited=(life,))
                servers[search_path] = server
        name = env.get("AWS_LAMBDA_FUNCTION_NAME", "function")
        return server.start(script, name=name, cwd=cwd, environment=env)

    lambda_runtime.subprocess.Popen = popen


def _packages(environment: dict[str, str]) -> list[str]:
    """Return where a function's layers hold packages, the last layer first, as its worker looks."""
    layers = filter(None, environment.get("_LAMBDA_LAYERS_DIRS", "").split(os.pathsep))
    return [os.path.realpath(path) for layer in layers if (path := Path(layer, "python")).is_dir()][::-1]


def own_environment(hidden: frozenset[str]) -> None:
    """Start functions without the server's own settings.

    ministack hands its whole environment down: its ``LOG_LEVEL`` silenced the
    functions' loggers. A function's own variable of that name still reaches it, since
    the worker sets those itself.

    Args:
        hidden: Names that the server was given and no function needs.
    """
    guard = PatchGuard("own_environment")
    guard.require(
        holds="os.environ.update(env)" in lambda_runtime._PYTHON_WORKER_SCRIPT,
        detail="the worker no longer sets the function's variables itself",
    )
    start = lambda_runtime.subprocess.Popen

    def popen(*arguments: Any, env: dict[str, str], **options: Any) -> subprocess.Popen[str]:
        kept = {name: value for name, value in env.items() if name not in hidden}
        started: subprocess.Popen[str] = start(*arguments, env=kept, **options)
        return started

    lambda_runtime.subprocess.Popen = popen


_KEPT_FIRST = "if worker.in_use or idle < ttl or (i == 0 and not snapstart_version):"
_KEPT_NONE = "if worker.in_use or idle < ttl:"


def idle_workers() -> None:
    """End every worker that was idle for a minute.

    One of each function stayed for ever, and the others for five minutes: forty processes for nothing.
    """
    guard = PatchGuard("idle_workers")
    guard.require(
        holds=lambda_svc.reap_idle_workers is lambda_runtime.reap_idle_workers,
        detail="workers are ended by something else",
    )
    guard.require(holds=hasattr(lambda_runtime, "_LOCAL_WORKER_TTL"), detail="workers live for another time")
    lambda_runtime._LOCAL_WORKER_TTL = IDLE_S
    guard.rewrite(lambda_runtime, "reap_idle_workers", [(_KEPT_FIRST, _KEPT_NONE)])
    lambda_svc.reap_idle_workers = lambda_runtime.reap_idle_workers
