"""Runs ffmpeg on untrusted files: confined, bounded, and ended in time."""

import errno
import math
import os
import re
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from retake.adapters.media.bounds import FRAME_PIXELS
from retake.adapters.media.waiting import wait_for_end
from retake.domain.errors import (
    MediaToolError,
    MediaToolTimeoutError,
    UnreadableMediaError,
    WorkDroppedError,
)
from retake.ports.media import always_wanted

VIDEO_DEMUXERS = "mov,mp4,matroska,webm"
"""What a video may be. ffmpeg compares each name with its demuxers' lists (``mov,mp4,m4a,…``)."""

_MAX_REASON_CHARACTERS = 300
_LOG_TAIL_BYTES = 256 * 1024
_TOO_MANY_ERRORS_EXIT = 69
_SOURCE_EXITS = frozenset(
    {
        _TOO_MANY_ERRORS_EXIT,
        *(
            -number & 0xFF
            for number in (errno.EINVAL, errno.ERANGE, errno.EDOM, errno.EOVERFLOW, errno.ENOSYS)
        ),
        # The first letters of ffmpeg's own codes: INDA (invalid data), EOF and EXT (a library failed),
        # PAWE (patches are welcome), UNKN (unknown), BUFS (a buffer is too small).
        *(-ord(letter) & 0xFF for letter in "IEPUB"),
    }
)
"""How ffmpeg ends for a fault of its input, since the arguments are Retake's own. In any other way it ends
because it lacks a filter, an encoder or a demuxer, or because the machine failed. What the log says is no
ground to decide: it repeats words of the file.

References:
    https://ffmpeg.org/doxygen/trunk/error_8h.html (``AVERROR``; the exit status is its lowest byte)
"""


@dataclass(frozen=True)
class Limits:
    """What one run of ffmpeg may take, as the kernel enforces it.

    Attributes:
        cpu_s: CPU seconds over all threads; ends a run whose parent was killed.
        file_bytes: Size of the largest file it may write.
        memory_bytes: What it may write into memory: as much as a function has. Encoding 2160p with x264's
            preset slow, as the archive does, takes 2.5 GB; normalising to 2160p 0.9 GB; 7680x4320 to 1080p
            0.4 GB, as HEVC with 10 bits 1.0 GB (its decoder holds eight pictures of 100 MB).
        look_every_s: Seconds after which it is asked again whether the work is still wanted.
    """

    cpu_s: int = 1800
    file_bytes: int = 8 * 2**30
    memory_bytes: int = 3 * 2**30
    look_every_s: float = 3.0


@dataclass(frozen=True)
class ToolRun:
    """How a run ended.

    Attributes:
        exit_code: 0 when ffmpeg was content; negative for a signal.
        output: What it wrote to standard output.
        log: The end of what it wrote to standard error.
    """

    exit_code: int
    output: bytes
    log: str


@dataclass
class Meter:
    """How long ffmpeg has run, over all sessions of one ``Ffmpeg``, in seconds."""

    busy_s: float = 0.0


def untrusted_input(path: Path, *, demuxers: str = VIDEO_DEMUXERS) -> list[str]:
    """Return the arguments that open one input which may name no other file, and no host.

    The protocol list alone is not enough: an ``ffconcat`` script with a video's name opens its
    siblings through ``file``. The demuxer list is what shuts that door.

    References:
        https://ffmpeg.org/ffmpeg-formats.html#Format-Options (``protocol_whitelist``,
        ``format_whitelist``)
    """
    return [
        *("-protocol_whitelist", "file", "-format_whitelist", demuxers),
        *("-max_pixels", str(FRAME_PIXELS.most), "-i", f"file:{path.absolute()}"),
    ]


class Ffmpeg:
    """The ffmpeg program, with the rules under which Retake runs it.

    Args:
        executable: The program.
        scratch: Where each session's fresh directory is made; the system's place by default.
        limits: What one run may take.
    """

    def __init__(
        self, executable: Path, *, scratch: Path | None = None, limits: Limits | None = None
    ) -> None:
        self._executable = executable.absolute()
        self._scratch = scratch
        self._limits = limits or Limits()
        self._meter = Meter()

    @classmethod
    def on_path(cls) -> Self:
        """Return the program that is first on PATH: in a function, the one of its layer.

        Only a function may ask for it. Elsewhere PATH leads to the machine's own ffmpeg, whose version
        is not known.

        Raises:
            MediaToolError: If there is none.
        """
        found = shutil.which("ffmpeg")
        if found is None:
            raise MediaToolError("ffmpeg was not found on PATH; the function needs the ffmpeg layer.")
        return cls(Path(found))

    @property
    def busy_ms(self) -> int:
        """How long it has run since it was made, in milliseconds, for the log."""
        return round(self._meter.busy_s * 1000)

    @contextmanager
    def session(
        self,
        *,
        timeout_s: float,
        is_wanted: Callable[[], bool] = always_wanted,
        memory_bytes: int | None = None,
    ) -> Iterator["FfmpegSession"]:
        """Open a fresh directory and a deadline that all runs of the session share.

        Args:
            timeout_s: Seconds from now until whatever runs is ended.
            is_wanted: Asked every few seconds; what runs is ended once the answer is no.
            memory_bytes: What each run may write into memory, where that is less than the tool's limit.
        """
        with tempfile.TemporaryDirectory(prefix="retake-", dir=self._scratch) as name:
            deadline = time.monotonic() + timeout_s
            yield FfmpegSession(
                self._executable,
                directory=Path(name),
                deadline=deadline,
                is_wanted=is_wanted,
                limits=replace(self._limits, memory_bytes=memory_bytes or self._limits.memory_bytes),
                meter=self._meter,
            )


