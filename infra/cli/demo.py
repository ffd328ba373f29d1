"""The demo: what Retake is for, done by a client that has only a URL and a sign-in."""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.cli.client import RetakeClient
from infra.cli.demo_result import ClipOutcome, DemoResult, RestoreResult
from infra.cli.demo_tables import price_table
from infra.cli.errors import ApiError, UnexpectedEndError, UsageError
from infra.cli.events import follow
from infra.cli.frames import frame_hashes, prove_restore
from infra.cli.http import Json
from infra.cli.narration import ClipProgress, Narrator

INSTRUCTIONS: Mapping[int, str] = {0: "make it nighttime", 2: "add more motion", 4: "warmer colors"}
"""The PRD's own."""

RESTORED = (2, 0, 4)
"""Of these the first that was regenerated is restored."""

PREPARE_TIMEOUT_S = 600.0
BATCH_TIMEOUT_S = 1_800.0
VIDEO_TIMEOUT_S = 300.0
LOOK_INTERVAL_S = 0.5
BATCH_LIMIT_S = 480.0
"""The PRD: 5-8 minutes for 3 clips."""

HISTORY_LIMIT_S = 0.5
"""The PRD: under 500 ms."""

ENDINGS = frozenset({"batch_succeeded", "batch_partial", "batch_failed", "batch_cancelled"})
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


