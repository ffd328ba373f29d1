"""Operations on videos: made from prompts and templates, in projects, and packed for a download."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from retake_client import models as api
from retake_client.http import Json, path
from retake_client.session import ApiSession


class VideoOperations(ApiSession):
    """What makes videos, finds them, and groups them."""

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

    def video_file(self, video_id: str) -> api.DownloadView:
        """Read where a video is downloaded, and under which name."""
        return self.get(api.DownloadView, path("videos", video_id, "download"))

    def retry_video(self, video_id: str, *, model: str | None = None) -> str:
        """Make a video again that failed or was cancelled; return the id that it is followed by.

        Args:
            video_id: The video.
            model: Which makes it; its own where None.
        """
        body = None if model is None else {"model": model}
        return str(self.post(api.TrackedVideoView, path("videos", video_id, "retry"), body)["batch_id"])

    def pack(self, spec: Json) -> api.BulkDownloadView:
        """Pack videos into an archive: those of ``video_ids``, a ``batch_id`` or a ``job_id``."""
        return self.post(api.BulkDownloadView, "/downloads", spec)

    def packed(self, download_id: str) -> api.BulkDownloadView:
        """Read how far an archive is."""
        return self.get(api.BulkDownloadView, path("downloads", download_id))

    def generations(self, wanted: Mapping[str, str]) -> api.GenerationList:
        """Read a page of what was ever generated, newest first, by ``status``, ``month`` and so on."""
        return self.get(api.GenerationList, "/generations", wanted)

    def projects(self) -> list[api.ProjectView]:
        """Read all projects, newest first."""
        return [item for page in self.pages(api.ProjectList, "/projects") for item in page["projects"]]

    def create_project(self, name: str) -> api.ProjectView:
        """Create a project: a name that groups videos."""
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

    def all_templates(self) -> Iterator[api.TemplateView]:
        """Read templates, newest first, as far as they are asked for."""
        for page in self.pages(api.TemplateList, "/templates", {"limit": "100"}):
            yield from page["templates"]

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
