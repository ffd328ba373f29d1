"""A batch, and each take that it makes."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from retake.domain.doubt_record import Doubt
from retake.domain.holds import Hold
from retake.domain.pricing import PriceBreakdown
from retake.domain.records.schema import SCHEMA_VERSION
from retake.domain.sources import Source, WantedReference
from retake.domain.statuses import BatchStatus, RegenerationStatus


@dataclass(frozen=True)
class ClipResult:
    """How one take of a batch ended, for events, answers and the execution's cause."""

    clip_index: int
    regeneration_id: str
    status: RegenerationStatus
    version_number: int | None = None
    error: str | None = None
    take: int = 1
    takes: int = 1
    clip_title: str = ""


@dataclass(frozen=True)
class HeldReason:
    """Why a batch rests until a user decides (``retake.domain.held_batches``).

    Attributes:
        reason: A sentence for people.
        provider: Where generations in a row failed alike.
        since: When the last of them ended.
        is_resumed: Whether a user resumed it while its execution still ran; it goes on right after that.
    """

    reason: str
    provider: str
    since: datetime
    is_resumed: bool = False


@dataclass(frozen=True)
class Batch:
    """Clips that are regenerated one after another, then composed once.

    Attributes:
        queue_number: Order of acceptance in its job.
        lease_until: When the reconciliation has to check that it still runs.
        charged: US dollars for what succeeded, discounted; None until it ended, or where a price is not
            known.
        request_hash: Hash of the request that made it, for repeats.
        paused_at: When it ended because its video was paused before the provider was asked; the resumed
            video has another batch.
        settling_since: Since when no execution works on it and generations that may have been paid for are
            found out; it ends after them.
        retried_by: The batch that makes what did not succeed; there is at most one.
        held: Why nothing more of it is started, while it is ``held``; it was resumed where the status is
            another one.
        counts_from: Place among ``regeneration_ids`` from which failures in a row count: those before led
            to a hold already.
        run: Number of the execution that works on it; one that was held has another after each resume.
        is_creation: Whether it makes a video's first take: then the execution of its id is one of
            ``CreateVideos``, which may make other videos as well.
    """

    job_id: str
    batch_id: str
    user_id: str
    status: BatchStatus
    queue_number: int
    regeneration_ids: tuple[str, ...]
    price: PriceBreakdown
    estimated_time_s: int
    created_at: datetime
    request_hash: str = ""
    is_creation: bool = False
    retry_of: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    lease_until: datetime | None = None
    execution_arn: str | None = None
    cancel_requested_at: datetime | None = None
    paused_at: datetime | None = None
    settling_since: datetime | None = None
    retried_by: str | None = None
    composing: bool = False
    recompose_error: str | None = None
    results: tuple[ClipResult, ...] = ()
    charged: Decimal | None = None
    cause: str | None = None
    held: HeldReason | None = None
    counts_from: int = 0
    run: int = 1
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True)
class FailedAttempt:
    """A job at the provider that failed for a reason that passes, and cost nothing."""

    provider_job_id: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Adoption:
    """The submission of an ended generation that its retry takes over instead of paying again.

    Attributes:
        key: The key under which the provider was asked.
        provider: Its name; another provider knows nothing of it.
        provider_job_id: The job there; None where the answer was lost.
    """

    regeneration_id: str
    key: str
    provider: str
    provider_job_id: str | None


