"""The last step of a new job's preparation: it is ready, or it failed with reasons."""

from dataclasses import replace

from retake.domain.changes import Change, EventDraft
from retake.domain.records import Job
from retake.domain.statuses import ClipStatus, EventName, JobStatus
from retake.ports.jobs import JobRepository
from retake.ports.system import Clock
from retake.services.commits import change_job

INTERRUPTED = "its preparation was interrupted"


def finish_preparation(job_id: str, *, recompose_error: str | None, jobs: JobRepository, clock: Clock) -> Job:
    """Decide whether the job is ready; a repeat changes nothing.

    A job is ready only when every clip is: a video with a hole is not what was asked for.
    """

    def decide(job: Job) -> tuple[Change | None, None]:
        if job.status is not JobStatus.PREPARING:
            return None, None
        clips = {entry.clip.clip_id: entry.clip for entry in jobs.list_clips(job_id)}
        reasons = [
            f"clip {index}: {clips[clip_id].failure or INTERRUPTED}"
            for index, clip_id in enumerate(job.clip_ids)
            if clips[clip_id].status is not ClipStatus.READY
        ]
        if recompose_error and not reasons:
            reasons.append(f"the video could not be composed: {recompose_error}")
        if reasons:
            failure = "; ".join(reasons)
            failed = replace(job, status=JobStatus.FAILED, failure=failure, lease_until=None)
            return Change(failed, events=(EventDraft(EventName.JOB_FAILED, {"reason": failure}),)), None
        ready = replace(job, status=JobStatus.READY, lease_until=None)
        event = EventDraft(EventName.JOB_READY, {"clips": len(job.clip_ids)})
        return Change(ready, events=(event,)), None

    return change_job(jobs, clock, job_id, decide)[0]
