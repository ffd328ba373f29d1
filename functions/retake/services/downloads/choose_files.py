"""Choose the files of a download: of a job, a batch or some videos."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from retake.domain.downloads import numbered_name, safe_title
from retake.domain.errors import ConflictError, Fault, InvalidRequestError, NotFoundError
from retake.domain.records.jobs import Clip, Job
from retake.domain.statuses import JobStatus
from retake.domain.videos import VideoStatus
from retake.services.context import Context
from retake.services.videos.find_playable import playable
from retake.services.videos.read_creation import read_creation

REFUSED = "The download was refused; nothing was packed."
ONE_OF = "Name exactly one of job_id, batch_id and video_ids."


@dataclass(frozen=True)
class DownloadSelection:
    """What to download: exactly one of them.

    Attributes:
        job_id: The current takes of a job, in order, and its composed video.
        batch_id: The completed videos that were asked for together.
        video_ids: Videos, in this order.
    """

    job_id: str | None = None
    batch_id: str | None = None
    video_ids: Sequence[str] | None = None

    @property
    def field(self) -> str:
        """Return the name of what is given."""
        return next(name for name, value in vars(self).items() if value is not None)


@dataclass(frozen=True)
class ChosenFiles:
    """What an archive is made of.

    Attributes:
        file_name: What it is called.
        files: Name and object of each file.
        left_out: What was meant and is not there, as sentences.
    """

    file_name: str
    files: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]


Numbered = tuple[int, str, str]
"""Place, title and object of a file."""


def choose_files(selection: DownloadSelection, ctx: Context, *, user_id: str) -> ChosenFiles:
    """Return the files that are meant.

    Raises:
        InvalidRequestError: If not exactly one thing is named, or too many or too few videos.
        NotFoundError: If there is no such thing, or it is another user's.
        ConflictError: If there is nothing to download yet, or a chosen video is not completed.
    """
    given = [value for value in vars(selection).values() if value is not None]
    if len(given) != 1:
        fields = [name for name, value in vars(selection).items() if value is not None] or ["job_id"]
        raise InvalidRequestError(REFUSED, faults=[Fault(field, ONE_OF) for field in fields])
    if selection.job_id is not None:
        job = _own_job(selection.job_id, user_id, ctx)
        return _videos_of([job], (), ctx) if job.video is not None else _takes_of(job, ctx)
    if selection.batch_id is not None:
        made = read_creation(selection.batch_id, ctx, user_id=user_id)
        done = [job for job in made.videos if _is_completed(job)]
        waiting = [job for job in made.videos if not _is_completed(job)]
        return _videos_of(done, [f"{job.title}: {_status(job)}" for job in waiting], ctx)
    return _videos_of(_chosen_videos(selection.video_ids or (), user_id, ctx), (), ctx)


def _own_job(job_id: str, user_id: str, ctx: Context) -> Job:
    job = ctx.jobs.get_job(job_id)
    if job.user_id != user_id or job.status is JobStatus.DELETING:
        raise NotFoundError(f"There is no job {job_id!r}.")
    return job


def _chosen_videos(video_ids: Sequence[str], user_id: str, ctx: Context) -> Sequence[Job]:
    if not 1 <= len(video_ids) <= ctx.limits.max_download_videos:
        detail = f"Choose 1 to {ctx.limits.max_download_videos} videos; these are {len(video_ids)}."
        raise InvalidRequestError(REFUSED, faults=[Fault("video_ids", detail)])
    twice = [index for index, video_id in enumerate(video_ids) if video_id in video_ids[:index]]
    if twice:
        detail = "This video is in the list already; name each one once."
        raise InvalidRequestError(REFUSED, faults=[_fault(index, detail) for index in twice])
    found = [_find_video(video_id, user_id, ctx) for video_id in video_ids]
    missing = [
        _fault(index, f"There is no video {video_id!r}.")
        for index, (video_id, job) in enumerate(zip(video_ids, found, strict=True))
        if job is None
    ]
    if missing:
        raise NotFoundError(REFUSED, faults=missing)
    videos = [job for job in found if job is not None]
    unfinished = [
        _fault(index, f"The video is {_status(job)}; choose completed ones.")
        for index, job in enumerate(videos)
        if not _is_completed(job)
    ]
    if unfinished:
        raise ConflictError(REFUSED, faults=unfinished)
    return videos


def _fault(index: int, detail: str) -> Fault:
    return Fault(f"video_ids[{index}]", detail)


def _find_video(video_id: str, user_id: str, ctx: Context) -> Job | None:
    try:
        job = _own_job(video_id, user_id, ctx)
    except NotFoundError:
        return None
    return None if job.video is None else job


def _is_completed(job: Job) -> bool:
    return job.video is not None and job.video.status is VideoStatus.COMPLETED


def _status(job: Job) -> str:
    return "no video" if job.video is None else job.video.status.value


def _videos_of(videos: Sequence[Job], left_out: Sequence[str], ctx: Context) -> ChosenFiles:
    shown = [(job, playable(job, ctx)) for job in videos]
    found = [(job.title, file[0]) for job, file in shown if file is not None]
    left_out = [*left_out, *(f"{job.title}: {_status(job)}" for job, file in shown if file is None)]
    if not found:
        raise ConflictError("There is nothing to download yet: no video of it is completed.")
    first = safe_title(found[0][0], otherwise="Videos")
    name = first if len(found) == 1 else f"{first} and {len(found) - 1} more"
    return _named(name, [(number, *file) for number, file in enumerate(found, start=1)], left_out)


def _takes_of(job: Job, ctx: Context) -> ChosenFiles:
    files: list[Numbered] = []
    left_out: list[str] = []
    if job.composition is not None and job.is_composed:
        files.append((0, job.title, job.composition.video_key))
    else:
        left_out.append("The composed video: it does not show the clips as they are now")
    for number, entry in enumerate(ctx.jobs.list_takes(job.job_id, job.clip_ids), start=1):
        title = _bare(entry.clip) or entry.clip.file_name or "Clip"
        if entry.version is not None:
            files.append((number, title, entry.version.objects.video_key))
        else:
            left_out.append(f"{title}: it has no take yet")
    if not files:
        raise ConflictError(f"There is nothing to download yet: the job is {job.status}.")
    return _named(safe_title(job.title, otherwise="Job"), files, left_out)


def _bare(clip: Clip) -> str:
    """Return a clip's title without the ending of its file, which the entry has a video's instead of."""
    return PurePosixPath(clip.title).stem if clip.title == clip.file_name else clip.title


def _named(name: str, files: Sequence[Numbered], left_out: Sequence[str]) -> ChosenFiles:
    last = files[-1][0]
    named = tuple((numbered_name(number, title, last=last), key) for number, title, key in files)
    return ChosenFiles(f"{name}.zip", named, tuple(left_out))
