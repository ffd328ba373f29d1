"""What waits on a job, whatever people and batches do: one at a time, in order, none that is paused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.batch_queue import (
    accept_batch,
    batches_before,
    next_batch_of,
    pause_batch,
    queue_tag,
    reorder_batches,
    resume_batch,
)
from retake.domain.batches import finish_batch
from retake.domain.changes import Change
from retake.domain.errors import ConflictError, InvalidRequestError, PreconditionFailedError, RequestError
from retake.domain.events.batches import BatchResumed
from retake.domain.open_work import has_open_work
from retake.domain.records.batches import Batch
from retake.domain.records.jobs import Job
from retake.domain.statuses import BatchStatus, JobStatus, RegenerationStatus
from tests.builders import a_batch, a_job, a_regeneration
from tests.fakes.clocks import START

STEPS = st.tuples(
    st.sampled_from(["accept", "accept", "finish", "finish", "pause", "resume", "cancel", "reorder"]),
    st.integers(0, 7),
)


class Line:
    """A job's batches, as the commits of each decision leave them."""

    def __init__(self) -> None:
        self.job = a_job()
        self.batches: dict[str, Batch] = {}
        self.started: list[str] = []

    def apply(self, change: Change | None) -> None:
        if change is None:
            return
        self.job = change.job
        for record in change.puts:
            if isinstance(record, Batch):
                before = self.batches.get(record.batch_id)
                self.batches[record.batch_id] = record
                is_new = before is None or before.status is not BatchStatus.STARTING
                if record.status is BatchStatus.STARTING and is_new:
                    self.started.append(record.batch_id)

    def do(self, what: str, number: int) -> None:
        getattr(self, what)(number)

    def accept(self, _: int) -> None:
        batch = a_batch(f"batch-{len(self.batches)}", status=BatchStatus.WAITING)
        self.apply(accept_batch(self.job, batch, clip_indexes=[0], now=START))

    def finish(self, _: int) -> None:
        if self.job.active_batch_id is not None:
            self.end(self.batches[self.job.active_batch_id], RegenerationStatus.SUCCEEDED)

    def cancel(self, number: int) -> None:
        batch = self.some(number)
        if batch is not None and not batch.status.is_terminal:
            self.end(replace(batch, cancel_requested_at=START), RegenerationStatus.CANCELLED)

    def end(self, batch: Batch, status: RegenerationStatus) -> None:
        next_id = next_batch_of(self.job, besides=batch.batch_id)
        following = None if next_id is None else self.batches[next_id]
        ended = [a_regeneration(status=status)]
        self.apply(finish_batch(self.job, batch, ended, next_batch=following, now=START))

    def pause(self, number: int) -> None:
        if (batch := self.some(number)) is not None:
            self.apply(pause_batch(self.job, batch))

    def resume(self, number: int) -> None:
        if (batch := self.some(number)) is not None:
            self.apply(resume_batch(self.job, batch, now=START))

    def reorder(self, number: int) -> None:
        ids = list(self.job.waiting_batch_ids)
        turned = ids[number % len(ids) :] + ids[: number % len(ids)] if ids else []
        self.apply(reorder_batches(self.job, turned, if_tag=queue_tag(self.job)))

    def some(self, number: int) -> Batch | None:
        return self.batches.get(f"batch-{number % max(1, len(self.batches))}")


@given(st.lists(STEPS, max_size=60))
def test_one_at_a_time_in_order_nothing_lost_and_nothing_that_is_paused(steps: list[tuple[str, int]]) -> None:
    line = Line()
    for what, number in steps:
        job, expected = line.job, next_batch_of(line.job)
        started = len(line.started)
        try:
            line.do(what, number)
        except RequestError:
            assert line.job == job, "a refusal changed something"
        check(line)
        new = line.started[started:]
        assert len(new) <= 1
        if new and what == "finish":
            assert new == [expected], "not the first that is not paused"
        if job.active_batch_id is not None and line.job.active_batch_id == job.active_batch_id:
            assert not new, "two at once"
    for batch_id in line.job.paused_batch_ids:
        line.apply(resume_batch(line.job, line.batches[batch_id], now=START))
    for _ in line.batches:
        line.finish(0)
    assert not has_open_work(line.job)
    assert all(batch.status.is_terminal for batch in line.batches.values()), "a batch was lost"
    assert len(line.started) == len(set(line.started)), "a batch was started twice"


