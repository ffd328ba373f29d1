"""Start, stop and reach a local cloud that runs as its own process."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from infra.local.clients import LocalClients
from infra.local.directory import DataDirectory, privately, reset
from infra.local.environment import REGION, inherited
from infra.local.errors import LocalCloudError, StartError

_START_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 15.0
_LOOK_INTERVAL_S = 0.02


class LocalCloud:
    """A server process and what a launcher does with it.

    Example:
        with LocalCloud(port=8005, data=Path("data")) as cloud:
            deploy(cloud, Path("cdk.out"), stack="Retake")
    """

    def __init__(
        self,
        *,
        port: int,
        data: Path,
        static: Path | None = None,
        allowed_origins: Sequence[str] = (),
        snapshot_interval_s: float = 30.0,
    ) -> None:
        """Describe a server; nothing runs yet.

        Args:
            port: Loopback port that everything is served on.
            data: Where everything is kept; made if it does not exist.
            static: The studio's built files, if any.
            allowed_origins: More origins that may use the API.
            snapshot_interval_s: Seconds between looks at the journal's length; 0 for never.
        """
        self.port = port
        self.directory = DataDirectory(data.resolve())
        self._static = static
        self._allowed_origins = tuple(allowed_origins)
        self._snapshot_interval_s = snapshot_interval_s
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """URL of everything that is served."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def clients(self) -> LocalClients:
        """Clients with the root key of this cloud."""
        return LocalClients(self.endpoint, REGION, self.directory.credentials())

    @property
    def outputs(self) -> dict[str, str]:
        """Outputs of the deployed stack."""
        outputs: dict[str, str] = self.directory.read_deployment().get("outputs", {})
        return outputs

    @property
    def pid(self) -> int | None:
        """Process id of the running server."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self, *, timeout_s: float = _START_TIMEOUT_S) -> None:
        """Start the server and wait until it answers.

        Args:
            timeout_s: How long to wait, in seconds.

        Raises:
            LocalCloudError: With the server's own words, if it refuses to start: the port
                or the directory is taken, or the directory is of another version.
            StartError: If it does not answer in time.
        """
        command = [sys.executable, "-m", "infra.local.serve", "--port", str(self.port)]
        command += ["--data", str(self.directory.root), "--snapshot-interval", str(self._snapshot_interval_s)]
        command += ["--with-parent", *(["--static", str(self._static)] if self._static else [])]
        for origin in self._allowed_origins:
            command += ["--allow-origin", origin]
        self.directory.prepare()
        with open(self.directory.log, "ab", opener=privately) as log:
            start_of_log = log.tell()
            # Its own session: a Ctrl-C at the terminal is the launcher's to handle. It ends
            # when its stdin does, so that a killed launcher leaves no server behind.
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**inherited(), "PYTHONPATH": str(Path(__file__).parents[2])},
                start_new_session=True,
            )
        deadline = time.monotonic() + timeout_s
        while not self.healthy():
            if self._process.poll() is not None:
                self._forget()
                raise LocalCloudError(self._last_words(start_of_log))
            if time.monotonic() > deadline:
                self.kill()
                raise StartError(
                    f"the local cloud did not answer within {timeout_s:.0f} s; see {self.directory.log}"
                )
            time.sleep(_LOOK_INTERVAL_S)

    def _last_words(self, start_of_log: int) -> str:
        text = self.directory.log.read_bytes()[start_of_log:].decode(errors="replace").strip()
        last = text.rsplit("error: ", 1)[-1] if "error: " in text else text
        return last or f"the local cloud ended at once; see {self.directory.log}"

    def healthy(self) -> bool:
        """Return whether this very server answers, not another one on the port."""
        try:
            status = self.status()
        except (OSError, HTTPException, ValueError):  # no server, one that is just ending, another program
            return False
        return status.get("pid") == (self._process.pid if self._process else status.get("pid"))

    def status(self) -> dict[str, Any]:
        """Ask the server how it started: ``pid, started_at, unclean, interrupted, warming``.

        ``unclean`` says that the server before it was killed, ``interrupted`` how many
        executions were running when it ended, ``warming`` whether :meth:`warm` still starts workers.

        Raises:
            OSError: If no server of this directory answers.
        """
        return self.ask("GET", "/_local/status")

    def snapshot(self) -> None:
        """Write a snapshot of everything to disk; nothing else stores what is deployed."""
        self.ask("POST", "/_local/snapshot")

    def prewarm(self) -> None:
        """Start a worker of every function in the background, so that first calls are quick.

        Each takes some MB and about 0.05 s of one core to start.
        """
        self.ask("POST", "/_local/prewarm")

    def work(self) -> int:
        """Return how many workflows are under way; 0 where the server does not say."""
        try:
            return int(self.ask("GET", "/_local/work")["executions"])
        except (OSError, HTTPException, ValueError):
            return 0

    def workers(self) -> dict[str, list[int]]:
        """Return the process ids of each function's workers, by its deployed name."""
        return self.ask("GET", "/_local/workers")

    def ask(self, method: str, path: str) -> dict[str, Any]:
        """Ask the server something about itself (``/_local/...``).

        Raises:
            OSError: If no server of this directory answers.
        """
        key = self.directory.credentials().secret_access_key
        request = urllib.request.Request(  # noqa: S310 - the endpoint is loopback http
            self.endpoint + path, method=method, headers={"X-Local-Key": key}
        )
        # No proxy stands between this process and loopback.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            content: dict[str, Any] = json.loads(answer.read())
        return content

    def settle(self) -> dict[str, Any] | None:
        """Settle what was running at an unclean stop.

        Invokes the function named by the stack's output ``ReconcileFunctionName``, if
        there is one and something was interrupted.

        Returns:
            What the function answered, or nothing if there was nothing to do.

        Raises:
            LocalCloudError: If the function failed.
        """
        name = self.outputs.get("ReconcileFunctionName")
        status = self.status()
        if not name or not (status["unclean"] or status["interrupted"]):
            return None
        done = self.clients.invoke(name, json.dumps({"ignore_leases": True}).encode())
        if done.is_failed:
            raise LocalCloudError(f"{name} could not settle what was interrupted: {done.answer}")
        return done.answer if isinstance(done.answer, dict) else {"answer": done.answer}

    def wait(self) -> int:
        """Wait until the server ends; return its exit status."""
        return self._process.wait() if self._process else 0

    def stop(self, *, timeout_s: float = _STOP_TIMEOUT_S) -> None:
        """Stop the server cleanly: all is saved, no process and no temporary file stays.

        Args:
            timeout_s: After this many seconds it is killed, which loses nothing either.
        """
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                self.kill()
        self._forget()

    def kill(self) -> None:
        """Kill the server; its functions' workers die with it."""
        if self._process is not None:
            if self._process.poll() is None:
                os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._forget()

    def _forget(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None

    def reset(self) -> None:
        """Delete all data.

        Raises:
            DataDirectoryBusyError: If a server uses it.
        """
        reset(self.directory.root)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
