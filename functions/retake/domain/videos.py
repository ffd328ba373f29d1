"""What is kept of videos that are made from words: their details, what asked for them, and projects.

A video is a job of one clip whose version 1 is generated instead of uploaded (ADR-0018). Everything
about takes, storage and regeneration is therefore the job's; here is only what a job has not.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from unicodedata import normalize
from uuid import UUID, uuid5

from retake.domain.doubt_record import Doubt
from retake.domain.sources import KeptFile

_VIDEOS = UUID("0f4d7c11-6d0a-4c29-8a51-5d2d4e1c7b9a")
"""Namespace of the ids that videos get from what asked for them."""


class VideoStatus(StrEnum):
    """Where a video is."""

    PROCESSING = "processing"
    IN_DOUBT = "in_doubt"  # it may have been paid for, and is being found out (ADR-0029)
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self in {self.PROCESSING, self.IN_DOUBT}


class CreationMode(StrEnum):
    """How videos were asked for."""

    SINGLE = "single"
    VARIATIONS = "variations"
    BATCH = "batch"
    RETRY = "retry"
    RESUME = "resume"


@dataclass(frozen=True)
class VideoDetails:
    """What a job has besides when it is a video.

    ``status`` and all below it follow from the records of the generation, and are written with them in
    one commit (``retake.domain.video_tracking``): looking at a video reads one record.

    Attributes:
        model: Name in the catalogue.
        size: As asked for, such as ``1280x720``.
        duration_ms: As asked for; the model may have been asked for more, and the rest cut off.
        creation_id: What asked for it first; a retry does not change that.
        variation: Its number among the variations of one prompt; None where there are none.
        regeneration_id: Its last generation.
        batch_id: The batch of that generation: the creation's or the retry's id.
        estimated_cost: US dollars, before; None where the model's price is not known.
        actual_cost: US dollars, after; nothing is charged for what fails.
        progress: Percent; 100 only with the finished take.
        attempts: Which attempt at the provider its last generation is.
        paused_at: When it was paused, before the provider was asked; None while it is not.
        error: Why it failed, for people.
        doubt: What is being found out, while it is in doubt.
        reference: What it is made from besides words, in records of earlier releases.
        reference_count: How many references it is made from besides words; its clip has them.
    """

    prompt: str
    model: str
    size: str
    duration_ms: int
    creation_id: str
    regeneration_id: str
    batch_id: str
    seed: int
    project_id: str | None = None
    reference: KeptFile | None = None
    variation: int | None = None
    estimated_cost: Decimal | None = None
    status: VideoStatus = VideoStatus.PROCESSING
    progress: int = 0
    attempts: int = 1
    paused_at: datetime | None = None
    provider: str | None = None
    provider_job_id: str | None = None
    actual_cost: Decimal | None = None
    error: str | None = None
    doubt: Doubt | None = None
    reference_count: int = 0
    finished_at: datetime | None = None

    @property
    def has_reference(self) -> bool:
        """Whether it is made from more than words."""
        return self.reference is not None or self.reference_count > 0

    @property
    def is_moving(self) -> bool:
        """Whether it is being made, or is about to be."""
        return self.status.is_open and self.paused_at is None


@dataclass(frozen=True)
class Creation:
    """Videos that were asked for together, and are made by one execution of its id.

    How far it is follows from its videos and is kept nowhere else.

    Attributes:
        creation_id: Derived from the idempotency key: a repeat cannot ask for other videos.
        estimated_cost: US dollars, all videos together; None where a price is not known.
        warnings: Warnings at the time of the request, such as that a model is about to end.
    """

    creation_id: str
    user_id: str
    mode: CreationMode
    video_ids: tuple[str, ...]
    request_hash: str
    created_at: datetime
    project_id: str | None = None
    estimated_cost: Decimal | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Project:
    """A name under which a person keeps videos together."""

    project_id: str
    user_id: str
    name: str
    created_at: datetime
    request_hash: str = ""


@dataclass(frozen=True)
class VideoFilter:
    """Which videos of a person to list; None leaves a thing open.

    Attributes:
        since: Asked for at this moment or later.
        until: Asked for before this moment.
        words: Each is part of the title or the prompt, whatever the case; as ``search_words`` gives them.
    """

    project_id: str | None = None
    status: VideoStatus | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: tuple[str, ...] = ()

    def finds(self, title: str, prompt: str) -> bool:
        """Whether every word is part of a video's title or prompt.

        >>> VideoFilter(words=search_words("FOX straße")).finds("A red fox", "in a dark STRASSE")
        True
        """
        text = folded(f"{title} {prompt}")
        return all(word in text for word in self.words)


def folded(text: str) -> str:
    """Return a text as searches compare it: one form of each letter, without case (UAX #15, NFKC)."""
    return normalize("NFKC", normalize("NFKC", text).casefold())


def search_words(text: str) -> tuple[str, ...]:
    """Return what a search looks for; nothing for a blank one."""
    return tuple(dict.fromkeys(folded(text).split()))


def resume_id_of(video_id: str, paused_batch_id: str) -> str:
    """Return the id of what goes on with a paused video: resuming it twice starts one generation."""
    return str(uuid5(_VIDEOS, f"{video_id}|{paused_batch_id}|resume"))


def video_id_of(creation_id: str, position: int) -> str:
    """Return the id of a creation's n-th video: a repeat of the request finds what the first one made."""
    return str(uuid5(_VIDEOS, f"{creation_id}|{position}"))
