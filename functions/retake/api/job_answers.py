"""What routes of jobs and of clips share: the clips of a request, and a job as the answer."""

from collections.abc import Sequence

from aws_lambda_powertools.event_handler import Response

from retake import bootstrap
from retake.api.http.requests import answered, etag
from retake.api.views.jobs import job_view
from retake.contracts.jobs import ClipRequest, JobView
from retake.domain.records.jobs import Job
from retake.routes import JobRoute
from retake.services.jobs.job_request import NewClip, field_of
from retake.services.videos.video_requests import references_of

PLAIN_FIELDS = {"upload_id", "video_id", "version_id", "title", "prompt", "model", "size"}
"""Fields of a clip that the service takes as they are."""


def new_clips(clips: Sequence[ClipRequest]) -> list[NewClip]:
    """Return the clips that a request asks for."""
    return [
        NewClip(
            **clip.model_dump(include=PLAIN_FIELDS),
            seconds=None if clip.seconds is None else str(clip.seconds),
            references=references_of(clip, field=f"{field_of(position)}."),
        )
        for position, clip in enumerate(clips)
    ]


def job_answer(status: int, job: Job) -> Response[JobView]:
    """Answer a job as it is, with the ETag of its timeline."""
    view = job_view(job, bootstrap.context.jobs.list_takes(job.job_id, job.clip_ids), bootstrap.context)
    location = JobRoute.READ.address(job_id=job.job_id) if status == 202 else None  # noqa: PLR2004 - Accepted
    return answered(status, view, location=location, tag=etag(job))
