from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from retake.domain.batch_queue import START_LEASE, accept_batch
from retake.domain.batches import (
    abandon_regeneration,
    cause_of,
    charge_for,
    finish_batch,
    outcome_of,
    results_of,
    start_batch,
)
from retake.domain.events.batches import BatchPartial, BatchStarted
from retake.domain.pricing import ClipPrice, price_batch
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.statuses import BatchStatus, JobStatus, RegenerationStatus
from tests.builders import MODELS, a_batch, a_job, a_regeneration
from tests.fakes.clocks import START

GOOD, BAD = RegenerationStatus.SUCCEEDED, RegenerationStatus.FAILED
GONE, UNKNOWN = RegenerationStatus.CANCELLED, RegenerationStatus.SUBMISSION_UNKNOWN


def ended(*statuses: RegenerationStatus) -> list[Regeneration]:
    return [
        a_regeneration(index, status=status, error=None if status is GOOD else f"reason {index}")
        for index, status in enumerate(statuses)
    ]


def three_clips() -> Batch:
    lengths_ms = (12_000, 15_000, 10_000)
    price = price_batch([ClipPrice(i, ms, MODELS[0].estimate(ms)) for i, ms in enumerate(lengths_ms)])
    return a_batch(regeneration_ids=("regeneration-0", "regeneration-1", "regeneration-2"), price=price)


class TestAccepting:
    def test_the_first_starts(self) -> None:
        change = accept_batch(a_job(), a_batch(), clip_indexes=[0], now=START)
        (batch,) = change.puts
        assert isinstance(batch, Batch)
        assert (batch.status, batch.queue_number) == (BatchStatus.STARTING, 1)
        assert batch.lease_until == START + START_LEASE
        assert change.job.active_batch_id == "batch-1"
        assert change.events == (BatchStarted(batch_id="batch-1", clip_indexes=(0,), waiting_behind=0),)

    def test_the_next_waits(self) -> None:
        job = a_job(active_batch_id="batch-0", waiting_batch_ids=("batch-1",), next_queue_number=3)
        change = accept_batch(job, a_batch("batch-2"), clip_indexes=[0], now=START)
        (batch,) = change.puts
        assert isinstance(batch, Batch)
        assert (batch.status, batch.queue_number, batch.lease_until) == (BatchStatus.WAITING, 3, None)
        assert change.job.active_batch_id == "batch-0"
        assert change.job.waiting_batch_ids == ("batch-1", "batch-2")
        assert change.events == (BatchStarted(batch_id="batch-2", clip_indexes=(0,), waiting_behind=2),)


class TestStarting:
    def test_it_runs_and_has_a_lease(self) -> None:
        lease = timedelta(minutes=15)
        change = start_batch(a_job(), a_batch(), execution_arn="arn", lease=lease, now=START)
        (batch,) = change.puts
        assert isinstance(batch, Batch)
        assert (batch.status, batch.execution_arn) == (BatchStatus.RUNNING, "arn")
        assert batch.lease_until == START + lease

    def test_one_cancelled_before_is_being_cancelled(self) -> None:
        cancelled = a_batch(cancel_requested_at=START)
        change = start_batch(a_job(), cancelled, execution_arn=None, lease=timedelta(), now=START)
        (batch,) = change.puts
        assert isinstance(batch, Batch)
        assert batch.status is BatchStatus.CANCELLING


