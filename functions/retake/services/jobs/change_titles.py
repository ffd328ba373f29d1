"""Change the title of a job or of a clip, and what the video shows of the clip."""

from dataclasses import dataclass, replace

from retake.domain.changes import Change
from retake.domain.clip_names import clip_id_at
from retake.domain.errors import ConflictError, Fault, InvalidRequestError
from retake.domain.events.jobs import TitleChanged
from retake.domain.reasons import is_blank
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.timeline import Trim
from retake.domain.statuses import JobStatus
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.jobs.change_timeline import recomposed, trim_change
from retake.services.versions.restore_version import require_revision


@dataclass(frozen=True)
class ClipChange:
    """What a request changes of a clip.

    Attributes:
        title: None leaves it.
        sets_trim: Whether ``trim`` is meant: None shows all of the clip again.
    """

    title: str | None = None
    sets_trim: bool = False
    trim: Trim | None = None


def change_job_title(job_id: str, title: str, ctx: Context, *, if_revision: int | None) -> Job:
    """Give a job, or a video, another title.

    Raises:
        InvalidRequestError: If nothing of it can be seen.
        ConflictError: If the job is being deleted.
    """

    def decide(job: Job) -> tuple[Change | None, None]:
        _require_kept(job)
        require_revision(job, if_revision)
        wanted = _visible(title)
        if wanted == job.title:
            return None, None
        event = TitleChanged(clip_index=None, title=wanted)
        return Change(replace(job, title=wanted), events=(event,)), None

    return change_job(job_id, decide, ctx)[0]


def change_clip(
    job_id: str, clip_index: int, wanted: ClipChange, ctx: Context, *, if_revision: int | None
) -> Job:
    """Change a clip's title, its trim, or both at once.

    Raises:
        NotFoundError: If there is no such clip.
        InvalidRequestError: If the title cannot be seen, or the clip does not have these frames.
        ConflictError: If the job is not ready, or the clip cannot be trimmed.
    """

    def decide(job: Job) -> tuple[Change | None, None]:
        _require_kept(job)
        require_revision(job, if_revision)
        change = trim_change(job, clip_index, wanted.trim, ctx) if wanted.sets_trim else None
        if wanted.title is None:
            return change, None
        title = _visible(wanted.title)
        clip_id = clip_id_at(job, clip_index)
        puts = () if change is None else change.puts
        [clip] = [item for item in puts if isinstance(item, Clip)] or [
            ctx.jobs.get_take(job_id, clip_id, None).clip
        ]
        if clip.title == title:
            return change, None
        named = replace(clip, title=title)
        event = TitleChanged(clip_index=clip_index, title=title)
        if change is None:
            return Change(job, (named,), events=(event,)), None
        return replace(change, puts=(named,), events=(*change.events, event)), None

    job = change_job(job_id, decide, ctx)[0]
    return recomposed(job, ctx) if wanted.sets_trim else job


def _require_kept(job: Job) -> None:
    if job.status is JobStatus.DELETING:
        raise ConflictError("The job is being deleted.")


def _visible(title: str) -> str:
    if is_blank(title):
        raise InvalidRequestError(
            "The change was refused; nothing was changed.",
            faults=[Fault("title", "Give it a title that can be seen.")],
        )
    return " ".join(title.split())
