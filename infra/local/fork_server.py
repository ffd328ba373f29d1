"""A server that forks Python processes with their modules loaded already.

A worker of a function loads some 700 modules, half a second of a processor, and a stack has some
forty functions. One process loads them once; each worker is a fork of it and loads what is its own.
"""

# ruff: noqa: TID251 - gives a process its environment, and reads none

import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import NoReturn

_MESSAGE_BYTES = 1 << 18
_PIPES = 3


class ForkServerError(RuntimeError):
    """The process that forks is gone."""


class ForkedProcess:
    """A child of the fork server, with what ``subprocess.Popen`` offers and its users here need.

    Attributes:
        pid: Its process, which leads a group of its own.
        stdin: Writes lines to it.
        stdout: Reads lines from it.
        stderr: Reads lines from it.
    """

    def __init__(self, pid: int, pidfd: int, pipes: Sequence[int]) -> None:
        self.pid = pid
        self._pidfd = pidfd
        self.stdin = os.fdopen(pipes[0], "w", buffering=1)
        self.stdout = os.fdopen(pipes[1], buffering=1)
        self.stderr = os.fdopen(pipes[2], buffering=1)

    def __del__(self) -> None:
        os.close(self._pidfd)

    def close(self) -> None:
        """Close its pipes, which ends a process that reads from them."""
        for pipe in (self.stdin, self.stdout, self.stderr):
            with suppress(BrokenPipeError):
                pipe.close()

    def poll(self) -> int | None:
        """Return None while it runs, then 0: only its parent learns how it ended."""
        return 0 if self._has_ended(0.0) else None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end, for so many seconds at most.

        Raises:
            subprocess.TimeoutExpired: If it still runs.
        """
        if not self._has_ended(timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        return 0

    def terminate(self) -> None:
        """Ask it to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._signal(signal.SIGKILL)

    def _has_ended(self, timeout_s: float | None) -> bool:
        # Not select(), which takes no descriptor from 1024 on.
        end = select.poll()
        end.register(self._pidfd, select.POLLIN)
        return bool(end.poll(None if timeout_s is None else timeout_s * 1000))

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, number)


class ForkServer:
    """One process that has loaded modules, and forks.

    It ends when the process that started it does, however that ends.

    Args:
        search_path: Where modules are looked for first.
        modules: What to load: modules, or with ``.*`` a package with all below it. What cannot be
            loaded is left to its first use, which will say why.
        environment: Of the process; a module that reads it when loaded must not be among ``modules``.
        inherited: File descriptors that every process gets, under the same numbers.
    """

    def __init__(
        self,
        search_path: Sequence[str],
        modules: Sequence[str],
        *,
        environment: Mapping[str, str],
        inherited: Sequence[int] = (),
    ) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "infra.local.fork_server", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=(theirs.fileno(), *inherited),
                env=dict(environment),
            )
        self._socket = ours
        self._lock = threading.Lock()
        ours.send(json.dumps([list(search_path), list(modules)]).encode())

    @property
    def pid(self) -> int:
        """The process that forks."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it still forks."""
        return self._process.poll() is None

    def start(self, script: str, *, name: str, cwd: str, environment: Mapping[str, str]) -> ForkedProcess:
        """Run a script in a fork, in a directory and with an environment of its own.

        Args:
            script: The file to run.
            name: What ``ps`` and ``top`` call the process; its first 15 bytes.
            cwd: Where it runs.
            environment: All of it.

        Raises:
            ForkServerError: If the process that forks is gone.
        """
        (stdin, to_child), (from_child, stdout), (from_stderr, stderr) = (os.pipe() for _ in range(_PIPES))
        kept = [to_child, from_child, from_stderr]
        try:
            pid, pidfd = self._forked([script, name, cwd, dict(environment)], [stdin, stdout, stderr])
        except (OSError, ValueError) as error:
            for end in kept:
                os.close(end)
            raise ForkServerError(f"no process could be forked for {script}: {error}") from error
        finally:
            for end in (stdin, stdout, stderr):
                os.close(end)
        return ForkedProcess(pid, pidfd, kept)

    def close(self) -> None:
        """End the process that forks; what it has forked goes on."""
        self._socket.close()
        self._process.wait()

    def _forked(self, what: object, pipes: list[int]) -> tuple[int, int]:
        with self._lock:
            socket.send_fds(self._socket, [json.dumps(what).encode()], pipes)
            answer, fds, *_ = socket.recv_fds(self._socket, _MESSAGE_BYTES, 1)
        return int(answer), fds[0]


def main() -> None:
    """Run the process that forks, until the other end of the socket is closed."""
    requests = socket.socket(fileno=int(sys.argv[1]))
    requests.set_inheritable(False)
    message = requests.recv(_MESSAGE_BYTES)
    if not message:
        return
    search_path, modules = json.loads(message)
    # As the script of a worker puts them; what it inserts again is found loaded.
    sys.path[0:1] = search_path
    _load(modules)
    # Nothing waits for the forks: the kernel may forget them as they end.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # What is loaded stays: no collection needs to look through it, which would also copy its pages.
    gc.collect()
    gc.freeze()
    while True:
        message, pipes, *_ = socket.recv_fds(requests, _MESSAGE_BYTES, _PIPES)
        if not message:
            return
        if os.fork() == 0:
            _become(requests, pipes, *json.loads(message))
        for pipe in pipes:
            os.close(pipe)


def _load(modules: Iterable[str]) -> None:
    for name in modules:
        with suppress(Exception):
            package = importlib.import_module(name.removesuffix(".*"))
            if name.endswith(".*"):
                _load(found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."))


def _become(  # noqa: PLR0917 - what the process is made of, sent as one list
    requests: socket.socket,
    pipes: Sequence[int],
    script: str,
    name: str,
    cwd: str,
    environment: dict[str, str],
) -> NoReturn:
    """Be a worker, in the fork: as the interpreter would be that was started with the script."""
    status = 1
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number, pipe in enumerate(pipes):
            os.dup2(pipe, number)
            os.close(pipe)
        with suppress(OSError), open("/proc/self/comm", "w") as own_name:  # noqa: PTH123 - as below
            own_name.write(name)
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(environment)
        own = os.pidfd_open(os.getpid())
        # Last: who knows the process may send it a signal, and count on what is set above.
        socket.send_fds(requests, [str(os.getpid()).encode()], [own])
        os.close(own)
        requests.close()
        sys.argv = [script]
        sys.path.insert(0, os.path.dirname(script))  # noqa: PTH120 - pathlib is not loaded for it
        runpy.run_path(script, run_name="__main__")
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - the end of the process; nothing is above
        sys.excepthook(*sys.exc_info())
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        # Threads and handlers of the process that forked are not this one's to end.
        os._exit(status)


if __name__ == "__main__":
    main()
