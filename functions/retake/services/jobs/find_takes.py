"""Find the takes of a user's videos that clips of a new job are made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from retake.domain.batch_clips import model_of
from retake.domain.clip_versions import ClipVersions
from retake.domain.errors import Fault, NotFoundError
from retake.domain.records.jobs import Job
from retake.domain.records.takes import Version
from retake.domain.statuses import JobStatus, VersionState
from retake.domain.videos import VideoStatus
from retake.services.context import Context

READABLE = {VersionState.ACTIVE, VersionState.ARCHIVING}
"""Also on its way to the archive a take lies where it was, and a while longer (the ledger's grace)."""

WAYS_OUT = {
    VideoStatus.PROCESSING: "The video is still being made; wait for the event video_completed.",
    VideoStatus.IN_DOUBT: "The video is still being made; wait for the event video_completed.",
    VideoStatus.FAILED: "The video could not be made; retry it first.",
    VideoStatus.CANCELLED: "The video was cancelled; retry it first.",
}


@dataclass(frozen=True)
class WantedTake:
    """A video that the request names, and which of its versions; None for the current one."""

    field: str
    video_id: str
    version_id: str | None


@dataclass(frozen=True)
class FoundTake:
    """A take that can be read, its video, and the name of the model that this was made with."""

    video: Job
    take: Version
    model: str


def find_takes(
    wanted: Sequence[WantedTake], faults: list[Fault], ctx: Context, *, user_id: str
) -> dict[str, FoundTake]:
    """Return the takes that are there, by field; what is wrong is added to ``faults``."""
    found = {}
    for item in wanted:
        video = _find_video(item, user_id, ctx)
        if video is None or video.video is None:
            faults.append(Fault(f"{item.field}.video_id", "There is no such video."))
        elif video.video.status is not VideoStatus.COMPLETED:
            faults.append(Fault(f"{item.field}.video_id", WAYS_OUT[video.video.status]))
        else:
            clip = ctx.jobs.get_clip(video.job_id, video.clip_ids[0])
            take = _find_take(item, clip, faults)
            if take is not None:
                found[item.field] = FoundTake(video, take, model_of(video, clip.clip))
    return found


def _find_video(item: WantedTake, user_id: str, ctx: Context) -> Job | None:
    try:
        job = ctx.jobs.get_job(item.video_id)
    except NotFoundError:
        return None
    return job if job.user_id == user_id and job.status is not JobStatus.DELETING else None


def _find_take(item: WantedTake, found: ClipVersions, faults: list[Fault]) -> Version | None:
    version = found.current if item.version_id is None else found.by_id(item.version_id)
    if version is None:
        where = f"GET /jobs/{found.clip.job_id}/clips/0/versions"
        faults.append(
            Fault(f"{item.field}.version_id", f"The video has no such version; {where} lists them.")
        )
        return None
    if version.state in READABLE:
        return version
    number, state = version.version_number, version.state
    way_out = "choose another" if state is VersionState.DELETED else "restore it first, or choose another"
    faults.append(Fault(f"{item.field}.version_id", f"Version {number} is {state}; {way_out}."))
    return None
