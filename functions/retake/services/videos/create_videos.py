"""Ask for videos: everything is checked before anything is written, and written before it is submitted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from retake.domain.errors import (
    Fault,
    InvalidRequestError,
    NotFoundError,
    SpendLimitError,
    WorkflowUnavailableError,
)
from retake.domain.estimates import estimate_videos_s
from retake.domain.limits import Limits
from retake.domain.records.jobs import Job
from retake.domain.records.ledger import Deletion
from retake.domain.spending import Reservation
from retake.domain.statuses import BatchStatus
from retake.domain.versions import READER_GRACE
from retake.domain.videos import Creation, CreationMode, VideoReference, video_id_of
from retake.ports.jobs import JobRepository
from retake.ports.objects import ObjectStore
from retake.ports.requests import GenerationTimes, UploadRepository
from retake.ports.system import Clock, Ids
from retake.ports.usage import UsageRepository
from retake.ports.videos import CreationRepository, ProjectRepository
from retake.ports.workers import MediaWorkers
from retake.ports.workflows import WorkflowEngine
from retake.services.batches.finish_batch import end_unstarted_batch, finish_batch
from retake.services.commits import commit_new
from retake.services.probed_files import copy_probed
from retake.services.usage.require_budget import require_budget
from retake.services.usage.reserve_spending import reserve_spending
from retake.services.videos.build_video import Asked, build_video
from retake.services.videos.find_references import FoundReference, find_references
from retake.services.videos.plan_videos import (
    ModelChoices,
    VideoPlan,
    VideoRequest,
    cost_of,
    plan_request,
    refusal,
    warnings_of,
)
from retake.services.videos.read_creation import CreatedVideos, find_videos
from retake.services.videos.start_creation import start_creation

OTHER_KEY = "This Idempotency-Key was used for another request; use a new one."


@dataclass(frozen=True)
class CreationRequest:
    """What a person asks for; ``creation_id`` is derived from the idempotency key."""

    creation_id: str
    user_id: str
    request_hash: str
    mode: CreationMode
    videos: Sequence[VideoRequest]
    project_id: str | None = None


@dataclass(frozen=True)
class CheckedVideos:
    """A request that can be carried out: a plan for each wish, and what they go by, by upload id."""

    plans: tuple[VideoPlan, ...]
    references: Mapping[str, FoundReference]


class CreateVideos:
    """Write the videos of one request, then start making them."""

    def __init__(
        self,
        *,
        jobs: JobRepository,
        creations: CreationRepository,
        projects: ProjectRepository,
        uploads: UploadRepository,
        usage: UsageRepository,
        objects: ObjectStore,
        workers: MediaWorkers,
        workflow: WorkflowEngine,
        times: GenerationTimes,
        offer: Callable[[], ModelChoices],
        clock: Clock,
        ids: Ids,
        limits: Limits,
    ) -> None:
        self._jobs = jobs
        self._creations = creations
        self._projects = projects
        self._uploads = uploads
        self._usage = usage
        self._objects = objects
        self._workers = workers
        self._workflow = workflow
        self._times = times
        self._offer = offer
        self._clock = clock
        self._ids = ids
        self._limits = limits

    def __call__(self, request: CreationRequest) -> CreatedVideos:
        """Make the videos exist as ``processing`` and start their execution.

        Each video is one commit; the creation's record follows when all are there, then the execution.
        Whatever dies in between is brought to an end by a repeat of the request, which finds what is
        there by its id, or by the reconciliation.

        Raises:
            InvalidRequestError: Naming every fault; nothing was written.
            StorageBudgetExceededError: If the user may add nothing now; nothing was written.
            SpendLimitError: If the month has no room for all of them; nothing was started or charged.
            WorkflowUnavailableError: The workflow refused to start; the videos are recorded as failed.
        """
        creation = self._find_repeat(request) or self._create(request)
        videos = find_videos(creation, self._jobs)
        if any(self._is_unstarted(video, creation) for video in videos):
            self._start(creation, videos)
        return CreatedVideos(creation, find_videos(creation, self._jobs))

    def check(self, request: CreationRequest) -> CheckedVideos:
        """Check a request whole; nothing is written.

        Raises:
            InvalidRequestError: Naming every fault.
            StorageBudgetExceededError: If the user may add nothing now.
        """
        require_budget(request.user_id, usage=self._usage, limits=self._limits)
        self._check_project(request)
        plans = plan_request(request.mode, request.videos, self._offer())
        references = find_references(
            plans,
            user_id=request.user_id,
            uploads=self._uploads,
            objects=self._objects,
            workers=self._workers,
        )
        return CheckedVideos(plans, references)

    def _find_repeat(self, request: CreationRequest) -> Creation | None:
        found = self._creations.find_creation(request.creation_id)
        if found is not None and found.request_hash != request.request_hash:
            raise InvalidRequestError(OTHER_KEY)
        return found

    def _create(self, request: CreationRequest) -> Creation:
        checked = self.check(request)
        plans, references = checked.plans, checked.references
        asked = Asked(
            creation_id=request.creation_id,
            user_id=request.user_id,
            request_hash=request.request_hash,
            project_id=request.project_id,
            now=self._clock.now(),
            estimated_time_s=estimate_videos_s([plan.model for plan in plans], self._times.recent_ms),
        )
        planned = {video_id_of(request.creation_id, position): plan for position, plan in enumerate(plans)}
        try:
            self._reserve([plan for video_id, plan in planned.items() if not self._find(video_id)], asked)
            for position, (video_id, plan) in enumerate(planned.items()):
                # Lists are in the order of these times: so the videos stay in the order of the request.
                its_own = replace(asked, now=asked.now + timedelta(microseconds=position))
                self._create_video(video_id, plan, its_own, references)
        except SpendLimitError as error:
            # Another request took what was left, between this one's check of all and one of its commits.
            self._withdraw(planned, asked, reason=error.detail)
            raise
        return self._creations.create_creation(
            Creation(
                creation_id=request.creation_id,
                user_id=request.user_id,
                mode=request.mode,
                video_ids=tuple(planned),
                request_hash=request.request_hash,
                created_at=asked.now,
                project_id=request.project_id,
                estimated_cost=cost_of(plans),
                warnings=warnings_of(plans),
            )
        )

    def _check_project(self, request: CreationRequest) -> None:
        if request.project_id is None:
            return
        if self._projects.find_project(request.user_id, request.project_id) is None:
            raise refusal([Fault("project_id", "There is no such project; make it first, or leave it out.")])

    def _create_video(
        self, video_id: str, plan: VideoPlan, asked: Asked, references: Mapping[str, FoundReference]
    ) -> None:
        made = self._find(video_id)
        if made is None:
            found = references.get(plan.request.reference_upload_id or "")
            reference, nets = self._keep_reference(video_id, found)
            change = build_video(video_id, plan, asked, reference=reference, ids=self._ids)
            made = commit_new(
                self._jobs,
                self._clock,
                replace(change, removes=nets),
                reserve=lambda: self._reserve([plan], asked),
            )
        if made.request_hash != asked.request_hash:
            raise InvalidRequestError(OTHER_KEY)

    def _find(self, video_id: str) -> Job | None:
        try:
            return self._jobs.get_job(video_id)
        except NotFoundError:
            return None

    def _reserve(self, plans: Sequence[VideoPlan], asked: Asked) -> Reservation:
        """Return what is set aside for these videos. Raises ``SpendLimitError``."""
        holds = [asked.hold(plan.estimated_cost) for plan in plans]
        return reserve_spending(asked.user_id, holds, asked.month, usage=self._usage, limits=self._limits)

    def _withdraw(self, video_ids: Iterable[str], asked: Asked, *, reason: str) -> None:
        """End the videos of a request that were written before it was refused; nothing was charged."""
        for video in filter(None, map(self._find, video_ids)):
            if video.active_batch_id == asked.creation_id:
                finish_batch(
                    video.job_id,
                    asked.creation_id,
                    recompose_error=None,
                    jobs=self._jobs,
                    workflow=self._workflow,
                    clock=self._clock,
                    reason=reason,
                )

    def _keep_reference(
        self, video_id: str, found: FoundReference | None
    ) -> tuple[VideoReference | None, tuple[Deletion, ...]]:
        """Copy the file out of ``uploads/``, which expires within a day; the ledger knows the copy."""
        if found is None:
            return None, ()
        key = f"clips/{video_id}/reference/{self._ids.new()}"
        net = Deletion(
            video_id, self._ids.new(), (key,), self._clock.now() + READER_GRACE, "video never committed"
        )
        self._jobs.put_drafts((net,))
        copy_probed(found.upload.key, key, etag=found.etag, objects=self._objects)
        return VideoReference(key, found.content_type, found.size_bytes), (net,)

    def _is_unstarted(self, video: Job, creation: Creation) -> bool:
        if video.active_batch_id != creation.creation_id:
            return False
        return self._jobs.get_batch(video.job_id, creation.creation_id).status is BatchStatus.STARTING

    def _start(self, creation: Creation, videos: Sequence[Job]) -> None:
        try:
            start_creation(creation, workflow=self._workflow, limits=self._limits)
        except WorkflowUnavailableError as error:
            for video in videos:
                end_unstarted_batch(
                    self._jobs.get_batch(video.job_id, creation.creation_id),
                    reason=error.detail,
                    jobs=self._jobs,
                    workflow=self._workflow,
                    clock=self._clock,
                )
            raise
