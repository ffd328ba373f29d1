"""Another generation of a video that has no take: for a retry, and for a video that was paused."""

from collections.abc import Callable
from dataclasses import replace

from retake.domain.batch_clips import picture_of
from retake.domain.changes import Change
from retake.domain.errors import InvalidRequestError
from retake.domain.estimates import estimate_videos_s
from retake.domain.limits import Limits
from retake.domain.records.jobs import Job
from retake.domain.videos import Creation, CreationMode
from retake.ports.jobs import JobRepository
from retake.ports.requests import GenerationTimes
from retake.ports.system import Clock, Ids
from retake.ports.usage import UsageRepository
from retake.ports.videos import CreationRepository
from retake.ports.workflows import WorkflowEngine
from retake.services.usage.require_budget import require_budget
from retake.services.usage.reserve_spending import reserve_spending
from retake.services.videos.build_video import Asked, EarlierGeneration, build_retry
from retake.services.videos.plan_videos import ModelChoices
from retake.services.videos.start_creation import start_creation


class GenerateAgain:
    """The steps of another generation, in whichever order its caller can repeat them."""

    def __init__(
        self,
        *,
        jobs: JobRepository,
        creations: CreationRepository,
        usage: UsageRepository,
        workflow: WorkflowEngine,
        times: GenerationTimes,
        offer: Callable[[], ModelChoices],
        clock: Clock,
        ids: Ids,
        limits: Limits,
    ) -> None:
        self._jobs = jobs
        self._creations = creations
        self._usage = usage
        self._workflow = workflow
        self._times = times
        self._offer = offer
        self._clock = clock
        self._ids = ids
        self._limits = limits

    def require_budget(self, user_id: str) -> None:
        """Refuse a user who may add nothing now.

        Raises:
            StorageBudgetExceededError: If it is so.
        """
        require_budget(user_id, usage=self._usage, limits=self._limits)

    def plan(self, job: Job, creation_id: str, *, request_hash: str) -> Change:
        """Return the commit that accepts it, priced as of today: with the video's own words and settings.

        Raises:
            InvalidRequestError: If its model is no more.
            SpendLimitError: If the user's monthly limit does not allow it.
        """
        if job.video is None:  # pragma: no cover - the callers have looked
            raise ValueError(job.job_id)
        offer = self._offer()
        try:
            model = offer.catalogue.choose(job.video.model, today=offer.today).model
        except InvalidRequestError as error:
            raise InvalidRequestError(
                f"“{job.title}” was to be made with {job.video.model!r}, and a retry keeps the model. "
                f"{error.detail} Make a new video with its prompt."
            ) from error
        clip = self._jobs.get_take(job.job_id, job.clip_ids[0], None).clip
        asked = Asked(
            creation_id=creation_id,
            user_id=job.user_id,
            request_hash=request_hash,
            project_id=job.video.project_id,
            now=self._clock.now(),
            estimated_time_s=estimate_videos_s([model], self._times.recent_ms),
        )
        size = None if job.profile is None else picture_of(job.profile, clip, is_first=True)
        cost = model.estimate(clip.duration_ms, size)
        earlier = EarlierGeneration(
            self._jobs.get_batch(job.job_id, job.video.batch_id),
            self._jobs.get_regeneration(job.job_id, job.video.regeneration_id),
        )
        change = build_retry(
            job, clip, asked, earlier=earlier, deadline_s=model.deadline_s, cost=cost, ids=self._ids
        )
        reserves = reserve_spending(
            job.user_id, [asked.hold(cost)], asked.month, usage=self._usage, limits=offer.limits
        )
        return replace(change, reserves=reserves)

    def record(self, job: Job, creation_id: str, *, mode: CreationMode, request_hash: str) -> Creation:
        """Write what the execution is started for, or find it written."""
        return self._creations.create_creation(
            Creation(
                creation_id=creation_id,
                user_id=job.user_id,
                mode=mode,
                video_ids=(job.job_id,),
                request_hash=request_hash,
                created_at=self._clock.now(),
                project_id=None if job.video is None else job.video.project_id,
                estimated_cost=None if job.video is None else job.video.estimated_cost,
            )
        )

    def start(self, creation: Creation) -> None:
        """Start the execution, once however often it is asked for.

        Raises:
            WorkflowUnavailableError: If it cannot be started.
        """
        start_creation(creation, workflow=self._workflow, limits=self._limits)
