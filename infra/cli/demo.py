"""The demo: what Retake is for, done by a client that has only a URL and a sign-in."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from infra.cli.demo_result import ClipOutcome, DemoResult, RestoreResult
from infra.cli.frames import frame_hashes, prove_restore
from infra.cli.walkthrough import DemoClip, Walkthrough, video_of
from retake_client.cli.job_tables import price_table
from retake_client.models import BatchView, JobView, VersionView

INSTRUCTIONS: Mapping[int, str] = {0: "make it nighttime", 2: "add more motion", 4: "warmer colors"}
"""The instructions that documents and tests use as well."""

RESTORED = (2, 0, 4)
"""Of these the first that was regenerated is restored."""

BATCH_LIMIT_S = 480.0
"""The promised limit: 8 minutes for 3 clips."""

HISTORY_LIMIT_S = 0.5
"""The promised limit of a version list, in seconds."""


class Demo:
    """One run of the demo.

    Args:
        walk: The person's steps.
    """

    def __init__(self, walk: Walkthrough) -> None:
        self._walk = walk
        self._client = walk.client
        self._narrator = walk.narrator

    def run(self, clips: Sequence[DemoClip]) -> DemoResult:
        """Make a job, regenerate three of its clips, restore one.

        Raises:
            ApiError: If the server refuses something.
            UnreachableError: If it does not answer.
            UnexpectedEndError: If something does not end, or not as it should.
        """
        job = self._walk.make_job(clips, title="Demo")
        job_id = str(job["job_id"])
        before = self._versions(job_id, job)
        first = self._walk.download(job, "original.mp4")
        batch = self._regenerate(job)
        job = self._walk.up_to_date(job_id)
        with self._narrator.step(
            "history",
            f"Read the version history of {len(clips)} clips, slowest read",
            limit_s=HISTORY_LIMIT_S,
        ) as step:
            after, step.seconds = self._timed_versions(job_id, job)
        second = self._walk.download(job, "regenerated.mp4")
        restore = self._restore(job, batch, after, first=first, second=second)
        return DemoResult(
            job_id=job_id,
            batch_id=str(batch["batch_id"]),
            status=str(batch["status"]),
            video=second,
            duration_s=video_of(job)["duration_ms"] / 1000,
            price=batch["cost_breakdown"],
            clips=[ClipOutcome.of(item) for item in batch["regenerations"]],
            versions_before={index: len(takes) for index, takes in before.items()},
            versions_after={index: len(takes) for index, takes in after.items()},
            history=after,
            steps=list(self._narrator.steps),
            restore=restore,
        )

    def _regenerate(self, job: JobView) -> BatchView:
        narrator = self._narrator
        with narrator.step("estimate", "Ask for the price"):
            estimate = self._client.estimate(str(job["job_id"]), INSTRUCTIONS)
        narrator.console.print(price_table(estimate))
        with narrator.step("regenerate", "Regenerate 3 clips, recompose once", limit_s=BATCH_LIMIT_S):
            batch = self._walk.regenerate(job, INSTRUCTIONS)
        if batch["status"] != "succeeded":
            narrator.say(f"[red]The batch ended as {batch['status']}[/]: {batch['cause'] or 'see the clips'}")
        return batch

    def _versions(self, job_id: str, job: JobView) -> dict[int, list[VersionView]]:
        return self._timed_versions(job_id, job)[0]

    def _timed_versions(self, job_id: str, job: JobView) -> tuple[dict[int, list[VersionView]], float]:
        takes, slowest = {}, 0.0
        for index in range(len(job["clips"])):
            started = time.monotonic()
            takes[index] = self._client.versions(job_id, index)
            slowest = max(slowest, time.monotonic() - started)
        return takes, slowest

    def _restore(
        self,
        job: JobView,
        batch: BatchView,
        history: Mapping[int, list[VersionView]],
        *,
        first: Path,
        second: Path,
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
            job = self._walk.up_to_date(job_id)
        video = self._walk.download(job, "restored.mp4")
        frames = [clip["frames"] for clip in job["clips"]]
        with self._narrator.step("check_frames", "Compare every decoded frame of the three videos"):
            with ThreadPoolExecutor() as pool:
                one, two, three = pool.map(frame_hashes, (first, second, video))
            proof = prove_restore(
                first=one, second=two, restored=three, start=sum(frames[:index]), count=frames[index]
            )
        return RestoreResult(index, int(original["version_number"]), video, comparison["similarity"], proof)
