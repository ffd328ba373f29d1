"""A client of Retake's HTTP API: it knows a URL and a sign-in, and nothing of what is behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from retake_client import models as api
from retake_client.http import Json, path
from retake_client.session import ApiSession


class RetakeClient(ApiSession):
    """What one person can ask of a Retake server.

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

    def estimate(self, job_id: str, instructions: Mapping[int, str], **for_all: object) -> api.EstimateView:
        """Price a batch without starting it; the arguments are those of ``regenerate``."""
        where = path("jobs", job_id, "clips", "batch-regenerate", "estimate")
        return self.post(api.EstimateView, where, batch_body(instructions, for_all))

    def regenerate(
        self, job_id: str, instructions: Mapping[int, str], **for_all: object
    ) -> api.AcceptedBatchView:
        """Regenerate clips one after another.

        Args:
            job_id: The job.
            instructions: What to change, by the clip's index.
            for_all: What is asked of every clip: ``takes``, ``model``; None leaves it to the server.
        """
        where = path("jobs", job_id, "clips", "batch-regenerate")
        return self.post(api.AcceptedBatchView, where, batch_body(instructions, for_all))

    def batch(self, job_id: str, batch_id: str) -> api.BatchView:
        """Read a batch and how its clips are."""
        return self.get(api.BatchView, path("jobs", job_id, "batches", batch_id))

    def batches(self, job_id: str) -> list[api.BatchSummary]:
        """Read the last batches of a job, newest first."""
        return self.get(api.BatchList, path("jobs", job_id, "batches"))["batches"]

    def retry(self, job_id: str, batch_id: str) -> api.AcceptedBatchView:
        """Start a new batch of the takes that did not succeed."""
        return self.post(api.AcceptedBatchView, path("jobs", job_id, "batches", batch_id, "retry"))

    def versions(self, job_id: str, clip_index: int) -> list[api.VersionView]:
        """Read all takes of a clip, newest first."""
        return self.get(api.VersionList, path("jobs", job_id, "clips", clip_index, "versions"))["versions"]

    def compare(self, job_id: str, clip_index: int, *, left: str, right: str) -> api.ComparisonView:
        """Put two takes of a clip side by side."""
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

    def models(self) -> api.ModelList:
        """Read what can be asked for, what it costs, and of which providers."""
        return self.get(api.ModelList, "/models")

    def estimate_videos(self, request: Json) -> api.VideoEstimatesView:
        """Check and price videos, a batch or ``variations``; nothing is started or looked at."""
        mode = "" if "videos" in request else "/variations"
        return self.post(api.VideoEstimatesView, f"/videos{mode}/estimate", request)

    def create_videos(self, request: Json) -> str:
        """Ask for videos of any mode; return the id that they are followed by.

        Args:
            request: With ``videos`` it is a batch, with ``variations`` these, else it is one video.
        """
        mode = "/batch" if "videos" in request else "/variations" if "variations" in request else ""
        return str(self.post(api.CreationView, f"/videos{mode}", request)["batch_id"])

    def creation(self, batch_id: str) -> api.CreationView:
        """Read videos that were asked for together, and how far they are."""
        return self.get(api.CreationView, path("videos", "batches", batch_id))

    def videos(self, wanted: Mapping[str, str]) -> api.VideoList:
        """Read a page of videos, newest first, by ``project_id``, ``status`` and so on."""
        return self.get(api.VideoList, "/videos", wanted)

    def video(self, video_id: str) -> api.TrackedVideoView:
        """Read a video that was made from words."""
        return self.get(api.TrackedVideoView, path("videos", video_id))

    def pack(self, spec: Json) -> api.BulkDownloadView:
        """Have videos packed into an archive: those of ``video_ids``, a ``batch_id`` or a ``job_id``."""
        return self.post(api.BulkDownloadView, "/downloads", spec)

    def packed(self, download_id: str) -> api.BulkDownloadView:
        """Read how far an archive is."""
        return self.get(api.BulkDownloadView, path("downloads", download_id))

    def video_file(self, video_id: str) -> api.DownloadView:
        """Read where a video is downloaded, and under which name."""
        return self.get(api.DownloadView, path("videos", video_id, "download"))

    def queue(self) -> list[api.QueueEntryView]:
        """Read everything that has not ended, as it is going to run."""
        page: Mapping[str, str] = {}
        found: list[api.QueueEntryView] = []
        while True:
            answer = self.get(api.QueueView, "/queue", page)
            found += answer["entries"]
            if not answer["cursor"]:
                return found
            page = {"cursor": str(answer["cursor"])}

    def change_entry(self, entry: api.QueueEntryView, action: str) -> object:
        """Do something about an entry of the queue: ``pause``, ``resume`` or ``cancel``."""
        if entry["kind"] == "video":
            return self.post(api.TrackedVideoView, path("videos", entry["id"], action))
        return self.post(api.BatchView, path("jobs", str(entry["job_id"]), "batches", entry["id"], action))

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

    def generations(self, wanted: Mapping[str, str]) -> api.GenerationList:
        """Read a page of what was ever generated, newest first, by ``status``, ``month`` and so on."""
        return self.get(api.GenerationList, "/generations", wanted)

    def projects(self) -> list[api.ProjectView]:
        """Read all projects, newest first."""
        page: Mapping[str, str] = {}
        found: list[api.ProjectView] = []
        while True:
            answer = self.get(api.ProjectList, "/projects", page)
            found += answer["projects"]
            if not answer["cursor"]:
                return found
            page = {"cursor": str(answer["cursor"])}

    def create_project(self, name: str) -> api.ProjectView:
        """Make a name under which videos are kept together."""
        return self.post(api.ProjectView, "/projects", {"name": name})

    def rename_project(self, project_id: str, name: str) -> api.ProjectView:
        """Give a project another name."""
        return self.send(api.ProjectView, "PATCH", path("projects", project_id), json={"name": name})

    def delete_project(self, project_id: str) -> api.ProjectView:
        """Delete a project; its videos stay."""
        return self.send(api.ProjectView, "DELETE", path("projects", project_id))

    def templates(self, page: Mapping[str, str]) -> api.TemplateList:
        """Read a page of templates, newest first."""
        return self.get(api.TemplateList, "/templates", page)

    def create_template(self, words: Json) -> api.TemplateView:
        """Save a prompt with its settings."""
        return self.post(api.TemplateView, "/templates", words)

    def change_template(self, template_id: str, words: Json) -> api.TemplateView:
        """Replace all that a template says."""
        return self.send(api.TemplateView, "PUT", path("templates", template_id), json=words)

    def delete_template(self, template_id: str) -> api.TemplateView:
        """Delete a template."""
        return self.send(api.TemplateView, "DELETE", path("templates", template_id))

    def fill_template(self, template_id: str, values: Mapping[str, str]) -> Json:
        """Return the request that a template stands for, its placeholders filled."""
        where = path("templates", template_id, "fill")
        return dict(self.post(api.FilledView, where, {"values": dict(values)})["request"])

    def schedule(self, asked: Json) -> api.ScheduleView:
        """Have a request carried out at a time."""
        return self.post(api.ScheduleView, "/schedules", asked)

    def schedules(self, page: Mapping[str, str]) -> api.ScheduleList:
        """Read a page of schedules by their time, the last first."""
        return self.get(api.ScheduleList, "/schedules", page)

    def cancel_schedule(self, schedule_id: str) -> api.ScheduleView:
        """Cancel a schedule whose time has not come."""
        return self.send(api.ScheduleView, "DELETE", path("schedules", schedule_id))


def batch_body(instructions: Mapping[int, str], for_all: Mapping[str, object]) -> Json:
    """Return the body of a request that regenerates clips; ``for_all`` is as in ``regenerate``."""
    return {
        "clips": [{"clip_index": index, "instruction": text} for index, text in sorted(instructions.items())],
        **{name: value for name, value in for_all.items() if value is not None},
    }
