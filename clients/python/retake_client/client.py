"""A client of Retake's HTTP API: it knows a URL and a sign-in, and nothing of what is behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from retake_client import models as api
from retake_client.http import Json, path
from retake_client.timeline import TimelineOperations
from retake_client.videos import VideoOperations


class RetakeClient(TimelineOperations, VideoOperations):
    """The operations of the API that the commands use.

    Example:
        with RetakeClient("http://127.0.0.1:8005", email="you@retake.local", password="...") as client:
            job = client.create_job([{"upload_id": client.upload(Path("shot.mp4"))}], title="Mine")
    """

    def create_job(self, clips: Sequence[Mapping[str, object]], *, title: str) -> api.JobView:
        """Make a job of uploads, in playback order."""
        return self.make_job({"title": title, "clips": [dict(clip) for clip in clips]})

    def estimate_job(self, request: Json) -> api.JobEstimateView:
        """Price a job of uploads, videos and prompts, and say its size and frame rate; nothing is made."""
        return self.post(api.JobEstimateView, "/jobs/estimate", request)

    def make_job(self, request: Json) -> api.JobView:
        """Make a job of uploads, videos and prompts in any mix."""
        return self.post(api.JobView, "/jobs", request)

    def job(self, job_id: str) -> api.JobView:
        """Read a job, its clips and its video."""
        return self.get(api.JobView, path("jobs", job_id))

    def estimate(
        self, job_id: str, instructions: Mapping[int, str | None], **for_all: object
    ) -> api.EstimateView:
        """Price a batch without starting it; the arguments are those of ``regenerate``."""
        where = path("jobs", job_id, "clips", "batch-regenerate", "estimate")
        return self.post(api.EstimateView, where, batch_body(instructions, for_all))

    def regenerate(
        self, job_id: str, instructions: Mapping[int, str | None], **for_all: object
    ) -> api.AcceptedBatchView:
        """Regenerate clips one after another.

        Args:
            job_id: The job.
            instructions: What to change, by the clip's index. None makes its take again as it was made, from
                what its sources are now; clips are then made in this order.
            for_all: What is asked of every clip: ``takes``, ``model``, ``from``, ``to``, ``references``; None
                leaves it to the server.
        """
        where = path("jobs", job_id, "clips", "batch-regenerate")
        return self.post(api.AcceptedBatchView, where, batch_body(instructions, for_all))

    def batch(self, job_id: str, batch_id: str) -> api.BatchView:
        """Read a batch and how its clips are."""
        return self.get(api.BatchView, path("jobs", job_id, "batches", batch_id))

    def batches(self, job_id: str) -> list[api.BatchSummary]:
        """Read the last batches of a job, newest first."""
        return self.get(api.BatchList, path("jobs", job_id, "batches"))["batches"]

    def retry(self, job_id: str, batch_id: str, *, model: str | None = None) -> api.AcceptedBatchView:
        """Start a new batch of the takes that did not succeed; each with its own model if none is named."""
        where = path("jobs", job_id, "batches", batch_id, "retry")
        return self.post(api.AcceptedBatchView, where, None if model is None else {"model": model})

    def versions(self, job_id: str, clip_index: int) -> list[api.VersionView]:
        """Read all takes of a clip, newest first."""
        return self.get(api.VersionList, path("jobs", job_id, "clips", clip_index, "versions"))["versions"]

    def compare(self, job_id: str, clip_index: int, *, left: str, right: str) -> api.ComparisonView:
        """Compare two takes of a clip."""
        takes = path("jobs", job_id, "clips", clip_index, "versions")
        return self.get(api.ComparisonView, f"{takes}/compare", {"left": left, "right": right})

    def restore(self, job_id: str, clip_index: int, version_id: str) -> api.RestoreView:
        """Make an earlier take current."""
        where = path("jobs", job_id, "clips", clip_index, "versions", version_id, "restore")
        return self.post(api.RestoreView, where)

    def usage(self) -> api.UsageView:
        """Read what this person stores, by class, and what it costs."""
        return self.get(api.UsageView, "/usage")

    def events(self, job_id: str, last_event_id: int) -> str:
        """Read what happened since an event, as server-sent events."""
        headers = {"Accept": "text/event-stream"}
        if last_event_id:
            headers["Last-Event-ID"] = str(last_event_id)
        return self.ask("GET", path("jobs", job_id, "events"), headers=headers).text

    def jobs(self, page: Mapping[str, str]) -> api.JobList:
        """Read a page of jobs, newest first."""
        return self.get(api.JobList, "/jobs", page)

    def queue(self) -> list[api.QueueEntryView]:
        """Read everything that has not ended, as it is going to run."""
        return [entry for page in self.pages(api.QueueView, "/queue") for entry in page["entries"]]

    def change_entry(self, entry: api.QueueEntryView, action: str) -> object:
        """Pause, resume or cancel an entry of the queue, by ``action``."""
        if entry["kind"] == "video":
            return self.post(api.TrackedVideoView, path("videos", entry["id"], action))
        return self.post(api.BatchView, path("jobs", str(entry["job_id"]), "batches", entry["id"], action))

    def estimate_model_change(self, job_id: str, batch_id: str, model: str) -> api.EstimateView:
        """Price what is left of a held batch with another model; nothing is changed."""
        place = path("jobs", job_id, "batches", batch_id, "change-model", "estimate")
        return self.post(api.EstimateView, place, {"model": model})

    def change_model(self, job_id: str, batch_id: str, model: str) -> api.BatchView:
        """Resume a held batch with another model for what was not started."""
        return self.post(
            api.BatchView, path("jobs", job_id, "batches", batch_id, "change-model"), {"model": model}
        )

    def move_batch(self, job_id: str, batch_id: str, place: int) -> api.BatchQueueView:
        """Put a waiting batch at a place, from 1, among those that wait.

        Raises:
            ApiError: If the server refuses it, also because the queue changed at this very moment.
        """
        batches = path("jobs", job_id, "batches")
        tag = self.ask("GET", batches, params={"limit": "1"}).headers["ETag"]
        order = [item for item in self.job(job_id)["waiting_batch_ids"] if item != batch_id]
        order.insert(place - 1, batch_id)
        return self.send(
            api.BatchQueueView, "PATCH", batches, json={"order": order}, headers={"If-Match": tag}
        )

    def schedule(self, asked: Json) -> api.ScheduleView:
        """Schedule a request."""
        return self.post(api.ScheduleView, "/schedules", asked)

    def schedules(self, page: Mapping[str, str]) -> api.ScheduleList:
        """Read a page of schedules by their time, the last first."""
        return self.get(api.ScheduleList, "/schedules", page)

    def cancel_schedule(self, schedule_id: str) -> api.ScheduleView:
        """Cancel a schedule whose time has not come."""
        return self.send(api.ScheduleView, "DELETE", path("schedules", schedule_id))

    def create_share(self, job_id: str, request: Json) -> api.CreatedShareView:
        """Make a link that needs no sign-in; its token is in this answer alone."""
        return self.post(api.CreatedShareView, path("jobs", job_id, "shares"), request)

    def shares(self, job_id: str) -> list[api.ShareView]:
        """Read all share links of a job, newest first."""
        return self.get(api.ShareList, path("jobs", job_id, "shares"))["shares"]

    def revoke_share(self, job_id: str, share_id: str) -> api.ShareView:
        """End a share link."""
        return self.send(api.ShareView, "DELETE", path("jobs", job_id, "shares", share_id))

    def comments(self, job_id: str) -> list[api.OwnedCommentView]:
        """Read all comments of a job's share links."""
        pages = self.pages(api.OwnedCommentList, path("jobs", job_id, "comments"), {"limit": "100"})
        return [comment for page in pages for comment in page["comments"]]


def batch_body(instructions: Mapping[int, str | None], for_all: Mapping[str, object]) -> Json:
    """Return the body of a request that regenerates clips; ``for_all`` is as in ``regenerate``."""
    has_repeats = None in instructions.values()
    indexes = list(instructions) if has_repeats else sorted(instructions)
    named = {name: value for name, value in for_all.items() if value is not None}
    # The API takes references with each clip.
    each = {name: named.pop(name) for name in ("references",) if name in named}
    return {"clips": [{**_line(index, instructions[index]), **each} for index in indexes], **named}


def _line(index: int, instruction: str | None) -> Json:
    said: Json = {"repeat": True} if instruction is None else {"instruction": instruction}
    return {"clip_index": index, **said}