class Demo:
    """One run of the demo.

    Args:
        client: The session to do it with.
        narrator: Tells the person.
        folder: Where the videos are downloaded, one folder for each job.
    """

    def __init__(self, client: RetakeClient, narrator: Narrator, folder: Path) -> None:
        self._client = client
        self._narrator = narrator
        self._folder = folder

    def run(self, clips: Sequence[DemoClip]) -> DemoResult:
        """Make a job, regenerate three of its clips, restore one.

        Raises:
            ApiError: If the server refuses something.
            UnreachableError: If it does not answer.
            UnexpectedEndError: If something does not end, or not as it should.
        """
        job = self._make_job(clips)
        job_id = str(job["job_id"])
        before = self._versions(job_id, job)
        first = self._download(job, "original.mp4")
        batch = self._regenerate(job_id, int(job["last_event_id"]))
        job = self._up_to_date(job_id)
        with self._narrator.step(
            "history",
            f"Read the version history of {len(clips)} clips, slowest read",
            limit_s=HISTORY_LIMIT_S,
        ) as step:
            after, step.seconds = self._timed_versions(job_id, job)
        second = self._download(job, "regenerated.mp4")
        restore = self._restore(job, batch, after, first=first, second=second)
        return DemoResult(
            job_id=job_id,
            batch_id=str(batch["batch_id"]),
            status=str(batch["status"]),
            video=second,
            duration_s=job["video"]["duration_ms"] / 1000,
            price=batch["cost_breakdown"],
            clips=[ClipOutcome.of(item) for item in batch["regenerations"]],
            versions_before={index: len(takes) for index, takes in before.items()},
            versions_after={index: len(takes) for index, takes in after.items()},
            history=after,
            steps=list(self._narrator.steps),
            restore=restore,
        )

    def _make_job(self, clips: Sequence[DemoClip]) -> Json:
        narrator = self._narrator
        with narrator.step("upload", f"Upload {len(clips)} clips"):
            uploads = [
                {"upload_id": self._client.upload(clip.file), "title": clip.title, "prompt": clip.prompt}
                for clip in clips
            ]
        with narrator.step("create_job", "Make a job of them"), naming(clips):
            job = self._client.create_job(uploads, title="Demo")
        job_id = str(job["job_id"])
        with narrator.step("prepare", "Bring all clips to one format and compose the first video"):
            self._await_ready(job_id, clips)
            return self._up_to_date(job_id)

    def _await_ready(self, job_id: str, clips: Sequence[DemoClip]) -> None:
        for event in follow(
            lambda after: self._client.events(job_id, after), timeout_s=PREPARE_TIMEOUT_S
        ):  # pragma: no branch - ends by itself
            if event.name == "job_ready":
                return
            if event.name == "clip_failed":
                file = clips[int(event.data["clip_index"])].file
                raise UnexpectedEndError(f"{file} could not be prepared: {event.data.get('error')}")
            if event.name == "job_failed":
                raise UnexpectedEndError(f"The job could not be prepared: {event.data.get('reason')}")

    def _regenerate(self, job_id: str, last_event_id: int) -> Json:
        narrator = self._narrator
        with narrator.step("estimate", "Ask for the price"):
            estimate = self._client.estimate(job_id, INSTRUCTIONS)
        narrator.console.print(price_table(estimate))
        with narrator.step("regenerate", "Regenerate 3 clips, recompose once", limit_s=BATCH_LIMIT_S) as step:
            started = time.monotonic()
            accepted = self._client.regenerate(job_id, INSTRUCTIONS)
            self._watch(job_id, last_event_id, str(accepted["batch_id"]))
            step.seconds = time.monotonic() - started
        batch = self._client.batch(job_id, str(accepted["batch_id"]))
        if batch["status"] != "succeeded":
            narrator.say(f"[red]The batch ended as {batch['status']}[/]: {batch['cause'] or 'see the clips'}")
        return batch

    def _watch(self, job_id: str, after: int, batch_id: str) -> None:
        with ClipProgress(self._narrator.console, INSTRUCTIONS) as progress:
            for event in follow(
                lambda last: self._client.events(job_id, last), after=after, timeout_s=BATCH_TIMEOUT_S
            ):  # pragma: no branch - ends by itself
                progress.show(event)
                if event.name in ENDINGS and event.data.get("batch_id") == batch_id:
                    return
                if event.name == "reset" and event.data.get("active_batch_id") != batch_id:
                    return

    def _up_to_date(self, job_id: str) -> Json:
        """Wait until the video shows the timeline as it is."""
        deadline = time.monotonic() + VIDEO_TIMEOUT_S
        while True:
            job = self._client.job(job_id)
            if job["video"] and job["video"]["up_to_date"]:
                return job
            if time.monotonic() > deadline:
                raise UnexpectedEndError(f"The video of job {job_id} was not composed in time.")
            time.sleep(LOOK_INTERVAL_S)

    def _versions(self, job_id: str, job: Json) -> dict[int, list[Json]]:
        return self._timed_versions(job_id, job)[0]

    def _timed_versions(self, job_id: str, job: Json) -> tuple[dict[int, list[Json]], float]:
        takes, slowest = {}, 0.0
        for index in range(len(job["clips"])):
            started = time.monotonic()
            takes[index] = self._client.versions(job_id, index)
            slowest = max(slowest, time.monotonic() - started)
        return takes, slowest

    def _download(self, job: Json, name: str) -> Path:
        to = self._folder / str(job["job_id"]) / name
        with self._narrator.step(f"download_{name.removesuffix('.mp4')}", f"Download {name}"):
            self._client.download(str(job["video"]["url"]), to)
        return to

    def _restore(
        self, job: Json, batch: Json, history: Mapping[int, list[Json]], *, first: Path, second: Path
    ) -> RestoreResult | None:
        done = {item["clip_index"] for item in batch["regenerations"] if item["status"] == "succeeded"}
        index = next((index for index in RESTORED if index in done), None)
        if index is None:
            return None
        job_id = str(job["job_id"])
        newest, original = history[index][0], history[index][-1]
        with self._narrator.step("compare", f"Compare clip {index}'s two takes"):
            comparison = self._client.compare(
                job_id, index, left=original["version_id"], right=newest["version_id"]
            )
        with self._narrator.step("restore", f"Restore version 1 of clip {index} and recompose"):
            self._client.restore(job_id, index, original["version_id"])
            job = self._up_to_date(job_id)
        video = self._download(job, "restored.mp4")
        frames = [clip["frames"] for clip in job["clips"]]
        with self._narrator.step("check_frames", "Compare every decoded frame of the three videos"):
            with ThreadPoolExecutor() as pool:
                one, two, three = pool.map(frame_hashes, (first, second, video))
            proof = prove_restore(
                first=one, second=two, restored=three, start=sum(frames[:index]), count=frames[index]
            )
        return RestoreResult(index, int(original["version_number"]), video, comparison["similarity"], proof)


@contextmanager
def naming(clips: Sequence[DemoClip]) -> Iterator[None]:
    """Let a refusal speak of the files that the person gave, not of positions in a request."""
    try:
        yield
    except ApiError as error:
        faults = [(FAULTY_CLIP.match(field), detail) for field, detail in error.faults]
        named = [f"{clips[int(found[1])].file}: {detail}" for found, detail in faults if found]
        if not named:
            raise
        raise UsageError("\n".join(named)) from error
