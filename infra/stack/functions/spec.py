"""The specification of a function: size, environment and grants."""

from dataclasses import dataclass

from infra.stack.grants import Grant, Queue
from retake.variables import Setting

MAX_MEMORY_MB = 3008
"""New AWS accounts refuse more."""

API_TIMEOUT_S = 29
"""An HTTP API times out after 30 s; the function should be the one that says why."""


LONGEST_EVENT_AGE_S = 6 * 3600
"""Lambda keeps no event longer."""

PROVIDER_SETTINGS = (Setting.PROVIDER, Setting.PROVIDER_OPTIONS, Setting.PROVIDERS, Setting.MODELS)
"""Of functions that choose among models, or ask a provider."""


@dataclass(frozen=True)
class QueueSource:
    """A queue that feeds a function, one message at a time.

    Attributes:
        queue: Which one.
        dead_letters: Read the queue's dead-letter queue instead.
    """

    queue: Queue
    dead_letters: bool = False


@dataclass(frozen=True, kw_only=True)
class FunctionSpec:
    """One Lambda function.

    Attributes:
        module: Its module below ``retake``, in which ``handler`` is the entry point.
        purpose: One sentence for the console.
        timeout_s: Seconds it may run.
        memory_mb: Memory, and with it the share of a processor (one at 1,769 MB).
        storage_mb: Size of ``/tmp``.
        uses_ffmpeg: Whether it gets the ffmpeg layer.
        settings: Its environment.
        grants: What it may do besides logging and tracing.
        event_age_s: Seconds for which Lambda keeps a call that no caller waits for; what fails for good
            goes to the queue of failed calls. None where every caller waits, or the clock calls again.
        reads_failed_calls: Whether it is fed by that queue.
        is_traced: Whether its invocations begin traces. X-Ray takes the first of each second, so what
            is called every few seconds is traced whole, at $5 a million.
        sources: Queues that feed it.
    """

    module: str
    purpose: str
    timeout_s: int
    memory_mb: int = 512
    storage_mb: int = 512
    uses_ffmpeg: bool = False
    settings: tuple[Setting, ...] = ()
    grants: tuple[Grant, ...] = ()
    sources: tuple[QueueSource, ...] = ()
    event_age_s: int | None = None
    reads_failed_calls: bool = False
    is_traced: bool = True

    @property
    def handler(self) -> str:
        """Return the entry point, as Lambda names it."""
        return f"retake.{self.module}.handler"

    @property
    def name(self) -> str:
        """Return its name in the stack, in logs and in metrics: ``api_jobs``, ``purge``."""
        package, _, module = self.module.rpartition(".")
        return f"api_{module}" if package == "api" else module