class TestEnding:
    @pytest.mark.parametrize(
        ("statuses", "cancelled", "recompose_error", "outcome"),
        [
            ((GOOD, GOOD), False, None, BatchStatus.SUCCEEDED),
            ((GOOD, BAD), False, None, BatchStatus.PARTIAL),
            ((GOOD, UNKNOWN), False, None, BatchStatus.PARTIAL),
            ((BAD, BAD), False, None, BatchStatus.FAILED),
            ((GOOD, GOOD), False, "no space", BatchStatus.PARTIAL),
            ((BAD, BAD), False, "no space", BatchStatus.FAILED),
            ((GOOD, GONE), True, None, BatchStatus.CANCELLED),
            ((GONE, GONE), True, None, BatchStatus.CANCELLED),
            ((GOOD, GOOD), True, None, BatchStatus.SUCCEEDED),
        ],
    )
    def test_how_it_ended(
        self,
        statuses: tuple[RegenerationStatus, ...],
        cancelled: bool,  # noqa: FBT001 - a row of a table
        recompose_error: str | None,
        outcome: BatchStatus,
    ) -> None:
        batch = a_batch(cancel_requested_at=START if cancelled else None, recompose_error=recompose_error)
        assert outcome_of(batch, results_of(ended(*statuses))) is outcome

    def test_the_cause_names_every_clip_that_failed(self) -> None:
        results = results_of(ended(GOOD, BAD, GONE))
        cause = cause_of(BatchStatus.PARTIAL, results, "no space")
        assert cause == "clip 1: reason 1; clip 2: reason 2; the video could not be recomposed: no space"
        assert cause_of(BatchStatus.SUCCEEDED, results[:1], None) is None

    def test_only_successes_are_charged_at_the_rate_of_the_acceptance(self) -> None:
        regenerations = [
            replace(item, estimated_cost=cost)
            for item, cost in zip(
                ended(GOOD, BAD, GOOD), (Decimal("0.15"), Decimal("0.18"), Decimal("0.12")), strict=True
            )
        ]
        assert charge_for(three_clips(), regenerations) == Decimal("0.2430")

    def test_the_job_is_free_and_the_event_says_all(self) -> None:
        job = a_job(active_batch_id="batch-1")
        change = finish_batch(job, three_clips(), ended(GOOD, BAD, GOOD), next_batch=None, now=START)
        assert change.job.active_batch_id is None
        (event,) = change.events
        assert isinstance(event, BatchPartial)
        assert event.name == "batch_partial"
        assert [clip.status for clip in event.clips] == ["succeeded", "failed", "succeeded"]

    def test_the_next_gets_its_turn(self) -> None:
        job = a_job(active_batch_id="batch-1", waiting_batch_ids=("batch-2", "batch-3"))
        waiting = a_batch("batch-2", status=BatchStatus.WAITING)
        change = finish_batch(job, a_batch(), ended(GOOD), next_batch=waiting, now=START)
        assert change.job.active_batch_id == "batch-2"
        assert change.job.waiting_batch_ids == ("batch-3",)
        promoted = change.puts[1]
        assert isinstance(promoted, Batch)
        assert (promoted.status, promoted.lease_until) == (BatchStatus.STARTING, START + START_LEASE)

    def test_one_that_does_not_hold_the_job_frees_nothing(self) -> None:
        job = a_job(active_batch_id="another", waiting_batch_ids=("batch-1", "batch-3"))
        waiting = a_batch("batch-3", status=BatchStatus.WAITING)
        change = finish_batch(job, a_batch(), ended(GONE), next_batch=waiting, now=START)
        assert change.job.active_batch_id == "another"
        assert change.job.waiting_batch_ids == ("batch-3",)
        assert len(change.puts) == 1

    def test_a_job_that_goes_starts_nothing_more(self) -> None:
        job = a_job(status=JobStatus.DELETING, active_batch_id="batch-1", waiting_batch_ids=("batch-2",))
        waiting = a_batch("batch-2", status=BatchStatus.WAITING)
        change = finish_batch(job, a_batch(), ended(GONE), next_batch=waiting, now=START)
        assert change.job.active_batch_id is None
        assert len(change.puts) == 1


@pytest.mark.parametrize(("model", "said"), [("veo-3.1", True), ("", True), ("local", False)])
def test_only_what_can_cost_something_may_have_been_charged(model: str, *, said: bool) -> None:
    asked = a_regeneration(model=model, submit_lease_until=START)
    ended, _ = abandon_regeneration(
        asked, status=RegenerationStatus.FAILED, reason="The worker died.", now=START
    )
    assert ended.status is RegenerationStatus.SUBMISSION_UNKNOWN
    assert ("may have been charged" in (ended.error or "")) is said