class FfmpegSession:
    """Runs of ffmpeg that share a directory and a deadline. Made by ``Ffmpeg.session``.

    Attributes:
        directory: Fresh, the working directory of every run, removed at the end.
        log: What the last run wrote to standard error, whole.
    """

    def __init__(
        self,
        executable: Path,
        *,
        directory: Path,
        deadline: float,
        is_wanted: Callable[[], bool],
        limits: Limits,
        meter: Meter,
    ) -> None:
        self.directory = directory
        self.log = directory / ".log"
        self._executable = executable
        self._deadline = deadline
        self._is_wanted = is_wanted
        self._limits = limits
        self._meter = meter

    def run(self, arguments: Sequence[str | Path]) -> ToolRun:
        """Run ffmpeg to a good end.

        Raises:
            UnreadableMediaError: ffmpeg could not read an input.
            MediaToolError: It failed for another reason.
            MediaToolTimeoutError: The deadline came first; the process is gone.
        """
        result = self.attempt(arguments)
        if result.exit_code == 0:
            return result
        if result.exit_code < 0:
            # Only the kernel sends signals here: the CPU limit, or memory ran out.
            raise MediaToolError(f"ffmpeg was ended by signal {-result.exit_code}: it took too much.")
        reason = readable_reason(result.log)
        if result.exit_code in _SOURCE_EXITS:
            raise UnreadableMediaError(f"The file could not be read: {reason}")
        raise MediaToolError(f"ffmpeg could not do this: {reason}")

    def attempt(self, arguments: Sequence[str | Path]) -> ToolRun:
        """Run ffmpeg and return how it ended, well or not.

        Raises:
            MediaToolTimeoutError: The deadline came first; the process is gone.
            WorkDroppedError: It was not wanted any more; the process is gone.
        """
        command = [str(self._executable), "-hide_banner", "-nostdin", "-y", *map(str, arguments)]
        output, log = self.directory / ".output", self.log
        began = time.monotonic()
        # Files, not pipes: a file that provokes gigabytes of warnings must not fill our memory.
        with output.open("wb") as out, log.open("wb") as err:
            process = subprocess.Popen(  # noqa: S603 - our own program, a list, no shell
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=self.directory, env={}
            )
            try:
                self._confine(process.pid)
                self._wait(process)
            finally:
                if process.poll() is None:
                    process.kill()
                process.wait()
                self._meter.busy_s += time.monotonic() - began
        return ToolRun(exit_code=process.returncode, output=output.read_bytes(), log=_tail(log))

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        while True:
            left_s = max(0.0, self._deadline - time.monotonic())
            try:
                wait_for_end(process, timeout_s=min(left_s, self._limits.look_every_s))
            except subprocess.TimeoutExpired as exc:
                if left_s <= self._limits.look_every_s:
                    raise MediaToolTimeoutError("ffmpeg did not finish in the time it was given.") from exc
                if not self._is_wanted():
                    raise WorkDroppedError("The job was deleted while its clip was worked on.") from exc
            else:
                return

    def _confine(self, pid: int) -> None:
        """Limit the running child from outside.

        ``preexec_fn`` runs Python between fork and exec, which can deadlock in a process with
        threads (the Lambda runtime and boto3 start some); ``prlimit`` acts on the child instead.
        What ffmpeg can do in the instant before is to load itself.

        References:
            https://docs.python.org/3/library/subprocess.html (warning on ``preexec_fn``)
        """
        # Should this process be killed, the deadline dies with it: no child computes on for long.
        left_s = math.ceil(max(1.0, self._deadline - time.monotonic()))
        wanted = {
            resource.RLIMIT_CPU: min(self._limits.cpu_s, left_s * (os.cpu_count() or 1) + 1),
            resource.RLIMIT_FSIZE: self._limits.file_bytes,
            # Not RLIMIT_AS: allocators reserve addresses, a gigabyte and more, that they never touch.
            resource.RLIMIT_DATA: self._limits.memory_bytes,
            resource.RLIMIT_CORE: 0,
        }
        with suppress(ProcessLookupError):  # it has already ended
            for kind, value in wanted.items():
                _, most = resource.prlimit(pid, kind)
                # A limit that is tighter already cannot be raised, and need not be.
                allowed = value if most == resource.RLIM_INFINITY else min(value, most)
                resource.prlimit(pid, kind, (allowed, allowed))


def readable_reason(log: str) -> str:
    """Return the first lines of an ffmpeg log as one short sentence, without addresses and paths.

    Where lines are marked with their level, only errors count.
    """
    marked = [raw for raw in log.splitlines() if re.search(r"(?:^|\] )\[(?:error|fatal)\] ", raw)]
    lines: list[str] = []
    for raw in marked or log.splitlines():
        line = re.sub(r"\[(?:[^\]]*@ 0x[0-9a-f]+|error|fatal)\]\s*", "", raw).strip()
        line = re.sub(r"(?:file:)?(?:/[^/\s:']+)+/([^/\s:']+)", r"\1", line)
        if line and line not in lines:
            lines.append(line)
    reason = "; ".join(lines) or "it gave no reason"
    return reason if len(reason) <= _MAX_REASON_CHARACTERS else reason[: _MAX_REASON_CHARACTERS - 1] + "…"


def _tail(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LOG_TAIL_BYTES))
        return file.read().decode(errors="replace")
