"""What every demo does with a URL and a sign-in: make a job, run batches, fetch videos."""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from retake_client.cli.following import await_batch
from retake_client.cli.narration import Narrator
from retake_client.client import RetakeClient
from retake_client.errors import ApiError, UnexpectedEndError, UsageError
from retake_client.events import follow
from retake_client.models import BatchView, JobView, VideoView

PREPARE_TIMEOUT_S = 600.0
VIDEO_TIMEOUT_S = 300.0
LOOK_INTERVAL_S = 0.5

FAULTY_CLIP = re.compile(r"^clips\[(\d+)\]")


@dataclass(frozen=True)
class DemoClip:
    """A file to put into the job.

    Attributes:
        file: The video.
        title: What people call it.
        prompt: What it was made of, if known.
    """

    file: Path
    title: str
    prompt: str = ""


class Walkthrough:
    """The steps of a demo, each printed as it is done.

    Args:
        client: The session to do it with.
        narrator: Prints progress.
        folder: Where the videos are downloaded, one folder for each job.
    """

    def __init__(self, client: RetakeClient, narrator: Narrator, folder: Path) -> None:
        self.client = client
        self.narrator = narrator
        self._folder = folder

    def make_job(self, clips: Sequence[DemoClip], *, title: str) -> JobView:
        """Upload clips and make a job of them; return it once its first video is composed.

        Raises:
            UsageError: If the server refuses files, by their names.
            UnexpectedEndError: If the job cannot be prepared.
        """
        narrator = self.narrator
        with narrator.step("upload", "Upload the clips"):
            uploads = [
                {"upload_id": self.client.upload(clip.file), "title": clip.title, "prompt": clip.prompt}
                for clip in clips
            ]
        with narrator.step("create_job", "Make a job of them"), naming(clips):
            job = self.client.create_job(uploads, title=title)
        job_id = str(job["job_id"])
        with narrator.step("prepare", "Bring all clips to one format and compose the first video"):
            self._await_ready(job_id, clips)
            return self.up_to_date(job_id)

    def _await_ready(self, job_id: str, clips: Sequence[DemoClip]) -> None:
        for event in follow(
            lambda after: self.client.events(job_id, after), timeout_s=PREPARE_TIMEOUT_S
        ):  # pragma: no branch - ends by itself
            if event.name == "job_ready":
                return
            if event.name == "clip_failed":
                file = clips[int(event.data["clip_index"])].file
                raise UnexpectedEndError(f"{file} could not be prepared: {event.data.get('error')}")
            if event.name == "job_failed":
                raise UnexpectedEndError(f"The job could not be prepared: {event.data.get('reason')}")

    def regenerate(self, job: JobView, instructions: Mapping[int, str]) -> BatchView:
        """Regenerate clips, showing how each one is; return the batch as it ended.

        Args:
            job: The job, as read before: what happened until then is not shown again.
            instructions: What to change, by the clip's index.

        Raises:
            UnexpectedEndError: If it does not end in time.
        """
        batch_id = str(self.client.regenerate(str(job["job_id"]), instructions)["batch_id"])
        return await_batch(self.client, self.narrator.console, job, batch_id, instructions)

    def up_to_date(self, job_id: str) -> JobView:
        """Wait until the video shows the timeline as it is; return the job.

        Raises:
            UnexpectedEndError: If it is not composed in time.
        """
        deadline = time.monotonic() + VIDEO_TIMEOUT_S
        while True:
            job = self.client.job(job_id)
            if job["video"] and job["video"]["up_to_date"]:
                return job
            if time.monotonic() > deadline:
                raise UnexpectedEndError(f"The video of job {job_id} was not composed in time.")
            time.sleep(LOOK_INTERVAL_S)

    def download(self, job: JobView, name: str) -> Path:
        """Download the job's video; return where it is."""
        to = self._folder / str(job["job_id"]) / name
        with self.narrator.step(f"download_{name.removesuffix('.mp4')}", f"Download {name}"):
            self.client.download(str(video_of(job)["url"]), to)
        return to


def video_of(job: JobView) -> VideoView:
    """Return a job's video. Raises ``UnexpectedEndError`` if it has none yet."""
    if job["video"] is None:
        raise UnexpectedEndError(f"The job {job['job_id']} has no video yet.")
    return job["video"]


@contextmanager
def naming(clips: Sequence[DemoClip]) -> Iterator[None]:
    """Name the given files in a refusal instead of positions in a request."""
    try:
        yield
    except ApiError as error:
        faults = [(FAULTY_CLIP.match(field), detail) for field, detail in error.faults]
        named = [f"{clips[int(found[1])].file}: {detail}" for found, detail in faults if found]
        if not named:
            raise
        raise UsageError("\n".join(dict.fromkeys(named))) from error
