"""The demo of old takes: what becomes of them in forty days, on a stack whose clock is moved.

A person does what a URL and a sign-in allow; only the clock is moved as an operator would, at the machine.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from infra.cli.aging_result import AgingResult, ArchivedTake, Comeback, Refusal, Stage
from infra.cli.clock import run_clock
from infra.cli.frames import frame_hashes, span_similarity
from infra.cli.stored_files import stored_files
from infra.cli.walkthrough import LOOK_INTERVAL_S, DemoClip, Walkthrough
from infra.local.cloud import LocalCloud
from retake_client.errors import ApiError, UnexpectedEndError
from retake_client.events import parse_events
from retake_client.models import JobView, VersionView

AGING_CLIP = 0
INSTRUCTIONS = ("make it nighttime", "warmer colors", "add more motion")
"""Three more takes of one clip: the fourth sends the first to the archive, as at most three are active."""

A_WEEK_LATER = timedelta(days=8)
"""Takes go to the archive 7 days after they were replaced."""

A_MONTH_LATER = timedelta(days=40)
"""They are deleted after 30. The take that is replaced on day 8 is 32 days old by then."""

GRACE_LATER = A_MONTH_LATER + timedelta(hours=3)
"""Objects that nothing refers to are kept for two more hours, for those who still read them."""

ARCHIVE_TIMEOUT_S = 600.0


class AgingDemo:
    """One run of the demo.

    Args:
        walk: The person's steps.
        cloud: The stack; no other takes may be on it.
    """

    def __init__(self, walk: Walkthrough, cloud: LocalCloud) -> None:
        self._walk = walk
        self._client = walk.client
        self._narrator = walk.narrator
        self._cloud = cloud
        self._stages: list[Stage] = []

    def run(self, clips: Sequence[DemoClip]) -> AgingResult:
        """Make four takes of a clip and let them grow old; bring one back, see the others go.

        Raises:
            ApiError: If the server refuses something that it should not.
            UnexpectedEndError: If something does not end, or not as it should.
        """
        job = self._walk.make_job(clips, title="Old takes")
        job_id = str(job["job_id"])
        self._note(job_id, "made", "a job, with one take of each clip")
        original = self._walk.download(job, "original.mp4")
        self._make_takes(job)
        replaced = self._walk.download(self._walk.up_to_date(job_id), "replaced.mp4")

        self._move_clock("week", A_WEEK_LATER)
        self._await_archive(job_id, "archive_old")
        self._note(job_id, "week", "what was replaced 7 days ago is archived", A_WEEK_LATER)

        comeback = self._restore(job_id, original=original, replaced=replaced)

        self._move_clock("month", A_MONTH_LATER)
        self._note(job_id, "month", "what was replaced 30 days ago is deleted", A_MONTH_LATER)
        history = self._client.versions(job_id, AGING_CLIP)
        refusal = self._ask_for_deleted(job_id, history)

        self._move_clock("grace", GRACE_LATER)
        self._note(job_id, "grace", "their objects are gone from the store", GRACE_LATER)
        last = self._walk.download(self._client.job(job_id), "last.mp4")
        with self._narrator.step("check_last", "Compare the video with the one before the deletion"):
            unchanged = frame_hashes(last) == frame_hashes(comeback.video)
        return AgingResult(
            job_id=job_id,
            stages=self._stages,
            archived=self._archived(job_id),
            comeback=comeback,
            history=history,
            refusal=refusal,
            video_unchanged=unchanged,
            steps=list(self._narrator.steps),
        )

    # --- the person -------------------------------------------------------------------------------

    def _make_takes(self, job: JobView) -> None:
        job_id = str(job["job_id"])
        for number, instruction in enumerate(INSTRUCTIONS, start=2):
            with self._narrator.step(
                f"take_{number}", f'Make take {number} of clip {AGING_CLIP}: "{instruction}"'
            ):
                batch = self._walk.regenerate(self._client.job(job_id), {AGING_CLIP: instruction})
            if batch["status"] != "succeeded":
                raise UnexpectedEndError(f"Take {number} ended as {batch['status']}: {batch['cause']}")
        self._await_archive(job_id, "archive_oldest")
        self._note(job_id, "takes", "a fourth take sends the first to the archive")

    def _await_archive(self, job_id: str, name: str) -> None:
        """Wait until nothing is on its way to the archive."""
        deadline = time.monotonic() + ARCHIVE_TIMEOUT_S
        with self._narrator.step(name, "Compress what goes to the archive, and check the copy"):
            while "archiving" in self._states(job_id).values():
                if time.monotonic() > deadline:
                    raise UnexpectedEndError(f"Takes of job {job_id} were not archived in time.")
                time.sleep(LOOK_INTERVAL_S)

    def _states(self, job_id: str) -> Mapping[int, str]:
        return {take["version_number"]: take["state"] for take in self._client.versions(job_id, AGING_CLIP)}

    def _restore(self, job_id: str, *, original: Path, replaced: Path) -> Comeback:
        first = self._client.versions(job_id, AGING_CLIP)[-1]
        with self._narrator.step("restore", "Restore version 1 from the archive and recompose"):
            self._client.restore(job_id, AGING_CLIP, first["version_id"])
            job = self._walk.up_to_date(job_id)
        self._note(job_id, "restored", "version 1 is back and current", A_WEEK_LATER)
        video = self._walk.download(job, "restored.mp4")
        frames = int(job["clips"][AGING_CLIP]["frames"])
        with self._narrator.step("check_restored", "Compare the three videos, frame by frame"):
            return Comeback(
                version_number=int(first["version_number"]),
                video=video,
                likeness=span_similarity(video, original, count=frames),
                likeness_before=span_similarity(replaced, original, count=frames),
                rest_is_same=frame_hashes(video)[frames:] == frame_hashes(replaced)[frames:],
            )

    def _ask_for_deleted(self, job_id: str, history: Sequence[VersionView]) -> Refusal | None:
        deleted = next((take for take in history if take["state"] == "deleted"), None)
        if deleted is None:
            return None
        try:
            self._client.restore(job_id, AGING_CLIP, deleted["version_id"])
        except ApiError as refused:
            return Refusal(int(deleted["version_number"]), refused.status, refused.detail)
        return None

    def _archived(self, job_id: str) -> list[ArchivedTake]:
        events = parse_events(self._client.events(job_id, 0)).events
        return [ArchivedTake.of(event.data) for event in events if event.name == "version_archived"]

    # --- the operator -----------------------------------------------------------------------------

    def _move_clock(self, name: str, ahead: timedelta) -> None:
        with self._narrator.step(f"clock_{name}", "Move the clock, and run what is due by then"):
            hours = ahead // timedelta(hours=1)
            run_clock(to=f"+{hours}h", data=self._cloud.directory.root, narrator=self._narrator)

    def _note(self, job_id: str, name: str, happened: str, ahead: timedelta = timedelta()) -> None:
        """Keep how storage stands: as the API counts it, and as the disk has it."""
        counted = self._client.usage()["stored"]  # of this job alone: there is no other one
        self._stages.append(
            Stage(
                name=name,
                happened=happened,
                day=ahead.days,
                active_bytes=counted["active"]["bytes"],
                archived_bytes=counted["archived"]["bytes"],
                stored=stored_files(self._cloud, job_id),
            )
        )
