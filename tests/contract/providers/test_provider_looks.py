"""What is made of looks, results and cancellations that go wrong: they say nothing of the job."""

from dataclasses import replace
from pathlib import Path

import pytest

from retake.domain.errors import (
    ProviderRejectedError,
    ProviderThrottledError,
    ProviderUnavailableError,
    ResultRefusedError,
)
from retake.ports.providers import ProviderJobStatus
from tests.contract.providers.subjects import ALL, REQUEST, Subject, addressed, everyone, finished, json_apis
from tests.fakes.providers import bedrock
from tests.fakes.providers.server import How, Reply
from tests.fakes.providers.world import IMPATIENT


@json_apis
@pytest.mark.parametrize("how", [How.LOSE_REQUEST, How.LOSE_ANSWER, How.TRUNCATE, How.ANSWER])
def test_a_look_that_goes_wrong_once_is_repeated(subject: Subject, how: How) -> None:
    job = subject.provider.submit(REQUEST)
    subject.fail_looks(how, reply=Reply(503))

    assert subject.provider.poll(job.provider_job_id).status is not ProviderJobStatus.FAILED


@everyone
def test_a_look_that_goes_on_going_wrong_says_nothing_of_the_job(subject: Subject) -> None:
    job = subject.provider.submit(REQUEST)
    subject.fail_looks(How.LOSE_ANSWER, times=2)

    with pytest.raises(ProviderUnavailableError):
        subject.provider.poll(job.provider_job_id)
    subject.server._faults.clear()
    assert finished(subject.provider, job).status is ProviderJobStatus.SUCCEEDED


@everyone
def test_a_look_at_a_server_that_hangs_ends(subject: Subject) -> None:
    job = subject.provider.submit(REQUEST)
    subject.world.timeouts = IMPATIENT
    impatient_one = ALL[subject.provider.name](subject.world).provider
    subject.fail_looks(How.HANG, times=2)

    with pytest.raises(ProviderUnavailableError):
        impatient_one.poll(job.provider_job_id)


@everyone
def test_a_look_that_is_throttled_says_so(subject: Subject) -> None:
    job = subject.provider.submit(REQUEST)
    is_bedrock = subject.provider.name == "bedrock_async"
    reply = bedrock.throttled() if is_bedrock else Reply(429, headers={"Retry-After": "9"})
    subject.fail_looks(How.ANSWER, reply=reply)

    with pytest.raises(ProviderThrottledError):
        subject.provider.poll(job.provider_job_id)


PASSES: list[tuple[str, dict[str, object], bool]] = [
    ("openai_videos", {"status": "failed", "error": {"code": "server_error", "message": "Try again."}}, True),
    ("openai_videos", {"status": "failed", "error": {"type": "overloaded_error", "message": "Busy."}}, True),
    ("openai_videos", {"status": "failed", "error": {"code": 503, "message": "Unavailable."}}, True),
    ("openai_videos", {"status": "failed", "error": {"code": "moderation_blocked", "message": "No."}}, False),
    ("openai_videos", {"status": "failed", "error": "server_error"}, False),
    ("openai_videos", {"status": "failed", "error": None}, False),
    ("openai_videos", {"status": "expired", "error": None}, False),
    ("openai_videos", {"status": "in_progress", "error": {"code": "server_error"}}, False),
    ("replicate", {"status": "aborted", "error": None}, True),
    ("replicate", {"status": "failed", "error": "CUDA out of memory"}, False),
    ("replicate", {"status": "failed", "error": "flagged as sensitive"}, False),
]


@pytest.mark.parametrize(
    ("subject", "said", "passes"),
    [(ALL[name], *rest) for name, *rest in PASSES],
    indirect=["subject"],
    # Two workers must find the same names: a function's own name says where it lies in memory.
    ids=[f"{name}-{said}" for name, said, _ in PASSES],
)
def test_a_failure_passes_only_where_the_provider_says_so(
    subject: Subject, said: dict[str, object], *, passes: bool
) -> None:
    job = subject.provider.submit(REQUEST)
    reply = Reply.of_json({"id": job.provider_job_id, **said})
    subject.fail_looks(How.ANSWER, reply=reply)

    assert subject.provider.poll(job.provider_job_id).is_transient is passes


