"""Make a job of uploads: everything is checked before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from retake.domain.changes import Change
from retake.domain.errors import (
    ConcurrentUpdateError,
    Fault,
    InvalidRequestError,
    NotFoundError,
    WorkflowUnavailableError,
)
from retake.domain.limits import Limits
from retake.domain.media import MediaProfile, profile_for
from retake.domain.records import Clip, Deletion, Job, Soundtrack, Upload
from retake.domain.statuses import ClipStatus, JobStatus
from retake.domain.versions import READER_GRACE
from retake.ports.jobs import JobRepository
from retake.ports.objects import ObjectStore
from retake.ports.requests import UploadRepository
from retake.ports.system import Clock, Ids
from retake.ports.usage import UsageRepository
from retake.ports.workers import MediaWorkers, ProbeResult
from retake.ports.workflows import WorkflowEngine
from retake.services.usage.require_budget import require_budget

PREPARATION_LEASE = timedelta(minutes=15)


@dataclass(frozen=True)
class NewClip:
    """A clip of the request: its upload, and what people call it and what it shows."""

    upload_id: str
    title: str | None = None
    prompt: str = ""


@dataclass(frozen=True)
class JobRequest:
    """What a person asks for; ``job_id`` is derived from the idempotency key."""

    job_id: str
    user_id: str
    request_hash: str
    title: str
    clips: Sequence[NewClip]
    soundtrack_upload_id: str | None = None
    profile: MediaProfile | None = None


@dataclass(frozen=True)
class Source:
    """One upload of the request: the field that names it, and the upload."""

    field: str
    upload: Upload


class CreateJob:
    """Probe the uploads, write the job, and have its clips prepared."""

    def __init__(
        self,
        *,
        jobs: JobRepository,
        uploads: UploadRepository,
        usage: UsageRepository,
        objects: ObjectStore,
        workers: MediaWorkers,
        workflow: WorkflowEngine,
        clock: Clock,
        ids: Ids,
        limits: Limits,
    ) -> None:
        self._jobs = jobs
        self._uploads = uploads
        self._usage = usage
        self._objects = objects
        self._workers = workers
        self._workflow = workflow
        self._clock = clock
        self._ids = ids
        self._limits = limits

    def __call__(self, request: JobRequest) -> Job:
        """Make the job; it is ``preparing`` until its clips are normalised.

        Raises:
            InvalidRequestError: Naming every fault; nothing was written.
            StorageBudgetExceededError: If the user may add nothing now; nothing was written.
            WorkflowUnavailableError: If the preparation could not be started.
        """
        repeated = self._find_repeat(request)
        if repeated is not None:
            return repeated
        require_budget(request.user_id, usage=self._usage, limits=self._limits)
        sources = self._sources(request)
        probed = self._probe(sources)
        videos = [probed[source.upload.key] for source in sources if source.upload.kind == "video"]
        self._check_whole(videos)
        first = videos[0].info
        if first is None:  # pragma: no cover - _probe refused it
            raise InvalidRequestError("The first clip could not be read.")
        profile = request.profile or profile_for(first)
        clips = [
            self._clip(request, clip, result, profile, position)
            for position, (clip, result) in enumerate(zip(request.clips, videos, strict=True))
        ]
        job = self._job(request, clips, profile, sources, probed)
        return self._write(job, clips, request)

    def _find_repeat(self, request: JobRequest) -> Job | None:
        try:
            job = self._jobs.get_job(request.job_id)
        except NotFoundError:
            return None
        if job.request_hash != request.request_hash:
            raise InvalidRequestError("This Idempotency-Key was used for another request; use a new one.")
        return job

    def _sources(self, request: JobRequest) -> list[Source]:
        wanted = [(f"clips[{i}].upload_id", clip.upload_id, "video") for i, clip in enumerate(request.clips)]
        if request.soundtrack_upload_id is not None:
            wanted.append(("soundtrack_upload_id", request.soundtrack_upload_id, "audio"))
        if len(request.clips) > self._limits.max_clips:  # refused before anything is looked up for each
            fault = Fault("clips", f"A job has at most {self._limits.max_clips} clips.")
            raise InvalidRequestError("The job was refused; nothing was written.", faults=[fault])
        faults = [] if request.clips else [Fault("clips", "Name at least one upload.")]
        sources = []
        for field, upload_id, kind in wanted:
            upload = self._uploads.find_upload(upload_id)
            if upload is None or upload.user_id != request.user_id:
                faults.append(Fault(field, "There is no such upload, or it expired; upload the file again."))
            elif upload.kind != kind:
                faults.append(Fault(field, f"This upload is for {upload.kind}; {kind} is needed here."))
            elif self._objects.find(upload.key) is None:
                faults.append(
                    Fault(field, "The file has not arrived yet: send it to the upload's URL first.")
                )
            else:
                sources.append(Source(field, upload))
        if faults:
            raise InvalidRequestError("The job was refused; nothing was written.", faults=faults)
        return sources

    def _probe(self, sources: Sequence[Source]) -> dict[str, ProbeResult]:
        pairs = sorted({(source.upload.key, source.upload.kind) for source in sources})
        probed = {result.key: result for result in self._workers.probe(pairs)}
        faults = []
        for source in sources:
            result = probed[source.upload.key]
            if result.info is None:
                faults.append(Fault(source.field, f"{source.upload.file_name}: {result.error}"))
            elif (
                source.upload.kind == "video" and result.info.duration_ms > self._limits.max_clip_duration_ms
            ):
                longest = self._limits.max_clip_duration_ms // 1000
                faults.append(Fault(source.field, f"A clip may last at most {longest} s."))
        if faults:
            raise InvalidRequestError("The job was refused; nothing was written.", faults=faults)
        return probed

    def _check_whole(self, videos: Sequence[ProbeResult]) -> None:
        infos = [video.info for video in videos if video.info is not None]
        faults = []
        if sum(info.duration_ms for info in infos) > self._limits.max_job_duration_ms:
            faults.append(Fault("clips", "Together the clips may last at most 30 minutes."))
        if sum(info.size_bytes for info in infos) > self._limits.max_job_bytes:
            faults.append(Fault("clips", "Together the clips may have at most 4 GB."))
        if faults:
            raise InvalidRequestError("The job was refused; nothing was written.", faults=faults)

    def _clip(
        self, request: JobRequest, clip: NewClip, probed: ProbeResult, profile: MediaProfile, position: int
    ) -> Clip:
        duration_ms = probed.info.duration_ms if probed.info else 0
        frames = profile.frame_count(duration_ms)
        return Clip(
            job_id=request.job_id,
            clip_id=self._ids.new(),
            title=clip.title or f"Clip {position + 1}",
            status=ClipStatus.PREPARING,
            source_key=probed.key,
            duration_ms=profile.duration_ms(frames),
            frames=frames,
            prompt=clip.prompt,
        )

    def _job(
        self,
        request: JobRequest,
        clips: Sequence[Clip],
        profile: MediaProfile,
        sources: Sequence[Source],
        probed: dict[str, ProbeResult],
    ) -> Job:
        audio = next((source.upload for source in sources if source.upload.kind == "audio"), None)
        now = self._clock.now()
        return Job(
            job_id=request.job_id,
            user_id=request.user_id,
            title=request.title,
            status=JobStatus.PREPARING,
            created_at=now,
            clip_ids=tuple(clip.clip_id for clip in clips),
            request_hash=request.request_hash,
            profile=profile,
            soundtrack=None if audio is None else _soundtrack(probed[audio.key]),
            lease_until=now + PREPARATION_LEASE,
        )

    def _write(self, job: Job, clips: Sequence[Clip], request: JobRequest) -> Job:
        job, nets = self._keep_soundtrack(job)
        self._jobs.put_drafts(clips)
        try:
            job = self._jobs.commit(Change(job, removes=nets), now=self._clock.now())
        except ConcurrentUpdateError:  # the same request, twice at the same moment
            made = self._find_repeat(request)
            if made is None:  # pragma: no cover - made and purged within the moment
                raise
            return made
        try:
            self._workflow.start_preparation(job.job_id, job.clip_ids)
        except WorkflowUnavailableError as error:
            failed = replace(job, status=JobStatus.FAILED, failure=error.detail, lease_until=None)
            self._jobs.commit(Change(failed), now=self._clock.now())
            raise
        return job

    def _keep_soundtrack(self, job: Job) -> tuple[Job, tuple[Deletion, ...]]:
        """Copy the sound out of ``uploads/``, which expires within a day; the ledger knows the copy."""
        if job.soundtrack is None:
            return job, ()
        key = f"clips/{job.job_id}/soundtrack/{self._ids.new()}"
        net = Deletion(
            job.job_id, self._ids.new(), (key,), self._clock.now() + READER_GRACE, "job never committed"
        )
        self._jobs.put_drafts((net,))
        self._objects.copy(job.soundtrack.key, key)
        return replace(job, soundtrack=replace(job.soundtrack, key=key)), (net,)


def _soundtrack(probed: ProbeResult) -> Soundtrack:
    size_bytes = 0 if probed.info is None else probed.info.size_bytes
    return Soundtrack(probed.key, probed.content_hash, size_bytes)
