"""What a queue shows of jobs and videos."""

from datetime import timedelta
from typing import Any

import pytest

from retake.domain.queue import (
    QueueAction,
    QueueEntry,
    QueueState,
    WaitsFor,
    entries_of,
    in_running_order,
    open_batch_ids,
)
from retake.domain.records.batches import Batch
from retake.domain.records.jobs import Job
from retake.domain.statuses import BatchStatus, JobStatus, RegenerationStatus
from retake.domain.videos import VideoStatus
from tests.builders import a_batch, a_job, a_regeneration, a_video
from tests.fakes.clocks import START

RUNNING = RegenerationStatus.GENERATING
NOW = START + timedelta(seconds=20)


def waiting(batch_id: str, **fields: object) -> Batch:
    return a_batch(batch_id, status=BatchStatus.WAITING, **fields)


class TestBatches:
    @pytest.fixture
    def job(self) -> Job:
        return a_job(
            active_batch_id="batch-1",
            waiting_batch_ids=("batch-2", "batch-3", "batch-4"),
            paused_batch_ids=("batch-2",),
        )

    @pytest.fixture
    def entries(self, job: Job) -> tuple[QueueEntry, ...]:
        batches = [
            a_batch("batch-1", started_at=START, regeneration_ids=("r-1", "r-2")),
            *(waiting(batch_id) for batch_id in job.waiting_batch_ids),
        ]
        made = [
            a_regeneration(status=RegenerationStatus.SUCCEEDED),
            a_regeneration(status=RUNNING, progress=50),
        ]
        return entries_of(job, batches, {"batch-1": made}, NOW)

    def test_their_batches_are_those_that_have_not_ended(self, job: Job) -> None:
        assert open_batch_ids(job) == ("batch-1", "batch-2", "batch-3", "batch-4")

    def test_states_and_places(self, entries: tuple[QueueEntry, ...]) -> None:
        assert [(entry.state, entry.position, entry.waits_for) for entry in entries] == [
            (QueueState.RUNNING, 0, None),
            (QueueState.PAUSED, 1, WaitsFor.RESUME),
            (QueueState.WAITING, 1, WaitsFor.BATCHES),
            (QueueState.WAITING, 2, WaitsFor.BATCHES),
        ]
        assert [entry.place for entry in entries] == [None, 0, 1, 2]

    def test_what_is_generated_comes_after_a_jobs_files(self) -> None:
        job = a_job(status=JobStatus.PREPARING, lease_until=START, waiting_batch_ids=("batch-1",))
        (entry,) = entries_of(job, [waiting("batch-1")], {}, NOW)
        assert (entry.state, entry.position, entry.waits_for) == (QueueState.WAITING, 0, WaitsFor.FILES)

    def test_what_comes_before_is_counted_into_the_time_and_what_is_paused_is_not(
        self, entries: tuple[QueueEntry, ...]
    ) -> None:
        assert [entry.estimated_time_s for entry in entries] == [60, 60, 60, 60]
        assert [entry.expected_in_s for entry in entries] == [40, None, 100, 160]

    def test_progress_is_of_all_clips(self, entries: tuple[QueueEntry, ...]) -> None:
        assert [entry.progress for entry in entries] == [75, 0, 0, 0]

    def test_what_can_be_done(self, entries: tuple[QueueEntry, ...]) -> None:
        assert [set(entry.actions) for entry in entries] == [
            {QueueAction.CANCEL},
            {QueueAction.RESUME, QueueAction.CANCEL, QueueAction.MOVE},
            {QueueAction.PAUSE, QueueAction.CANCEL, QueueAction.MOVE},
            {QueueAction.PAUSE, QueueAction.CANCEL, QueueAction.MOVE},
        ]

    def test_one_that_is_late_is_expected_at_once(self, job: Job) -> None:
        late = a_batch("batch-1", started_at=START - timedelta(hours=1))
        (entry,) = entries_of(job, [late], {}, NOW)
        assert entry.expected_in_s == 0

    @pytest.mark.parametrize("batch_id", ["batch-1", "batch-3"])
    def test_one_that_is_being_cancelled(self, job: Job, batch_id: str) -> None:
        (entry,) = entries_of(job, [a_batch(batch_id, cancel_requested_at=START)], {}, NOW)
        assert (entry.state, entry.expected_in_s, entry.actions) == (QueueState.CANCELLING, None, ())

    def test_the_only_one_that_waits_cannot_be_moved(self) -> None:
        job = a_job(active_batch_id="batch-1", waiting_batch_ids=("batch-2",))
        (entry,) = entries_of(job, [waiting("batch-2")], {}, NOW)
        assert QueueAction.MOVE not in entry.actions


class TestVideos:
    @pytest.mark.parametrize(
        ("regeneration", "state", "waits_for", "actions"),
        [
            ({}, QueueState.WAITING, WaitsFor.PROVIDER, {QueueAction.PAUSE, QueueAction.CANCEL}),
            ({"answer_lost": True}, QueueState.RUNNING, None, {QueueAction.CANCEL}),
            ({"submit_lease_until": START}, QueueState.RUNNING, None, {QueueAction.CANCEL}),
            ({"status": RUNNING, "provider_job_id": "job"}, QueueState.RUNNING, None, {QueueAction.CANCEL}),
        ],
    )
    def test_it_can_be_paused_as_long_as_nothing_can_have_been_paid(
        self,
        regeneration: dict[str, Any],
        state: QueueState,
        waits_for: WaitsFor | None,
        actions: set[QueueAction],
    ) -> None:
        video, batch = a_video(), a_batch("creation-1", is_creation=True)
        made = {"creation-1": [a_regeneration(**regeneration)]}
        (entry,) = entries_of(video, [batch], made, NOW)
        assert (entry.state, entry.waits_for, set(entry.actions)) == (state, waits_for, actions)
        assert entry.expected_in_s == 60

    def test_a_paused_one(self) -> None:
        video = a_video(paused_at=START)
        ended = a_batch("creation-1", status=BatchStatus.CANCELLED, paused_at=START)
        assert open_batch_ids(video) == ("creation-1",)
        (entry,) = entries_of(video, [ended], {}, NOW)
        assert (entry.state, entry.waits_for, entry.expected_in_s) == (
            QueueState.PAUSED,
            WaitsFor.RESUME,
            None,
        )
        assert set(entry.actions) == {QueueAction.RESUME, QueueAction.CANCEL}

    def test_a_finished_one_that_is_regenerated_is_a_job_with_batches(self) -> None:
        video = a_video(status=VideoStatus.COMPLETED)
        assert open_batch_ids(video) == ("creation-1",)
        (entry,) = entries_of(video, [a_batch("creation-1")], {}, NOW)
        assert entry.kind == "batch"


def test_what_runs_comes_first_and_what_is_paused_last() -> None:
    job = a_job(active_batch_id="a", waiting_batch_ids=("b", "c"), paused_batch_ids=("b",))
    other = a_job(job_id="other", active_batch_id="d", waiting_batch_ids=("e",), status=JobStatus.READY)
    entries = [
        *entries_of(job, [a_batch("a"), waiting("b"), waiting("c")], {}, NOW),
        *entries_of(other, [a_batch("d", created_at=NOW), waiting("e", created_at=NOW)], {}, NOW),
    ]
    assert [entry.batch_id for entry in in_running_order(entries)] == ["a", "d", "c", "e", "b"]
