"""What becomes of submissions to servers that fail: never a second one, never a lost one."""

from dataclasses import replace

import pytest

from retake.domain.errors import (
    AmbiguousSubmissionError,
    ProviderRejectedError,
    ProviderThrottledError,
    ProviderUnavailableError,
)
from retake.ports.providers import ProviderJobStatus, SubmissionRecovery
from tests.contract.providers.subjects import (
    REFUSED,
    REQUEST,
    Subject,
    bedrock_async,
    everyone,
    finished,
    impatient,
    json_apis,
    until_there_is_one,
)
from tests.fakes.providers import bedrock
from tests.fakes.providers.server import How, Reply


@everyone
def test_a_refusal_is_final_and_in_the_providers_words(subject: Subject) -> None:
    with pytest.raises(ProviderRejectedError, match=subject.refusal):
        subject.provider.submit(REFUSED)

    assert (subject.submissions(), len(subject.jobs)) == (1, 0)


@everyone
def test_a_job_that_fails_reports_the_providers_reason(subject: Subject) -> None:
    job = finished(subject.provider, subject.provider.submit(replace(REQUEST, instruction="this will fail")))

    assert job.status is ProviderJobStatus.FAILED
    assert subject.failure in (job.error or "")


@everyone
def test_a_submission_that_is_throttled_can_be_made_again(subject: Subject) -> None:
    slow_down = Reply.of_json(
        {"detail": "Request was throttled.", "retry_after": 5}, status=429, headers={"Retry-After": "7"}
    )
    is_bedrock = subject.provider.name == "bedrock_async"
    reply = bedrock.throttled() if is_bedrock else slow_down
    subject.server.fail("POST", subject.submission, How.ANSWER, reply=reply)

    with pytest.raises(ProviderThrottledError) as throttled:
        subject.provider.submit(REQUEST)
    assert throttled.value.retry_after_s == (None if is_bedrock else 7)
    assert len(subject.jobs) == 0

    subject.provider.submit(REQUEST)
    assert len(subject.jobs) == 1


@everyone
def test_where_no_one_listens_nothing_was_started(subject: Subject) -> None:
    subject.world.close()

    with pytest.raises(ProviderUnavailableError):
        subject.provider.submit(REQUEST)


@everyone
@impatient
def test_an_answer_that_never_comes_is_in_doubt_and_not_asked_for_again(subject: Subject) -> None:
    subject.server.fail("POST", subject.submission, How.HANG)

    with pytest.raises(AmbiguousSubmissionError):
        subject.provider.submit(REQUEST)

    until_there_is_one(subject.jobs)
    assert subject.submissions() == 1


@everyone
@pytest.mark.parametrize(
    ("how", "made"),
    [(How.LOSE_ANSWER, 1), (How.LOSE_REQUEST, 0), (How.TRUNCATE, 1), (How.ANSWER_AFTER, 1)],
)
def test_a_lost_answer_is_in_doubt_whatever_really_happened(subject: Subject, how: How, made: int) -> None:
    page = Reply(502, b"<html>Bad Gateway</html>", {"Content-Type": "text/html"})
    subject.server.fail("POST", subject.submission, how, reply=page)

    with pytest.raises(AmbiguousSubmissionError):
        subject.provider.submit(REQUEST)

    assert (subject.submissions(), len(subject.jobs)) == (1, made)
    found = subject.provider.find(REQUEST.idempotency_key)
    if subject.provider.submission_recovery is SubmissionRecovery.NONE or made == 0:
        assert found is None
    else:
        assert found is not None
        assert finished(subject.provider, found).status is ProviderJobStatus.SUCCEEDED


@pytest.mark.parametrize("subject", [bedrock_async], ids=["bedrock_async"], indirect=True)
def test_asking_bedrock_again_after_a_lost_answer_makes_no_second_invocation(subject: Subject) -> None:
    subject.server.fail("POST", subject.submission, How.LOSE_ANSWER)
    with pytest.raises(AmbiguousSubmissionError):
        subject.provider.submit(REQUEST)

    job = subject.provider.submit(REQUEST)

    assert len(subject.jobs) == 1
    assert finished(subject.provider, job).status is ProviderJobStatus.SUCCEEDED


@json_apis
@impatient
@pytest.mark.parametrize("how", [How.TRICKLE, How.TRICKLE_HEAD, How.TRICKLE_SIZE])
def test_an_answer_that_trickles_is_not_waited_for_for_ever(subject: Subject, how: How) -> None:
    subject.server.fail("POST", subject.submission, how)

    with pytest.raises(AmbiguousSubmissionError, match="too long"):
        subject.provider.submit(REQUEST)


@json_apis
@pytest.mark.parametrize("body", [b"{}", b"[]", b"OK", b'{"status": "queued"}'])
def test_an_acceptance_without_a_job_is_in_doubt(subject: Subject, body: bytes) -> None:
    subject.server.fail("POST", subject.submission, How.ANSWER, reply=Reply(200, body))

    with pytest.raises(AmbiguousSubmissionError):
        subject.provider.submit(REQUEST)


@json_apis
@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply.of_json({"error": {"message": "overloaded"}}, status=503), ProviderUnavailableError),
        (Reply(503, headers={"Retry-After": "30"}), ProviderThrottledError),
        (Reply(503, b"upstream reset"), AmbiguousSubmissionError),
        (Reply.of_json({"error": {"message": "internal"}}, status=500), AmbiguousSubmissionError),
        (Reply(504), AmbiguousSubmissionError),
        (Reply(408), AmbiguousSubmissionError),
        (Reply(301, headers={"Location": "/elsewhere"}), ProviderRejectedError),
        (
            Reply.of_json({"error": {"code": "insufficient_quota", "message": "pay"}}, status=429),
            ProviderRejectedError,
        ),
        (
            Reply.of_json({"title": "No money", "detail": "Payment required"}, status=402),
            ProviderRejectedError,
        ),
        (Reply(413), ProviderRejectedError),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Reply) else value.__name__,
)
def test_each_answer_means_one_thing(subject: Subject, reply: Reply, error: type[Exception]) -> None:
    subject.server.fail("POST", subject.submission, How.ANSWER, reply=reply)

    with pytest.raises(error):
        subject.provider.submit(REQUEST)
    assert subject.submissions() == 1


@json_apis
def test_a_refused_key_is_reported_without_showing_it_and_read_anew(
    subject: Subject, caplog: pytest.LogCaptureFixture
) -> None:
    subject.read_keys(subject.wrong_key, subject.key)

    with caplog.at_level("DEBUG"), pytest.raises(ProviderRejectedError, match="refuses our key") as refused:
        subject.provider.submit(REQUEST)
    http = vars(vars(subject.provider)["_provider"])["_http"]
    assert (
        subject.wrong_key not in f"{refused.value!r} {caplog.text} {vars(subject.provider)!r} {vars(http)!r}"
    )

    subject.provider.submit(REQUEST)  # it was rotated meanwhile
    assert len(subject.jobs) == 1


@everyone
@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("local", "There is no model 'local'"),
        ("no-such-model", "There is no model"),
    ],
)
def test_a_model_of_another_user_is_refused_before_any_user_is_asked(
    subject: Subject, model: str, reason: str
) -> None:
    with pytest.raises(ProviderRejectedError, match=reason):
        subject.provider.submit(replace(REQUEST, model=model))
    assert subject.server.requests == []
