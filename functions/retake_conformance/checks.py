"""What every adapter promises, one function each; the first line of its text says what is checked.

A check raises ``AssertionError`` with what it saw. Each gets a proxy and a provider of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from retake.adapters.providers.plugins import Trial
from retake.domain.errors import (
    AmbiguousSubmissionError,
    ProviderRejectedError,
    ProviderThrottledError,
    ProviderUnavailableError,
    RetakeError,
)
from retake.ports.providers import (
    GenerationRequest,
    ProviderJob,
    ProviderJobStatus,
    SubmissionRecovery,
    VideoProvider,
)
from retake_conformance.proxy import RETRY_AFTER_S, Fault, Proxy

LOOKS = 200
MISSING_JOB = "00000000-0000-0000-0000-000000000000"

DURATION_MS = 2000

_REQUEST = GenerationRequest(
    idempotency_key="",
    instruction="a red fox in snow",
    prompt="",
    source_key=None,
    duration_ms=DURATION_MS,
    width=1280,
    height=720,
    fps=24,
    seed=7,
)


@dataclass(frozen=True)
class Subject:
    """What a check looks at.

    Attributes:
        build: Builds the adapter as another process would; with another key if one is given.
        proxy: In front of the trial server.
        trial: The trial server's own words.
        probe: Returns a file's length in milliseconds; raises where it is no video.
        shortest_ms: Length that is asked for of the default model at 2 s.
    """

    build: Callable[[str], VideoProvider]
    proxy: Proxy
    trial: Trial
    probe: Callable[[Path], int]
    shortest_ms: int

    @cached_property
    def request(self) -> GenerationRequest:
        """Return the request of this check: no other one has its key."""
        return replace(_REQUEST, idempotency_key=str(uuid4()))

    @property
    def provider(self) -> VideoProvider:
        """Return the adapter, built anew."""
        return self.build(self.trial.key)


def proves_address_and_key(subject: Subject) -> None:
    """check() passes with the key, starts nothing, and refuses a wrong key without repeating it."""
    subject.provider.check()
    assert subject.proxy.submissions == 0, "check() submitted something"
    wrong = "wrong-key-0123456789"
    raised = _raised(subject.build(wrong).check, ProviderRejectedError)
    assert wrong not in str(raised), f"the key is in the reason: {raised}"


def makes_a_video(subject: Subject) -> None:
    """A job ends in a video that is as long as was negotiated."""
    provider = subject.provider
    job = _finished(provider, provider.submit(subject.request))
    assert (job.status, job.progress, job.error) == (ProviderJobStatus.SUCCEEDED, 100, None), job
    with TemporaryDirectory() as directory:
        path = Path(directory) / "result.mp4"
        provider.fetch(job.provider_job_id, path)
        length_ms = subject.probe(path)
    assert length_ms >= subject.shortest_ms - 100, (
        f"{subject.shortest_ms} ms were asked for; it has {length_ms}"
    )
    assert job.cost is None or job.cost >= 0, job
    times = (job.submitted_at, job.finished_at)
    assert all(at is None or at.tzinfo is not None for at in times), f"times without a zone: {times}"


def is_the_same_in_another_process(subject: Subject) -> None:
    """Another instance knows the job, and looking at a finished one changes nothing."""
    job = _finished(subject.provider, subject.provider.submit(subject.request))
    assert subject.provider.poll(job.provider_job_id) == job


def knows_keys_as_it_says(subject: Subject) -> None:
    """A key is one job where submission_recovery is `token`, and two keys are two jobs."""
    provider = subject.provider
    first, second = provider.submit(subject.request), provider.submit(subject.request)
    knows = provider.submission_recovery is SubmissionRecovery.TOKEN
    is_same = first.provider_job_id == second.provider_job_id
    assert is_same is knows, f"submission_recovery is {provider.submission_recovery}; one job: {is_same}"
    other = provider.submit(replace(subject.request, idempotency_key=str(uuid4()), seed=8))
    assert other.provider_job_id not in {first.provider_job_id, second.provider_job_id}, "two keys, one job"


def refuses_in_its_own_words(subject: Subject) -> None:
    """What the provider refuses raises ProviderRejectedError, and starts nothing."""
    if not subject.trial.refused:
        return
    request = replace(subject.request, instruction=subject.trial.refused)
    raised = _raised(lambda: subject.provider.submit(request), ProviderRejectedError)
    assert str(raised), "a refusal without a reason"
    assert subject.proxy.accepted == 0, "a refused submission was accepted"


def reports_why_a_job_failed(subject: Subject) -> None:
    """A job that fails is `failed`, with a reason."""
    if not subject.trial.failing:
        return
    provider = subject.provider
    job = _finished(provider, provider.submit(replace(subject.request, instruction=subject.trial.failing)))
    assert job.status is ProviderJobStatus.FAILED, job
    assert job.error, "a failure without a reason"


def fails_what_it_does_not_know(subject: Subject) -> None:
    """A job that the provider does not know has failed, and has nothing to fetch."""
    provider = subject.provider
    job = provider.poll(MISSING_JOB)
    assert job.status is ProviderJobStatus.FAILED, job
    assert job.error, "a failure without a reason"
    with TemporaryDirectory() as directory:
        _raised(lambda: provider.fetch(MISSING_JOB, Path(directory) / "result.mp4"), ProviderUnavailableError)


def cancels_without_harm(subject: Subject) -> None:
    """Cancelling what is finished or unknown is no error, and leaves a result in its place."""
    provider = subject.provider
    job = _finished(provider, provider.submit(subject.request))
    provider.cancel(job.provider_job_id)
    provider.cancel(MISSING_JOB)
    assert provider.poll(job.provider_job_id).status is ProviderJobStatus.SUCCEEDED


def waits_when_asked_to(subject: Subject) -> None:
    """429 with Retry-After raises ProviderThrottledError with the seconds; nothing is sent again."""
    subject.proxy.next_submission = Fault.THROTTLE
    raised = _raised(lambda: subject.provider.submit(subject.request), ProviderThrottledError)
    seconds = getattr(raised, "retry_after_s", None)
    assert seconds == RETRY_AFTER_S, f"retry_after_s is {seconds}, and {RETRY_AFTER_S} were said"
    assert subject.proxy.submissions == 1, f"{subject.proxy.submissions} submissions"


def reports_a_refused_key(subject: Subject) -> None:
    """401 to a submission raises ProviderRejectedError."""
    subject.proxy.next_submission = Fault.NO_KEY
    _raised(lambda: subject.provider.submit(subject.request), ProviderRejectedError)


def never_submits_twice(subject: Subject, fault: Fault) -> None:
    """An answer that is lost raises AmbiguousSubmissionError, after one submission."""
    subject.proxy.next_submission = fault
    provider = subject.provider
    _raised(lambda: provider.submit(subject.request), AmbiguousSubmissionError)
    assert subject.proxy.submissions == 1, f"{fault.name}: {subject.proxy.submissions} submissions"
    found = provider.find(subject.request.idempotency_key)
    if provider.submission_recovery is SubmissionRecovery.NONE or subject.proxy.accepted == 0:
        assert found is None, f"{fault.name}: a job was found that there is not, or cannot be known: {found}"
    elif provider.submission_recovery is SubmissionRecovery.LOOKUP:
        assert found is not None, f"{fault.name}: the job was not found"
    else:  # by its key it is the same job when it is asked for again
        again = provider.submit(subject.request)
        assert _finished(provider, again).status is ProviderJobStatus.SUCCEEDED


def says_nothing_of_a_job_by_a_broken_look(subject: Subject) -> None:
    """A look that goes wrong raises ProviderUnavailableError; it never fails the job."""
    provider = subject.provider
    job = provider.submit(subject.request)
    for fault in (Fault.BROKEN, Fault.LOSE_REQUEST, Fault.THROTTLE, Fault.GATEWAY_PAGE):
        subject.proxy.next_look = fault
        try:
            seen = provider.poll(job.provider_job_id)
        except (ProviderUnavailableError, ProviderThrottledError):
            continue
        # A look may be repeated: then it saw the job.
        assert seen.status is not ProviderJobStatus.FAILED, f"{fault.name} was taken for the job's failure"
    assert _finished(provider, job).status is ProviderJobStatus.SUCCEEDED


def _lost(fault: Fault) -> Callable[[Subject], None]:
    def check(subject: Subject) -> None:
        never_submits_twice(subject, fault)

    check.__name__ = f"survives_{fault.name.lower()}"
    check.__doc__ = f"{never_submits_twice.__doc__} ({fault.name.lower().replace('_', ' ')})"
    return check


CHECKS: tuple[Callable[[Subject], None], ...] = (
    proves_address_and_key,
    makes_a_video,
    is_the_same_in_another_process,
    knows_keys_as_it_says,
    refuses_in_its_own_words,
    reports_why_a_job_failed,
    fails_what_it_does_not_know,
    cancels_without_harm,
    waits_when_asked_to,
    reports_a_refused_key,
    *map(_lost, (Fault.LOSE_REQUEST, Fault.LOSE_ANSWER, Fault.HALVE_ANSWER, Fault.GATEWAY_PAGE)),
    says_nothing_of_a_job_by_a_broken_look,
)
"""In the order in which an author meets them."""


def _finished(provider: VideoProvider, job: ProviderJob) -> ProviderJob:
    for _ in range(LOOKS):
        if job.status not in {ProviderJobStatus.QUEUED, ProviderJobStatus.RUNNING}:
            return job
        job = provider.poll(job.provider_job_id)
    raise AssertionError(f"after {LOOKS} looks the job has not ended: {job}")


def _raised(act: Callable[[], object], kind: type[RetakeError]) -> RetakeError:
    try:
        answer = act()
    except kind as error:
        return error
    except Exception as error:
        raise AssertionError(f"{kind.__name__} was to be raised, and it was {error!r}") from error
    raise AssertionError(f"{kind.__name__} was to be raised, and it answered {answer!r}")
