"""Waits for a process without looking again and again."""

import os
import select
import subprocess


def wait_for_end(process: subprocess.Popen[bytes], *, timeout_s: float) -> None:
    """Wait until a child has ended; return at that very moment.

    ``Popen.wait`` with a time-out sleeps between its looks, up to 50 ms, and each clip
    takes several runs.

    Args:
        process: The child; it is not reaped.
        timeout_s: Seconds until it is ended.

    Raises:
        subprocess.TimeoutExpired: It still runs.
    """
    ended = os.pidfd_open(process.pid)
    try:
        poll = select.poll()
        poll.register(ended, select.POLLIN)
        if not poll.poll(timeout_s * 1000):
            raise subprocess.TimeoutExpired(process.args, timeout_s)
    finally:
        os.close(ended)