@everyone
def test_a_job_that_failed_for_good_or_that_no_one_knows_does_not_pass(subject: Subject) -> None:
    job = subject.provider.submit(replace(REQUEST, instruction="fail this"))
    assert finished(subject.provider, job).is_transient is False
    assert subject.provider.poll("unknown").is_transient is False


@json_apis
@pytest.mark.parametrize(
    ("status", "error"),
    [
        *((status, ProviderRejectedError) for status in (401, 403, 404)),
        *((429, ProviderThrottledError), (500, ProviderUnavailableError)),
    ],
)
def test_a_check_says_whether_key_and_address_are_wrong(
    subject: Subject, status: int, error: type[Exception]
) -> None:
    # Twice: a token that is refused is renewed once.
    subject.server.fail("GET", "", How.ANSWER, times=2, reply=Reply(status))

    with pytest.raises(error):
        subject.provider.check()
    assert (subject.submissions(), len(subject.jobs)) == (0, 0)


@everyone
def test_a_check_where_no_one_listens_says_nothing_of_the_key(subject: Subject) -> None:
    subject.world.close()

    with pytest.raises(ProviderUnavailableError):
        subject.provider.check()


@json_apis
def test_what_a_server_says_of_a_job_in_riddles_says_nothing(subject: Subject) -> None:
    job = subject.provider.submit(REQUEST)
    subject.fail_looks(How.ANSWER, reply=Reply(200, b"<html>Welcome"))

    with pytest.raises(ProviderUnavailableError):
        subject.provider.poll(job.provider_job_id)


@json_apis
def test_a_result_that_is_cut_off_is_noticed_and_nothing_of_it_kept(subject: Subject, tmp_path: Path) -> None:
    job = finished(subject.provider, subject.provider.submit(REQUEST))
    subject.server.fail(subject.look[0], subject.result, How.TRUNCATE)

    with pytest.raises(ProviderUnavailableError, match="cut off"):
        subject.provider.fetch(job.provider_job_id, tmp_path / "result.mp4")
    assert list(tmp_path.iterdir()) == []

    subject.provider.fetch(job.provider_job_id, tmp_path / "result.mp4")
    assert (tmp_path / "result.mp4").stat().st_size > 1000


@addressed
@pytest.mark.parametrize(
    "address",
    ["http://169.254.169.254/latest/meta-data/iam/", "https://127.0.0.1:9/v.mp4", "http://example.com/v.mp4"],
)
def test_a_result_that_lies_in_our_own_network_is_not_fetched(
    subject: Subject, address: str, tmp_path: Path
) -> None:
    job = finished(subject.provider, subject.provider.submit(REQUEST))
    assert subject.move_results is not None
    subject.move_results(address)

    with pytest.raises(ResultRefusedError, match="address is refused"):
        subject.provider.fetch(job.provider_job_id, tmp_path / "result.mp4")
    assert list(tmp_path.iterdir()) == []


@json_apis
def test_a_running_job_is_stopped_and_a_finished_one_kept(subject: Subject) -> None:
    running = subject.provider.submit(replace(REQUEST, instruction="stuck"))
    done = finished(subject.provider, subject.provider.submit(replace(REQUEST, idempotency_key="b", seed=8)))

    subject.provider.cancel(running.provider_job_id)
    subject.provider.cancel(done.provider_job_id)

    after = subject.provider.poll(running.provider_job_id)
    over = {ProviderJobStatus.CANCELLED, ProviderJobStatus.FAILED}
    assert (after.status in over) is subject.stops
    assert subject.provider.poll(done.provider_job_id).status is ProviderJobStatus.SUCCEEDED
