"""Write down the takes of a batch before it is accepted: one regeneration each."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from retake.domain.batch_clips import BatchClip
from retake.domain.records.batches import Regeneration
from retake.domain.statuses import RegenerationStatus
from retake.services.context import Context

DRAFT_RETENTION = timedelta(days=400)
"""A draft that no batch came to name is forgotten after this. One that a batch names must not be before
its turn: what is set aside for it would never be given back, and its clip be left out without a word. So
it is longer than all that may be before it takes (some 200 days, were every batch as large and slow as
it may be)."""


def are_drafts_of(clips: Sequence[BatchClip], drafts: Sequence[Regeneration]) -> bool:
    """Whether these are the takes of exactly these clips, in this order."""
    wanted = [(clip.clip_id, number) for clip in clips for number in clip.numbers]
    return wanted == [(draft.clip_id, draft.take) for draft in drafts]


def draft_takes(
    job_id: str, batch_id: str, clips: Sequence[BatchClip], ctx: Context, *, now: datetime
) -> tuple[Regeneration, ...]:
    """Return a regeneration for each take, in the order of the clips' prices.

    The takes of one clip stand side by side, and know each other.
    """
    return tuple(draft for clip in clips for draft in _drafts_of_clip(job_id, batch_id, clip, ctx, now=now))


def _drafts_of_clip(
    job_id: str, batch_id: str, clip: BatchClip, ctx: Context, *, now: datetime
) -> Iterator[Regeneration]:
    new = [ctx.ids.new() for _ in clip.numbers]
    for regeneration_id, price in zip(new, clip.prices, strict=True):
        yield Regeneration(
            job_id=job_id,
            regeneration_id=regeneration_id,
            batch_id=batch_id,
            clip_id=clip.clip_id,
            clip_index=clip.clip_index,
            clip_title=clip.title,
            instruction=clip.instruction,
            status=RegenerationStatus.QUEUED,
            # Each has its own, so takes of one prompt differ.
            seed=int(regeneration_id.replace("-", "")[:8], 16),
            estimated_cost=price.cost,
            created_at=now,
            # Whatever the settings say when its turn comes: it is made by what it was priced for.
            model=clip.model.name,
            deadline_s=clip.model.deadline_s,
            take=price.take,
            takes=price.takes,
            siblings=(*clip.made, *(other for other in new if other != regeneration_id)),
            expires_at=now + DRAFT_RETENTION,
        )
