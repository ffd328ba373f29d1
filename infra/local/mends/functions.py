"""Mends of the emulated Lambda: errors, layers, workers, credentials."""

# ruff: noqa: SLF001, ANN401 - patches ministack's untyped insides; every patch asserts its anchor first

import contextlib
import hashlib
import hmac
import os
import shutil
import signal
import subprocess
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc, sts

from infra.local.mends.anchors import Anchors

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
    """Let a handler's exception arrive under its own name, and keep the worker warm.

    Every error arrived as ``Runtime.HandlerError``, so that no Catch or Retry that
    names an error ever matched, and the worker was killed for it. So did the end of a
    worker that was killed: AWS calls that ``Runtime.ExitError``.
    """
    anchors = Anchors("typed_errors")
    lambda_runtime._PYTHON_WORKER_SCRIPT = anchors.replaced(
        lambda_runtime._PYTHON_WORKER_SCRIPT, _WORKER_ERROR, _WORKER_TYPED_ERROR
    )
    lambda_runtime._PYTHON_WORKER_SCRIPT = anchors.replaced(
        lambda_runtime._PYTHON_WORKER_SCRIPT, _INIT_ERROR, _INIT_TRACED_ERROR
    )
    original = lambda_svc._execute_function_warm
    anchors.signature(original, "func", "event", "request_id")

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
    """Also append to a file what functions write; CloudWatch Logs here live in memory only.

    Args:
        path: The file, one for all functions.
    """
    anchors = Anchors("written_logs")
    original = lambda_svc._execute_function_warm
    anchors.signature(original, "func", "event", "request_id")
    lock = threading.Lock()

    def execute_function_warm(func: dict[str, Any], event: object, request_id: str) -> dict[str, Any]:
        outcome: dict[str, Any] = original(func, event, request_id)
        lines = str(outcome.get("log") or "").splitlines()
        if lines:
            name = (func.get("config") or func).get("FunctionName", "?")
            with lock, path.open("a", encoding="utf-8") as file:
                file.writelines(f"{name} {request_id[:8]} {line}\n" for line in lines)
        return outcome

    lambda_svc._execute_function_warm = execute_function_warm


def layers(code_directory: Path) -> None:
    """Unpack code once by content with its exec bits, and put each layer's ``bin`` on PATH.

    Layers lost the exec bit, nothing stood for ``/opt``, and every worker unpacked
    its own copy (about 100 MB with ffmpeg), without bytecode caches.

    Args:
        code_directory: Where unpacked archives are kept.
    """
    anchors = Anchors("layers")
    lambda_runtime._PYTHON_WORKER_SCRIPT = anchors.replaced(
        lambda_runtime._PYTHON_WORKER_SCRIPT,
        '        _py = os.path.join(_ld, "python")\n',
        '        for _var, _sub in (("PATH", "bin"), ("LD_LIBRARY_PATH", "lib")):\n'
        "            if os.path.isdir(os.path.join(_ld, _sub)):\n"
        "                os.environ[_var] = os.pathsep.join(filter(None, (\n"
        '                    os.path.join(_ld, _sub), os.environ.get(_var, ""))))\n'
        '        _py = os.path.join(_ld, "python")\n',
    )
    anchors.require(holds=lambda_runtime.zipfile is zipfile, detail="lambda_runtime does not use zipfile")
    lock = threading.Lock()

    class OnceUnpacked(zipfile.ZipFile):
        """An archive whose ``extractall`` links to one shared unpacked copy."""

        def extractall(self, path: Any = None, *_: Any, **__: Any) -> None:
            target = Path(path)
            kept = code_directory / _fingerprint(self)
            with lock:
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
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    for entry in archive.infolist():
        unpacked = Path(zipfile.ZipFile.extract(archive, entry, partial))
        mode = entry.external_attr >> 16 & 0o777
        if mode and unpacked.is_file():
            unpacked.chmod(mode | 0o400)
    partial.rename(target)


def quick_logs() -> None:
    """Wait 3 ms instead of 50 ms for the log lines of a handler that wrote none.

    The wait was paid on every invocation. Lines are flushed before the answer, so
    they are nearly always there already; a late line is reported by the next one.
    """
    anchors = Anchors("quick_logs")
    drain = lambda_runtime.Worker._drain_stderr_bounded
    waits = getattr(drain, "__defaults__", None)
    anchors.require(holds=waits == (0.050, 0.005, 0.250), detail=f"it waits {waits}")
    drain.__defaults__ = (0.003, 0.002, 0.250)


def mortal_workers() -> None:
    """Let no worker outlive the server, nor a worker's child outlive its time limit.

    A killed server left its workers behind, and a timed-out worker left its ffmpeg.
    Each worker leads a process group; a thread in it waits on a pipe whose other end
    only the server holds, and kills the group at its end, however the server died.
    Children of a handler also inherited the pipes on which worker and server talk.
    """
    anchors = Anchors("mortal_workers")
    anchors.require(
        holds=lambda_runtime.subprocess is subprocess, detail="lambda_runtime does not use subprocess"
    )
    life, held_open = os.pipe()
    os.set_inheritable(held_open, False)  # noqa: FBT003 - the standard library's signature
    lambda_runtime._PYTHON_WORKER_SCRIPT = anchors.replaced(
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
    anchors.signature(lambda_runtime._signal, "proc")

    def end(proc: subprocess.Popen[str] | None) -> None:
        """Kill the worker's whole group; a Lambda sandbox gets no grace either."""
        if proc is not None and proc.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(proc.pid, signal.SIGKILL)

    lambda_runtime._signal = end


def own_environment(hidden: frozenset[str]) -> None:
    """Start functions without the server's own settings.

    ministack hands its whole environment down: its ``LOG_LEVEL`` silenced the
    functions' loggers. A function's own variable of that name still reaches it, since
    the worker sets those itself.

    Args:
        hidden: Names that the server was given and no function needs.
    """
    anchors = Anchors("own_environment")
    anchors.require(
        holds="os.environ.update(env)" in lambda_runtime._PYTHON_WORKER_SCRIPT,
        detail="the worker no longer sets the function's variables itself",
    )
    start = lambda_runtime.subprocess.Popen

    def popen(*arguments: Any, env: dict[str, str], **options: Any) -> subprocess.Popen[str]:
        kept = {name: value for name, value in env.items() if name not in hidden}
        started: subprocess.Popen[str] = start(*arguments, env=kept, **options)
        return started

    lambda_runtime.subprocess.Popen = popen


def unguessable_credentials(secret: str) -> None:
    """Derive each function's temporary key from a secret, not from its public ARN.

    Any local program that knew a function's name could compute its key. Deriving
    keeps presigned URLs valid over a restart, as a random key would not.

    Args:
        secret: Known to the launcher and the server only.
    """
    anchors = Anchors("unguessable_credentials")
    original = lambda_runtime.execution_credentials
    anchors.signature(original, "config")
    anchors.signature(sts.register_session, "access_key", "session")

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
    anchors.require(
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
    """Look five times a second, not once, for queue messages whose delay has passed.

    A new message wakes the poller at once; a delayed one does not, and waited up to
    a second longer than asked for.
    """
    anchors = Anchors("brisk_polling")
    anchors.rewrite(
        lambda_svc,
        "_poll_loop",
        [("_esm_wake.wait(1 if _esms.has_any() else 5)", "_esm_wake.wait(0.2 if _esms.has_any() else 5)")],
    )
