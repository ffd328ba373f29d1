"""Operations on a job's timeline: clips, their order and trims, undoing that, and the sound track."""

from __future__ import annotations

import uuid

from retake_client import models as api
from retake_client.http import Json, path
from retake_client.session import ApiSession


class TimelineOperations(ApiSession):
    """What changes a job's timeline."""

    def add_clips(self, job: api.JobView, request: Json) -> api.JobView:
        """Add clips; refused, as every change of a clip, if the timeline changed since the job was read."""
        headers = {**_seen(job), "Idempotency-Key": str(uuid.uuid4())}
        return self.send(
            api.JobView, "POST", path("jobs", job["job_id"], "clips"), json=request, headers=headers
        )

    def estimate_clips(self, job_id: str, request: Json) -> api.JobEstimateView:
        """Price clips; nothing is added."""
        return self.post(api.JobEstimateView, path("jobs", job_id, "clips", "estimate"), request)

    def change_clip(self, job: api.JobView, clip_index: int, change: Json) -> api.JobView:
        """Change a clip's ``title``, or its ``trim``; a trim of None shows all of it."""
        where = path("jobs", job["job_id"], "clips", str(clip_index))
        return self.send(api.JobView, "PATCH", where, json=change, headers=_seen(job))

    def duplicate_clip(self, job: api.JobView, clip_index: int) -> api.JobView:
        """Put a copy of a clip behind it."""
        where = path("jobs", job["job_id"], "clips", str(clip_index), "duplicate")
        headers = {**_seen(job), "Idempotency-Key": str(uuid.uuid4())}
        return self.send(api.JobView, "POST", where, headers=headers)

    def remove_clip(self, job: api.JobView, clip_index: int) -> api.JobView:
        """Take a clip out of the timeline."""
        where = path("jobs", job["job_id"], "clips", str(clip_index))
        return self.send(api.JobView, "DELETE", where, headers=_seen(job))

    def removed_clips(self, job_id: str) -> api.RemovedClipList:
        """Read the clips that were taken out, the last one first."""
        return self.get(api.RemovedClipList, path("jobs", job_id, "removed-clips"))

    def return_clip(self, job: api.JobView, clip_id: str) -> api.JobView:
        """Put a removed clip back where it was."""
        where = path("jobs", job["job_id"], "removed-clips", clip_id, "return")
        return self.send(api.JobView, "POST", where, json={}, headers=_seen(job))

    def undo(self, job: api.JobView) -> api.JobView:
        """Take the last change of a timeline back."""
        return self.send(api.JobView, "POST", path("jobs", job["job_id"], "undo"), headers=_seen(job))

    def set_soundtrack(self, job_id: str, request: Json) -> api.JobView:
        """Set a job's sound track, or how it is heard, and compose."""
        return self.send(api.JobView, "PUT", path("jobs", job_id, "soundtrack"), json=request)

    def remove_soundtrack(self, job_id: str) -> api.JobView:
        """Have the clips' own sound heard alone, and compose."""
        return self.send(api.JobView, "DELETE", path("jobs", job_id, "soundtrack"))


def _seen(job: api.JobView) -> dict[str, str]:
    """Return the header by which a change is refused if the timeline is no longer the one that was read."""
    return {"If-Match": f'"{job["timeline_revision"]}"'}
