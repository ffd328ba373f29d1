"""Check a request for a job against what there is, and find every fault before anything is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from retake.domain.errors import Fault, InvalidRequestError
from retake.domain.media import MediaProfile
from retake.domain.profiles import (
    ClipFormat,
    ProfileLimits,
    describe,
    excess_of,
    format_of,
    longest_ms,
    plan_profile,
)
from retake.domain.reasons import is_blank
from retake.domain.staleness import find_circle
from retake.ports.workflows import ProbeResult
from retake.services.context import Context
from retake.services.jobs.find_takes import FoundTake, WantedTake, find_takes
from retake.services.jobs.find_uploads import FoundUpload, WantedUpload, find_uploads, probe_found
from retake.services.jobs.job_request import JobRequest, NewClip, check_shape, field_of, refused
from retake.services.references.find_references import FoundReference, Target, find_references
from retake.services.videos.plan_videos import VideoPlan, plan_videos

SOUNDTRACK = "soundtrack_upload_id"

T = TypeVar("T")


@dataclass(frozen=True)
class ClipPlan:
    """A clip that can be made.

    Attributes:
        format: Size, rate and length of its file, or as it was asked for.
        size_bytes: Of its file; nothing for one that is generated.
        source_key: Its file; empty for one that is generated.
        source_etag: Tag of its file as it was looked at, where that can still be replaced.
        model: What its file was made with, or it is generated with; empty for an upload.
        is_lent: Whether the file is another job's, which may delete it.
        generated: How it is generated.
        references: What it is made from besides words.
        file_name: The name of its upload; empty for others.
    """

    title: str
    prompt: str
    format: ClipFormat
    size_bytes: int = 0
    source_key: str = ""
    source_etag: str = ""
    model: str = ""
    is_lent: bool = False
    generated: VideoPlan | None = None
    references: tuple[FoundReference, ...] = ()
    file_name: str = ""


@dataclass(frozen=True)
class JobPlan:
    """A job that can be made.

    Attributes:
        reasons: Why its profile is not that of its first clip, although the request leaves it to that.
    """

    clips: tuple[ClipPlan, ...]
    profile: MediaProfile
    reasons: tuple[str, ...]
    soundtrack: ProbeResult | None

    @property
    def generated(self) -> Mapping[int, VideoPlan]:
        """Return how clips are generated, by their place."""
        found = ((index, clip.generated) for index, clip in enumerate(self.clips))
        return {index: plan for index, plan in found if plan is not None}


def plan_job(request: JobRequest, ctx: Context) -> JobPlan:
    """Return what is to be made.

    Raises:
        InvalidRequestError: Naming every fault: first those that a look into the records shows,
            then those of the files themselves.
    """
    faults = check_shape(request.clips, ctx.limits)
    generated = collect(faults, lambda: plan_prompts(request.clips, ctx)) or {}
    uploads = find_uploads(_wanted_uploads(request), faults, ctx, user_id=request.user_id)
    takes = find_takes(_wanted_takes(request), faults, ctx, user_id=request.user_id)
    refuse(faults)
    probed = probe_found(uploads, faults, ctx)
    references = _references(request, generated, faults, ctx)
    refuse(faults)
    clips = tuple(
        _generated(generated[position], references[generated[position].request.field])
        if position in generated
        else _of_file(clip, position, uploads, probed, takes)
        for position, clip in enumerate(request.clips)
    )
    lengths = ProfileLimits(ctx.limits.max_clip_duration_ms, ctx.limits.max_job_duration_ms)
    planned = plan_profile([clip.format for clip in clips], request.profile, lengths)
    _check_whole(clips, planned.profile, ctx)
    return JobPlan(clips, planned.profile, planned.reasons, probed.get(SOUNDTRACK))


def _references(
    request: JobRequest, generated: Mapping[int, VideoPlan], faults: list[Fault], ctx: Context
) -> Mapping[str, tuple[FoundReference, ...]]:
    """Return what generated clips are made from; none of them may wait for itself."""
    clips = len(request.clips) + (0 if request.job is None else len(request.job.clip_ids))
    targets = [
        Target(plan.request.field, plan.model, plan.request.references, request.place + place, clips)
        for place, plan in generated.items()
    ]
    found = find_references(targets, faults, ctx, user_id=request.user_id, job=request.job)
    circle = find_circle([str(place) for place in generated], made_from_of(generated))
    for place in map(int, circle):
        names = " and ".join(circle)
        faults.append(
            Fault(
                f"{generated[place].request.field}references",
                f"Clips {names} are made from each other, so none of them can be the first; leave out a "
                "'from' or a 'to' between them.",
            )
        )
    return found


def made_from_of(generated: Mapping[int, VideoPlan]) -> Mapping[str, set[str]]:
    """Return the places of the clips beside each generated clip that it is made from, as text."""
    return {
        str(place): {
            str(place + reference.neighbour.step)
            for reference in plan.request.references
            if reference.neighbour is not None
        }
        for place, plan in generated.items()
    }


def _check_whole(clips: Sequence[ClipPlan], profile: MediaProfile, ctx: Context) -> None:
    excess = excess_of(profile)
    if excess is not None:
        raise refused([Fault("profile", excess)])
    faults = []
    most_ms = longest_ms(profile, ctx.limits.max_clip_duration_ms)
    for position, clip in enumerate(clips):
        if clip.format.duration_ms > most_ms:
            name = clip.file_name or clip.title
            detail = f"{name}: at {describe(profile)} a clip may last at most {most_ms / 1000:g} s."
            faults.append(Fault(field_of(position), detail))
    most_ms = longest_ms(profile, ctx.limits.max_job_duration_ms)
    if sum(clip.format.duration_ms for clip in clips) > most_ms:
        detail = f"At {describe(profile)} the clips may last at most {most_ms / 60_000:g} minutes together."
        faults.append(Fault("clips", detail))
    if sum(clip.size_bytes for clip in clips) > ctx.limits.max_job_bytes:
        gigabytes = ctx.limits.max_job_bytes / 1024**3
        faults.append(Fault("clips", f"Together the clips may have at most {gigabytes:g} GB."))
    refuse(faults)


def plan_prompts(clips: Sequence[NewClip], ctx: Context) -> Mapping[int, VideoPlan]:
    """Return how the clips are generated that are made of words, by position.

    Raises:
        InvalidRequestError: Naming every fault of every prompt, and what is offered instead.
    """
    requests = {
        position: clip.video_request(position)
        for position, clip in enumerate(clips)
        if clip.is_generated and not is_blank(clip.prompt)  # else it is refused for that
    }
    if not requests:  # without prompts no catalogue is needed
        return {}
    return dict(zip(requests, plan_videos(tuple(requests.values()), ctx.model_choices), strict=True))


def _wanted_uploads(request: JobRequest) -> list[WantedUpload]:
    wanted = [
        WantedUpload(f"{field_of(position)}.upload_id", clip.upload_id, "video")
        for position, clip in enumerate(request.clips)
        if clip.upload_id is not None
    ]
    if request.soundtrack_upload_id is not None:
        wanted.append(WantedUpload(SOUNDTRACK, request.soundtrack_upload_id, "audio"))
    return wanted


def _wanted_takes(request: JobRequest) -> list[WantedTake]:
    return [
        WantedTake(field_of(position), clip.video_id, clip.version_id)
        for position, clip in enumerate(request.clips)
        if clip.video_id is not None
    ]


def _of_file(
    clip: NewClip,
    position: int,
    uploads: Mapping[str, FoundUpload],
    probed: Mapping[str, ProbeResult],
    takes: Mapping[str, FoundTake],
) -> ClipPlan:
    field = field_of(position)
    if field in takes:
        return _of_take(clip, takes[field])
    result = probed[f"{field}.upload_id"]
    info = result.info
    if info is None:  # pragma: no cover - refused before
        raise refused([Fault(field, "It could not be read.")])
    upload = uploads[f"{field}.upload_id"].upload
    return ClipPlan(
        title=clip.title or upload.file_name,
        prompt=clip.prompt,
        format=format_of(info),
        size_bytes=info.size_bytes,
        source_key=upload.key,
        file_name=upload.file_name,
        source_etag=result.etag,
    )


def _of_take(clip: NewClip, found: FoundTake) -> ClipPlan:
    of_video, take = found.video.profile, found.take
    if of_video is None:  # pragma: no cover - set when the video is made
        raise refused([Fault("clips", "The video has no media profile.")])
    return ClipPlan(
        title=clip.title or found.video.title,
        prompt=clip.prompt or take.prompt,
        format=ClipFormat(of_video.width, of_video.height, of_video.fps, take.duration_ms),
        size_bytes=take.objects.size_bytes,
        source_key=take.objects.video_key,
        model=found.model,
        is_lent=True,
    )


def _generated(plan: VideoPlan, references: tuple[FoundReference, ...]) -> ClipPlan:
    return ClipPlan(
        title=plan.title,
        prompt=plan.prompt,
        format=ClipFormat(plan.profile.width, plan.profile.height, plan.profile.fps, plan.duration_ms),
        model=plan.model.name,
        generated=plan,
        references=references,
    )


def collect(faults: list[Fault], look: Callable[[], T]) -> T | None:
    """Return what was found; None, and the faults, where it was refused."""
    try:
        return look()
    except InvalidRequestError as error:
        faults += error.faults
        return None


def refuse(faults: Sequence[Fault]) -> None:
    """Refuse a job with faults. Raises ``InvalidRequestError``."""
    if faults:
        raise refused(faults)
