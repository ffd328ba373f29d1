"""Requests that are carried out at a later time: read when they are scheduled, and again when they start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from retake.contracts.schedules import ScheduledRegenerationModel, ScheduleModel
from retake.contracts.videos import VariationsRequestModel, VideoBatchRequestModel, VideoRequestModel
from retake.domain.clip_names import clip_name
from retake.domain.errors import ConflictError, Fault, InvalidRequestError
from retake.domain.records.jobs import Job
from retake.domain.schedules import Schedule, ScheduledKind, started_id_of
from retake.services.batches.accept_batch import BatchRequest
from retake.services.batches.validation import RegenerateRequest
from retake.services.context import Context
from retake.services.references.requested import RequestedReference
from retake.services.schedules.work import CheckedWork, RegenerationWork, VideosWork, Work, own_job
from retake.services.videos.create_videos import CreationRequest
from retake.services.videos.video_requests import VideosBody, asked_videos

Body = VideosBody | ScheduledRegenerationModel

BODIES: Mapping[ScheduledKind, type[Body]] = {
    ScheduledKind.VIDEO: VideoRequestModel,
    ScheduledKind.VARIATIONS: VariationsRequestModel,
    ScheduledKind.BATCH: VideoBatchRequestModel,
    ScheduledKind.REGENERATION: ScheduledRegenerationModel,
}


@dataclass(frozen=True)
class Owner:
    """Whose work it is, and by which request: the same at every attempt."""

    schedule_id: str
    user_id: str
    request_hash: str


def one_of(model: ScheduleModel) -> tuple[ScheduledKind, Body]:
    """Return the one request that is to be scheduled. Raises ``InvalidRequestError`` for none or several."""
    given = {kind: body for kind in ScheduledKind if (body := getattr(model, kind.value)) is not None}
    if len(given) == 1:
        return next(iter(given.items()))
    names = ", ".join(f"'{kind}'" for kind in ScheduledKind)
    said = "none was given" if not given else f"{len(given)} were given"
    detail = f"Give exactly one of {names}; {said}."
    places = list(given) or list(ScheduledKind)
    raise InvalidRequestError(detail, faults=[Fault(place.value, detail) for place in places])


def work_of_request(kind: ScheduledKind, body: Body, owner: Owner, ctx: Context) -> Work:
    """Return work as it is asked for now; its faults say where in the request they are."""
    work: Work
    if isinstance(body, ScheduledRegenerationModel):
        work = _regeneration(body, owner, {}, ctx)
    else:
        work = _videos(body, owner, {}, ctx)
    return _Placed(work, kind.value)


def work_of_schedule(schedule: Schedule, ctx: Context) -> Work:
    """Return a schedule's work as things are now.

    Raises:
        NotFoundError: If its job is gone.
        ConflictError: If one of its clips is.
    """
    body = BODIES[schedule.kind].model_validate_json(schedule.body)
    owner = Owner(schedule.schedule_id, schedule.user_id, schedule.request_hash)
    if not isinstance(body, ScheduledRegenerationModel):
        return _videos(body, owner, schedule.references, ctx)
    job = own_job(body.job_id, schedule.user_id, ctx)
    started = _regeneration(body, owner, schedule.references, ctx)
    if started.is_started():  # by an attempt that died before it was recorded; since then clips may be gone
        return started
    return _regeneration(_moved(body, schedule.clip_ids, job, ctx), owner, schedule.references, ctx)


def _videos(body: VideosBody, owner: Owner, references: Mapping[str, str], ctx: Context) -> VideosWork:
    asked = asked_videos(body)
    videos = [replace(video, references=_kept(video.references, references)) for video in asked.videos]
    request = CreationRequest(
        creation_id=started_id_of(owner.schedule_id),
        user_id=owner.user_id,
        request_hash=owner.request_hash,
        mode=asked.mode,
        videos=videos,
        project_id=asked.project_id,
    )
    return VideosWork(request, ctx)


def _kept(
    references: Sequence[RequestedReference], kept: Mapping[str, str]
) -> tuple[RequestedReference, ...]:
    """Return references with the uploads that are kept for the schedule in place of those that expire."""
    return tuple(
        replace(item, upload_id=kept.get(item.upload_id or "", item.upload_id)) for item in references
    )


def _regeneration(
    body: ScheduledRegenerationModel, owner: Owner, references: Mapping[str, str], ctx: Context
) -> RegenerationWork:
    content = RegenerateRequest.of(body)
    lines = [replace(line, references=_kept(line.references, references)) for line in content.clips]
    request = BatchRequest(
        job_id=body.job_id,
        user_id=owner.user_id,
        batch_id=started_id_of(owner.schedule_id),
        request_hash=owner.request_hash,
        content=replace(content, clips=lines),
    )
    return RegenerationWork(request, ctx)


def _moved(
    body: ScheduledRegenerationModel, clip_ids: Sequence[str], job: Job, ctx: Context
) -> ScheduledRegenerationModel:
    """Return the request about the same clips, wherever they stand now: people may have moved them."""
    gone = [
        clip_name(clip.clip_index, ctx.jobs.get_clip(job.job_id, clip_id).clip.title)
        for clip, clip_id in zip(body.clips, clip_ids, strict=True)
        if clip_id not in job.clip_ids
    ]
    if gone:
        names = " and ".join(gone)
        raise ConflictError(
            f"The job has lost what was {names} when this was scheduled. Nothing was started."
        )
    clips = [
        clip.model_copy(update={"clip_index": job.clip_ids.index(clip_id)})
        for clip, clip_id in zip(body.clips, clip_ids, strict=True)
    ]
    return body.model_copy(update={"clips": clips})


@dataclass(frozen=True)
class _Placed:
    """Work whose faults name their place in a larger request."""

    work: Work
    place: str

    def check(self) -> CheckedWork:
        """Check it; a fault at ``prompt`` is one at ``video.prompt``."""
        try:
            return self.work.check()
        except InvalidRequestError as error:
            faults = [Fault(f"{self.place}.{fault.field}", fault.detail) for fault in error.faults]
            raise InvalidRequestError(error.detail, faults=faults) from error

    def is_started(self) -> bool:
        """Whether it is started."""
        return self.work.is_started()

    def start(self) -> None:
        """Start it."""
        self.work.start()