def check(line: Line) -> None:
    job = line.job
    is_open = {batch_id for batch_id, batch in line.batches.items() if not batch.status.is_terminal}
    active = {job.active_batch_id} - {None}
    assert active | set(job.waiting_batch_ids) == is_open
    assert not active & set(job.waiting_batch_ids)
    assert len(set(job.waiting_batch_ids)) == len(job.waiting_batch_ids)
    assert set(job.paused_batch_ids) <= set(job.waiting_batch_ids)
    assert active or set(job.paused_batch_ids) == set(job.waiting_batch_ids), "free, and one waits"
    runs_next = [item for item in job.waiting_batch_ids if item not in job.paused_batch_ids]
    assert [batches_before(job, item) for item in runs_next] == list(range(1, len(runs_next) + 1))


def busy(**fields: object) -> Job:
    return a_job(active_batch_id="batch-0", waiting_batch_ids=("batch-1", "batch-2"), **fields)


class TestRefusals:
    @pytest.mark.parametrize("decide", [pause_batch, lambda *a: resume_batch(*a, now=START)])
    @pytest.mark.parametrize(
        ("job", "batch", "why"),
        [
            (busy(), a_batch("batch-1", status=BatchStatus.FAILED), "has ended"),
            (
                busy(),
                a_batch("batch-1", status=BatchStatus.CANCELLING, cancel_requested_at=START),
                "cancelled",
            ),
            (busy(status=JobStatus.DELETING), a_batch("batch-1", status=BatchStatus.WAITING), "deleted"),
        ],
    )
    def test_of_what_is_over(self, decide: object, job: Job, batch: Batch, why: str) -> None:
        with pytest.raises(ConflictError, match=why):
            decide(replace(job, paused_batch_ids=("batch-1",)), batch)  # type: ignore[operator]

    def test_what_runs_is_not_paused(self) -> None:
        with pytest.raises(ConflictError, match="Cancel it instead"):
            pause_batch(busy(), a_batch("batch-0"))

    def test_what_runs_is_not_resumed_again(self) -> None:
        assert resume_batch(busy(), a_batch("batch-0"), now=START) is None

    def test_twice_is_once(self) -> None:
        paused = busy(paused_batch_ids=("batch-1",))
        assert pause_batch(paused, a_batch("batch-1", status=BatchStatus.WAITING)) is None
        assert resume_batch(busy(), a_batch("batch-1", status=BatchStatus.WAITING), now=START) is None

    @pytest.mark.parametrize(
        "order", [[], ["batch-1"], ["batch-1", "batch-1"], ["batch-0", "batch-1", "batch-2"]]
    )
    def test_an_order_names_each_once(self, order: list[str]) -> None:
        with pytest.raises(InvalidRequestError) as refused:
            reorder_batches(busy(), order, if_tag=None)
        assert refused.value.faults[0].field == "order"
        assert "batch-1, batch-2" in refused.value.faults[0].detail

    @pytest.mark.parametrize(
        "changed",
        [
            {"active_batch_id": None},
            {"waiting_batch_ids": ("batch-2", "batch-1")},
            {"waiting_batch_ids": ("batch-1", "batch-2", "batch-3")},
            {"paused_batch_ids": ("batch-1",)},
        ],
    )
    def test_of_a_queue_that_changed_meanwhile(self, changed: dict[str, object]) -> None:
        seen = queue_tag(busy())
        now = replace(busy(), **changed)  # type: ignore[arg-type]
        with pytest.raises(PreconditionFailedError):
            reorder_batches(now, now.waiting_batch_ids, if_tag=seen)

    def test_of_a_job_that_goes(self) -> None:
        with pytest.raises(ConflictError):
            reorder_batches(busy(status=JobStatus.DELETING), ["batch-2", "batch-1"], if_tag=None)


def test_the_same_order_writes_nothing() -> None:
    assert reorder_batches(busy(), ["batch-1", "batch-2"], if_tag=None) is None


def test_a_paused_batch_is_passed_and_keeps_its_place() -> None:
    job = busy(paused_batch_ids=("batch-1",))
    assert next_batch_of(job) == "batch-2"
    assert [batches_before(job, item) for item in ("batch-0", "batch-1", "batch-2")] == [0, 1, 1]
    resumed = resume_batch(job, a_batch("batch-1", status=BatchStatus.WAITING), now=START)
    assert resumed is not None
    assert resumed.job.waiting_batch_ids == ("batch-1", "batch-2")
    assert resumed.events == (BatchResumed(batch_id="batch-1", waiting_behind=1),)