@dataclass(frozen=True)
class Regeneration:
    """One take of a clip being made: the truth that queues and workflows only point at.

    Attributes:
        clip_index: The clip's place when the batch was accepted.
        clip_title: The clip's title then; empty in older records.
        take: Its number among the takes of the clip that one request asks for.
        takes: How many these are.
        siblings: The regenerations that make, or made, the other ones (ADR-0020); of a batch that is
            tried again only those that succeeded.
        base_version: The take that is changed: the clip's pointer as read at the first submit claim among
            the siblings; None where the take is the clip's first.
        model: Name in the catalogue; empty for the provider's default.
        prompt: What the provider is asked for, in words: decided by the first submit claim, so that a
            repeated submission says the same; None before.
        hold: The money set aside for it; None where its price is not known, or older releases made it.
        deadline_s: How long the provider may take; None for the limit of the installation.
        provider_cost: What the provider says that it charged, in US dollars; None where it did not say.
        wanted: What it is made from besides words, as it was asked for.
        made_from: The same as it was when its turn came; None before, or where nothing is wanted.
        repeats: The version that it makes again: of the same take, in the same words, from the same sources
            as they are now; None for a new instruction.
        replaces: The version that the clip showed at the first submit claim, where it repeats one: then that
            is not the take that is changed.
        poll_seq: The highest poll message worked on; one behind it is dropped.
        submit_lease_until: Until then a claimed submission may still be under way.
        expected_from_s: Seconds after ``submitted_at`` from which it may be done, by its model's last times;
            None where none are known.
        failures: Jobs that failed for a reason that passes; after each it is asked for again.
        answer_lost: The answer of the provider was lost: it may have been charged.
        doubt: What is being found out, while it is ``in_doubt``.
        adopted: The submission that it takes over, where it repeats a generation that may have one.
        is_unfinished: It ended while the provider may have a result: its retry asks for that first.
        result_refused: Its result was there and can never be used: a retry does not take it over.
        fetch_failures: How often in a row the finished result could not be fetched.
        ended_by: Name of the error that ended it; empty where it has a version, and in older records.
        expires_at: While only a draft or waiting; removed by the first claim.
    """

    job_id: str
    regeneration_id: str
    batch_id: str
    clip_id: str
    clip_index: int
    instruction: str
    status: RegenerationStatus
    seed: int
    estimated_cost: Decimal | None
    created_at: datetime
    hold: Hold | None = None
    model: str = ""
    take: int = 1
    takes: int = 1
    siblings: tuple[str, ...] = ()
    prompt: str | None = None
    deadline_s: int | None = None
    provider: str | None = None
    provider_job_id: str | None = None
    provider_cost: Decimal | None = None
    wanted: tuple[WantedReference, ...] = ()
    made_from: tuple[Source, ...] | None = None
    repeats: int | None = None
    replaces: int | None = None
    task_token: str | None = None
    attempt: int = 0
    poll_seq: int = 0
    base_version: int | None = None
    submit_lease_until: datetime | None = None
    failures: tuple[FailedAttempt, ...] = ()
    answer_lost: bool = False
    doubt: Doubt | None = None
    adopted: Adoption | None = None
    is_unfinished: bool = False
    result_refused: bool = False
    fetch_failures: int = 0
    submitted_at: datetime | None = None
    expected_from_s: int | None = None
    deadline_at: datetime | None = None
    finished_at: datetime | None = None
    result_key: str | None = None
    progress: int = 0
    version_number: int | None = None
    error: str | None = None
    clip_title: str = ""
    ended_by: str = ""
    expires_at: datetime | None = None
    schema_version: int = SCHEMA_VERSION

    @property
    def ids(self) -> dict[str, str | int]:
        """Return what messages to workers name it by, and their logs: its job, batch and clip as well."""
        return {
            "job_id": self.job_id,
            "batch_id": self.batch_id,
            "clip_id": self.clip_id,
            "clip_index": self.clip_index,
            "regeneration_id": self.regeneration_id,
        }

    @property
    def attempts(self) -> int:
        """Return which attempt at the provider it is: 1, and one more for each that failed at no cost."""
        return len(self.failures) + 1

    @property
    def submission_key(self) -> str:
        """Return the key under which the provider is asked: one key is one job there, at most paid once."""
        if self.failures:
            return f"{self.regeneration_id}-{self.attempts}"
        return self.regeneration_id if self.adopted is None else self.adopted.key

    @property
    def shown_version(self) -> int | None:
        """Return the version that the clip showed when it was first claimed."""
        return self.base_version if self.repeats is None else self.replaces

    @property
    def awaits_sources(self) -> bool:
        """Whether it has not been decided yet what it is made from, besides words."""
        return bool(self.wanted) and self.made_from is None

    @property
    def is_unsubmitted(self) -> bool:
        """Whether nothing of it can have been paid: the provider was not asked, or certainly refused."""
        is_asked = self.provider_job_id is not None or self.submit_lease_until is not None
        return self.status is RegenerationStatus.QUEUED and not is_asked and not self.answer_lost
