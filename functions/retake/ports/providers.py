"""Providers that make clips, and the rewriter of their prompts.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from retake.domain.frame_rates import FrameRate
from retake.domain.references import ReferenceRole


class SubmissionRecovery(StrEnum):
    """What can be done when a submission's answer was lost."""

    TOKEN = "token"  # noqa: S105 - the provider de-duplicates our key: submit again
    LOOKUP = "lookup"  # search the provider's list for our key
    NONE = "none"  # it cannot be looked up: the user decides


class ProviderJobStatus(StrEnum):
    """Where a provider is with one job."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class RequestReference:
    """A picture or a video that a clip is made from, besides the words.

    Attributes:
        role: What it says of the clip.
        key: Its object key.
        media_type: Judged by its content, such as ``image/png``.
    """

    role: ReferenceRole
    key: str
    media_type: str


@dataclass(frozen=True)
class GenerationRequest:
    """What a provider is asked for.

    Attributes:
        idempotency_key: The regeneration's id: one key is one job at the provider.
        instruction: The person's words; for a new video the prompt itself.
        prompt: What the clip shows as far as known (the original prompt), may be empty.
        source_key: Object key of the take to change; None to make a new video.
        source_audio_key: Object key of its exact sound, as PCM or FLAC: that of the video is AAC.
        duration_ms: Length wanted, in milliseconds.
        width: Pixels.
        height: Pixels.
        fps: Frames a second.
        seed: Same seed and same request, same result, where the provider can.
        model: Name in the catalogue; empty for the provider's default.
        full_prompt: Prompt and instruction rewritten into one; None for a new video.
        references: Pictures and videos that the clip is made from, in the order in which they were given.
    """

    idempotency_key: str
    instruction: str
    prompt: str
    source_key: str | None
    duration_ms: int
    width: int
    height: int
    fps: FrameRate
    seed: int
    model: str = ""
    full_prompt: str | None = None
    source_audio_key: str | None = None
    references: tuple[RequestReference, ...] = ()

    @property
    def roles(self) -> tuple[ReferenceRole, ...]:
        """Return the roles of its references."""
        return tuple(reference.role for reference in self.references)


@dataclass(frozen=True)
class ProviderJob:
    """State of a job at the provider.

    Attributes:
        provider_job_id: The provider's own id.
        status: Where it is.
        progress: Percent, 0 to 100.
        error: Reason for people, when failed.
        is_transient: Whether it failed for a reason that passes, in the provider's own words: an overload,
            an error of its own. Never a refusal, and never if the outcome is unknown.
        submitted_at: The provider's own time stamp, if it gives one.
        finished_at: Likewise.
        cost: What the provider says that it charged, in US dollars; None where it does not say.
    """

    provider_job_id: str
    status: ProviderJobStatus
    progress: int = 0
    error: str | None = None
    is_transient: bool = False
    submitted_at: datetime | None = None
    finished_at: datetime | None = None
    cost: Decimal | None = None


class PromptRewriter(Protocol):
    """Makes one prompt of what a clip shows and what a person wants changed."""

    def rewrite(self, prompt: str, instruction: str) -> str:
        """Return what the clip shall show then, in at most ``MAX_PROMPT_CHARS`` characters.

        It never fails: no clip is worth losing for a better wording.

        Args:
            prompt: What the clip shows, as far as known; may be empty.
            instruction: What to change; not blank.
        """
        ...


class VideoProvider(Protocol):
    """Makes and changes videos, for money."""

    @property
    def name(self) -> str:
        """Return the name used in records, such as ``local``."""
        ...

    @property
    def submission_recovery(self) -> SubmissionRecovery:
        """Return how a submission whose answer was lost is recovered."""
        ...

    def submit(self, request: GenerationRequest) -> ProviderJob:
        """Start the job.

        Raises:
            ProviderRejectedError: It will never be accepted; the reason is for people.
            ProviderThrottledError: Not now; nothing was started.
            ProviderUnavailableError: It certainly was not started.
            AmbiguousSubmissionError: It may or may not have been started.
        """
        ...

    def find(self, idempotency_key: str) -> ProviderJob | None:
        """Find a submission whose answer was lost by our key; None if there is none to find."""
        ...

    def poll(self, provider_job_id: str) -> ProviderJob:
        """Return the status of a job. Raises ``ProviderUnavailableError`` or ``ProviderThrottledError``."""
        ...

    def fetch(self, provider_job_id: str, path: Path) -> None:
        """Write the finished video to ``path``.

        Raises:
            ProviderUnavailableError, ProviderThrottledError: Not now.
            ResultRefusedError: Never: its address or its size is refused.
        """
        ...

    def cancel(self, provider_job_id: str) -> None:
        """Ask for the job to be stopped; stopping a finished or unknown one is no error."""
        ...

    def check(self) -> None:
        """Make the cheapest call that proves the address and the key; never a generation.

        Raises:
            ProviderRejectedError: The key or the address is refused; the reason is for people.
            ProviderUnavailableError, ProviderThrottledError: There is no answer just now.
        """
        ...


class VideoProviders(Protocol):
    """The providers of one installation: each generation has one, for all of its life."""

    def choose(self, *, provider: str | None, model: str) -> VideoProvider:
        """Return a generation's provider.

        One that is not configured any more is returned as well: it refuses submissions, and says of jobs
        that it cannot be asked now.

        Args:
            provider: The name on the generation's record; None until it was first submitted.
            model: Its model, which decides until then; empty for the installation's default.
        """
        ...
