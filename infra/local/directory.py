"""The data directory: everything the local cloud keeps, and nothing of it elsewhere."""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from infra.local.disk import UNFINISHED, write_durably
from infra.local.errors import (
    DamagedDataError,
    DataDirectoryBusyError,
    IncompatibleDataError,
    UnwritableDataError,
    damaged,
    unwritable,
)

# Raised whenever what is written under the directory changes its meaning.
FORMAT = 1
_LOG_LIMIT_BYTES = 10_000_000
_LOCK_WAIT_S = 0.5


def privately(path: str, flags: int) -> int:
    """Open a file that only its owner may read; the ``opener`` of :func:`open`."""
    return os.open(path, flags, 0o600)


def write_private(path: Path, content: str) -> None:
    """Replace a text file as :func:`infra.local.disk.write_durably` does."""
    write_durably(path, [content.encode()])


@dataclass(frozen=True)
class RootCredentials:
    """The emulated account's root key, known to the launcher only."""

    access_key_id: str
    secret_access_key: str


@dataclass(frozen=True)
class DataDirectory:
    """Paths below one data directory."""

    root: Path

    @property
    def state(self) -> Path:
        """Snapshots of the emulated services."""
        return self.root / "state"

    @property
    def objects(self) -> Path:
        """Objects of the emulated S3, written before each answer."""
        return self.root / "objects"

    @property
    def journal(self) -> Path:
        """Writes that no snapshot holds yet."""
        return self.root / "journal"

    @property
    def temporary(self) -> Path:
        """TMPDIR of the server and of the functions; emptied at every start."""
        return self.root / "tmp"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.root / "server.log"

    @property
    def function_log(self) -> Path:
        """What the functions say."""
        return self.root / "functions.log"

    @property
    def deployment(self) -> Path:
        """What is deployed: hash and outputs of the stack."""
        return self.root / "deployment.json"

    @property
    def user(self) -> Path:
        """The local user's sign-in."""
        return self.root / "user.json"

    @property
    def clock(self) -> Path:
        """By how many seconds the clock is ahead of the real time; missing where it was never moved."""
        return self.root / "clock"

    @property
    def running(self) -> Path:
        """Exists while a server runs: found at a start, the last stop was unclean."""
        return self.root / "running"

    def prepare(self) -> None:
        """Create the directory, or check that this version can read it.

        Raises:
            DamagedDataError: If the file that names its format cannot be read.
            IncompatibleDataError: If another format is found there.
            UnwritableDataError: If it cannot be written.
        """
        try:
            self._prepare()
        except OSError as error:
            raise UnwritableDataError(unwritable(self.root, error)) from error

    def _prepare(self) -> None:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        version = self.root / "format.json"
        if not version.exists() and any(self.root.iterdir()) and not (self.root / "lock").exists():
            raise IncompatibleDataError(
                f"{self.root} holds other files; choose an empty directory with --data"
            )
        if version.exists():
            found = _read_object(version).get("format")
            if found != FORMAT:
                raise IncompatibleDataError(
                    f"{self.root} was written in format {found}, this version reads format {FORMAT}; "
                    "start again from nothing with --reset, or choose another directory with --data"
                )
        for path in (self.state, self.objects, self.journal, self.temporary):
            path.mkdir(mode=0o700, exist_ok=True)
        write_private(version, json.dumps({"format": FORMAT}))

    def credentials(self) -> RootCredentials:
        """Read the root key, or make it the first time."""
        path = self.root / "credentials.json"
        if not path.exists():
            made = {
                "access_key_id": "AKIA" + secrets.token_hex(8).upper(),
                "secret_access_key": secrets.token_urlsafe(30),
            }
            write_private(path, json.dumps(made))
        return RootCredentials(**_read_object(path))

    def clean(self) -> None:
        """Remove what a killed server left, and turn long logs; only call while holding the lock."""
        shutil.rmtree(self.temporary, ignore_errors=True)
        self.temporary.mkdir(mode=0o700, exist_ok=True)
        for unfinished in self.objects.rglob("*" + UNFINISHED):
            unfinished.unlink()
        for log in (self.log, self.function_log):
            if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
                log.replace(log.with_suffix(".old.log"))

    def read_deployment(self) -> dict[str, Any]:
        """Read what is deployed, empty when nothing is."""
        try:
            return _read_object(self.deployment)
        except FileNotFoundError:
            return {}

    def read_user(self) -> dict[str, str] | None:
        """Read the local user's ``email`` and ``password``, if one was made."""
        try:
            return _read_object(self.user)
        except FileNotFoundError:
            return None

    def write_running(self, port: int) -> None:
        """Note that a server runs, and where it is reached."""
        write_private(self.running, json.dumps({"pid": os.getpid(), "port": port}))

    def served_port(self) -> int | None:
        """Return the port of the server that uses the directory, or used it when it was killed."""
        try:
            noted = json.loads(self.running.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return noted.get("port") if isinstance(noted, dict) else None

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the directory for one server; the kernel lets go if it is killed.

        Raises:
            DataDirectoryBusyError: If another server holds it.
        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(self.root / "lock", "a+", encoding="utf-8", opener=privately) as file:
            try:
                _lock(file)
            except BlockingIOError:
                file.seek(0)
                raise DataDirectoryBusyError(
                    f"another server (process {file.read().strip() or 'unknown'}) uses {self.root}; "
                    "stop it, or choose another directory with --data"
                ) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield


def _read_object(path: Path) -> dict[str, Any]:
    """Read a small file. Raises ``DamagedDataError`` if it is none of ours any more."""
    try:
        content = json.loads(path.read_bytes())
    except ValueError as error:
        raise DamagedDataError(damaged(path, f"it is not JSON: {error}")) from error
    if not isinstance(content, dict):
        raise DamagedDataError(damaged(path, "it is not an object"))
    return content


def _lock(file: IO[str]) -> None:
    """Lock a file; wait a moment for a server that is just ending."""
    deadline = time.monotonic() + _LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def reset(root: Path) -> None:
    """Delete a data directory and everything in it.

    Raises:
        DataDirectoryBusyError: If a server uses it.
    """
    if not root.exists():
        return
    if any(root.iterdir()) and not (root / "lock").exists():
        raise IncompatibleDataError(f"{root} is not a data directory of the local cloud: not deleted")
    with DataDirectory(root).locked():
        shutil.rmtree(root)
