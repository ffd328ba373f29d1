"""No key, token or signature that a provider repeats goes any further: records, answers, events, logs."""

import base64
import traceback
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from retake.adapters.providers.http.keys import ApiKey
from retake.adapters.providers.scrubbing import ScrubbedProvider, scrub
from retake.domain.errors import (
    AmbiguousSubmissionError,
    ProviderRejectedError,
    ProviderThrottledError,
    ProviderUnavailableError,
    ResultRefusedError,
)
from retake.ports.providers import (
    GenerationRequest,
    ProviderJob,
    ProviderJobStatus,
    SubmissionRecovery,
    VideoProvider,
)

KEY = "my own/server's key+1"
REQUEST = GenerationRequest("key-1", "brighter", "", None, 5000, 640, 360, 30, 7)


class Repeating:
    """A ``VideoProvider`` that says what a test says, everywhere."""

    name = "repeating"
    submission_recovery = SubmissionRecovery.NONE

    def __init__(self, words: str, error: Callable[[str], Exception] | None = None) -> None:
        self.words = words
        self.error = error

    def submit(self, request: GenerationRequest) -> ProviderJob:
        return self.poll(request.idempotency_key)

    def find(self, idempotency_key: str) -> ProviderJob | None:
        return self.poll(idempotency_key)

    def check(self) -> None:
        self.poll("check")

    def poll(self, provider_job_id: str) -> ProviderJob:
        if self.error is not None:
            raise self.error(self.words) from ValueError(self.words)
        return ProviderJob(provider_job_id, ProviderJobStatus.FAILED, error=self.words)

    def fetch(self, provider_job_id: str, path: Path) -> None:
        path.write_text(self.poll(provider_job_id).provider_job_id)

    def cancel(self, provider_job_id: str) -> None:
        self.poll(provider_job_id)


def scrubbed(provider: VideoProvider) -> ScrubbedProvider:
    key = ApiKey(lambda: KEY)
    key.reveal()
    return ScrubbedProvider(provider, redact=key.redact)


def calls_of(provider: VideoProvider, path: Path) -> list[Callable[[], ProviderJob | None]]:
    return [
        lambda: provider.submit(REQUEST),
        lambda: provider.find("key-1"),
        lambda: provider.poll("job-1"),
        lambda: provider.fetch("job-1", path),
        lambda: provider.cancel("job-1"),
    ]


FORMS = {
    "as it is": KEY,
    "in an address": quote(KEY, safe=""),
    "basic": base64.b64encode(f":{KEY}".encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_key_in_a_failed_jobs_reason_is_hidden(form: str) -> None:
    job = scrubbed(Repeating(f"Quota of {form} is used up.")).poll("job-1")
    assert job.error is not None
    assert form.rstrip("=") not in job.error
    assert job.error.startswith("Quota of ***")


ERRORS: list[Callable[[str], Exception]] = [
    AmbiguousSubmissionError,
    ProviderRejectedError,
    lambda words: ProviderThrottledError(words, retry_after_s=9),
    ProviderUnavailableError,
    ResultRefusedError,
    RuntimeError,
]


@pytest.mark.parametrize("error", ERRORS)
def test_the_key_in_an_error_is_hidden_also_from_a_log_that_shows_its_causes(
    error: Callable[[str], Exception], tmp_path: Path
) -> None:
    provider = scrubbed(Repeating(f"Wrong key: {KEY}", error))
    for call in calls_of(provider, tmp_path / "result"):
        with pytest.raises(Exception, match=r"Wrong key: \*\*\*") as raised:
            call()
        kind = type(error(""))
        assert isinstance(raised.value, ProviderUnavailableError if kind is RuntimeError else kind)
        assert KEY not in "".join(traceback.format_exception(raised.value))
        if isinstance(raised.value, ProviderThrottledError):
            assert raised.value.retry_after_s == 9


def test_what_says_nothing_secret_is_left_as_it_is() -> None:
    fault = RuntimeError("our own fault")
    with pytest.raises(RuntimeError) as raised:
        scrubbed(Repeating("", lambda _: fault)).poll("job-1")
    assert raised.value is fault


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Authorization: Bearer abc.def", "abc"),
        ("{'authorization': 'Basic dXNlcjpwYXNz'}", "dXNlcjpwYXNz"),
        ("Incorrect API key provided: sk-proj-0123456789abcdef", "0123456789"),
        ("api_key=hunter2secret&x=1", "hunter2"),
        ('{"x-api-key": "hunter2secret"}', "hunter2"),
        ("https://b.s3.amazonaws.com/v.mp4?X-Amz-Credential=AK&X-Amz-Signature=f00d", "f00d"),
        ("https://x.blob.core.windows.net/v?sv=2024&sig=aGVsbG8%3D", "aGVsbG8"),
        ("https://cdn/v?Expires=1&Signature=abcd&Key-Pair-Id=K1", "abcd"),
        ("https://user:pass1word@host/v", "pass1word"),
        ("token eyJhbGciOi.eyJzdWIiOi.c2ln here", "eyJzdWIiOi"),
        ("r8_0123456789abcdefghij is not valid", "0123456789"),
        ("AKIAIOSFODNN7EXAMPLE may not invoke", "IOSFODNN7"),
        ("bearer opaque-token was refused", "opaque-token"),
    ],
)
def test_what_looks_like_a_secret_is_hidden_of_any_provider(text: str, hidden: str) -> None:
    assert hidden in text
    assert hidden not in scrub(text)
    assert scrub(scrub(text)) == scrub(text)


@pytest.mark.parametrize(
    "text",
    [
        "The key was refused.",
        "Your token is over; the bearer of bad news. Ask again in 30 s.",
        "Prediction https://replicate.com/p/abc?page=2 failed: out of memory.",
        "moderation: the prompt names a secret agent.",
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert scrub(text) == text
