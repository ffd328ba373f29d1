"""Removes keys, tokens and signatures from all that a provider answers.

A provider's words end up in records, answers, events, logs and the input of workflow steps. Some repeat
the key they refuse, in a refusal as well as in the error of a job; others show signed addresses.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from retake.adapters.providers.http.keys import HIDDEN
from retake.domain.errors import (
    AmbiguousSubmissionError,
    ProviderRejectedError,
    ProviderThrottledError,
    ProviderUnavailableError,
    ResultRefusedError,
)
from retake.ports.providers import GenerationRequest, ProviderJob, SubmissionRecovery, VideoProvider

_NAMES = (
    r"(?:api|secret|access|private|account|subscription)[-_ ]?(?:access[-_ ]?)?key(?:[-_ ]?id)?|x-api-key|"
    r"passw(?:or)?d|passphrase|client[-_]secret|secret|"
    r"(?:access|auth|session|security|refresh|id)[-_]token"
)
_PARAMETERS = (
    r"x-(?:amz|goog)-[a-z-]+|awsaccesskeyid|googleaccessid|signature|sig|policy|key-pair-id|credential|"
    r"token|key|expires|hdnts|hmac|se|sp|sv|st|skoid|sktid"
)
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)\b(https?://)[^/\s@\"']+@"), rf"\1{HIDDEN}@"),
    (
        re.compile(r"(?i)\b((?:proxy-)?authorization[\"']?\s*[:=]\s*[\"']?)(?:[a-z]+\s+)?[^\s\"',;]+"),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"(?i)\b(bearer)\s+[^\s\"',;*]{8,}"), rf"\1 {HIDDEN}"),
    (re.compile(rf"(?i)([?&;](?:{_PARAMETERS}|{_NAMES})=)[^&;\s\"'<>]+"), rf"\1{HIDDEN}"),
    (re.compile(rf"(?i)\b((?:{_NAMES})[\"']?\s*[:=]\s*[\"']?)(?!\*)[^\s\"',;&]+"), rf"\1{HIDDEN}"),
    (re.compile(r"\b(?:sk|pk|rk|r8|hf|gh[opsu]|xox[abprs])[-_][A-Za-z0-9_-]{10,}"), HIDDEN),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b"), HIDDEN),
    (re.compile(r"\bya29\.[\w-]{10,}"), HIDDEN),
    (re.compile(r"\beyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]*"), HIDDEN),
)
"""What is hidden in every text: names of secrets with their values, signed addresses, the forms of
well-known keys."""


def scrub(text: str) -> str:
    """Return a text without what looks like a secret.

    >>> scrub("GET https://s3.example/v.mp4?X-Amz-Signature=abc&part=2 with Authorization: Bearer sk-1")
    'GET https://s3.example/v.mp4?X-Amz-Signature=***&part=2 with Authorization: ***'
    """
    for pattern, hidden in _PATTERNS:
        text = pattern.sub(hidden, text)
    return text


class ScrubbedProvider:
    """A ``VideoProvider`` whose answers hold no secrets.

    Args:
        provider: Does the work.
        redact: Hides the secrets that are known by their values.
    """

    def __init__(self, provider: VideoProvider, *, redact: Callable[[str], str]) -> None:
        self._provider = provider
        self._redact = redact

    @property
    def name(self) -> str:
        return self._provider.name

    @property
    def submission_recovery(self) -> SubmissionRecovery:
        return self._provider.submission_recovery

    def submit(self, request: GenerationRequest) -> ProviderJob:
        with self._scrubbed():
            return self._clean_job(self._provider.submit(request))

    def find(self, idempotency_key: str) -> ProviderJob | None:
        with self._scrubbed():
            found = self._provider.find(idempotency_key)
            return None if found is None else self._clean_job(found)

    def poll(self, provider_job_id: str) -> ProviderJob:
        with self._scrubbed():
            return self._clean_job(self._provider.poll(provider_job_id))

    def fetch(self, provider_job_id: str, path: Path) -> None:
        with self._scrubbed():
            self._provider.fetch(provider_job_id, path)

    def cancel(self, provider_job_id: str) -> None:
        with self._scrubbed():
            self._provider.cancel(provider_job_id)

    def check(self) -> None:
        with self._scrubbed():
            self._provider.check()

    def _clean(self, text: str) -> str:
        return scrub(self._redact(text))

    def _clean_job(self, job: ProviderJob) -> ProviderJob:
        return job if job.error is None else replace(job, error=self._clean(job.error))

    @contextmanager
    def _scrubbed(self) -> Iterator[None]:
        # Without their causes: a log shows those as well, in the provider's own words.
        try:
            yield
        except ProviderThrottledError as error:
            clean = ProviderThrottledError(self._clean(str(error)), retry_after_s=error.retry_after_s)
            raise clean.with_traceback(error.__traceback__) from None
        except (
            AmbiguousSubmissionError,
            ProviderRejectedError,
            ProviderUnavailableError,
            ResultRefusedError,
        ) as error:
            raise type(error)(self._clean(str(error))).with_traceback(error.__traceback__) from None
        except Exception as error:
            if self._clean(str(error)) == str(error):
                raise
            raise ProviderUnavailableError(self._clean(str(error))) from None
