"""The takes of one clip that one request asks for: made one after another, of the same take (ADR-0020)."""

from collections.abc import Sequence

from retake.domain.errors import NotFoundError
from retake.domain.records.batches import Regeneration
from retake.services.context import Context


def list_siblings(regeneration: Regeneration, ctx: Context) -> tuple[Regeneration, ...]:
    """Return the regenerations that make the other takes; a draft that expired is left out."""
    found = []
    for sibling_id in regeneration.siblings:
        try:
            found.append(ctx.jobs.get_regeneration(regeneration.job_id, sibling_id))
        except NotFoundError:
            continue
    return tuple(found)


def first_claimed(siblings: Sequence[Regeneration]) -> Regeneration | None:
    """Return one that has decided which take is changed and in which words; None before the first."""
    return next((item for item in siblings if item.prompt is not None), None)
