"""What a finished take means for its clip: whether it is shown, and which takes are still needed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from retake.domain.records.batches import Regeneration
from retake.domain.records.jobs import Clip, Job
from retake.domain.statuses import RegenerationStatus


@dataclass(frozen=True)
class Landing:
    """How a take lands.

    Attributes:
        make_current: Whether the clip shows it from now on.
        is_late: Whether its batch has ended, or another take was chosen meanwhile.
    """

    make_current: bool
    is_late: bool


def decide_landing(
    job: Job, clip: Clip, regeneration: Regeneration, siblings: Sequence[Regeneration]
) -> Landing:
    """Decide how a regeneration's take lands.

    Of the takes that one request makes of a clip, the first that succeeds is shown, unless the user chose
    another take since the first of them was claimed. The others are there to be chosen: a person's choice
    costs nothing, and is never overridden.

    Args:
        job: The job.
        clip: The clip as it is.
        regeneration: Whose take it is.
        siblings: Those of the clip's other takes of the same request.
    """
    if clip.current_version is None:
        # A clip without a take has nothing that a late one could override: a video is shown however late.
        return Landing(make_current=True, is_late=_is_over(job, regeneration))
    is_first = not any(item.status is RegenerationStatus.SUCCEEDED for item in siblings)
    is_overtaken = is_first and clip.current_version != regeneration.shown_version
    is_late = _is_over(job, regeneration) or is_overtaken
    return Landing(make_current=is_first and not is_late, is_late=is_late)


def _is_over(job: Job, regeneration: Regeneration) -> bool:
    return regeneration.status.is_terminal or job.active_batch_id != regeneration.batch_id
