"""Acme Video: generations by a plain JSON API that honours idempotency keys.

An example of a provider of one's own. The service does not exist; ``trial.py`` is a server that conforms to
what its documents would say.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from retake.adapters.providers.http.client import Body, ProviderHttp
from retake.adapters.providers.http.downloads import SafeDownloader
from retake.adapters.providers.http.refusals import (
    is_success,
    judge_check,
    object_of,
    refuse_look,
    refuse_submission,
)
from retake.adapters.providers.parts import Parts
from retake.adapters.providers.plugins import MakeVideo, ProviderPlugin, Trial
from retake.adapters.providers.records import unknown_job
from retake.adapters.providers.requests import RequestTranslator
from retake.domain.catalogue import Model, Price, Size
from retake.domain.errors import AmbiguousSubmissionError, ProviderUnavailableError
from retake.domain.providers import ProviderKind
from retake.ports.providers import GenerationRequest, ProviderJob, ProviderJobStatus, SubmissionRecovery

BASE_URL = "https://api.acme.example"
PATH = "/v1/generations"

_STATUSES = {
    "waiting": ProviderJobStatus.QUEUED,
    "done": ProviderJobStatus.SUCCEEDED,
    "failed": ProviderJobStatus.FAILED,
    "cancelled": ProviderJobStatus.CANCELLED,
}


class AcmeProvider:
    """A ``VideoProvider`` for Acme Video."""

    name = "acme"
    submission_recovery = SubmissionRecovery.TOKEN

    def __init__(
        self, *, http: ProviderHttp, translator: RequestTranslator, downloader: SafeDownloader
    ) -> None:
        self._http = http
        self._translator = translator
        self._downloader = downloader

    def submit(self, request: GenerationRequest) -> ProviderJob:
        """Start the generation, asking once."""
        asked = self._translator.ask(request)
        body = {"model": asked.model.provider_model, "prompt": asked.prompt, "seconds": asked.seconds}
        headers = {"Idempotency-Key": request.idempotency_key}
        answer = self._http.submit(PATH, Body.of_json(body), headers)
        if not is_success(answer):
            refuse_submission(answer)
        try:
            return _to_job(answer.json())
        except (KeyError, ValueError) as error:
            raise AmbiguousSubmissionError("Acme accepted, without saying which generation.") from error

    def find(self, idempotency_key: str) -> ProviderJob | None:  # noqa: ARG002 - asked again by its key instead
        """Return None: the same key is the same generation."""
        return None

    def poll(self, provider_job_id: str) -> ProviderJob:
        """Ask how it goes."""
        answer = self._http.look(_path(provider_job_id))
        if answer.status == HTTPStatus.NOT_FOUND:
            return unknown_job(provider_job_id)
        try:
            return _to_job(object_of(answer, "Acme"))
        except KeyError as error:
            raise ProviderUnavailableError("Acme's answer cannot be read.") from error

    def fetch(self, provider_job_id: str, path: Path) -> None:
        """Write the finished video to ``path``."""
        url = self._http.url(f"{_path(provider_job_id)}/video")
        self._downloader.download(url, path, headers=self._http.authorization())

    def cancel(self, provider_job_id: str) -> None:
        """Ask for it to be stopped."""
        answer = self._http.delete(_path(provider_job_id))
        if not is_success(answer) and answer.status not in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}:
            refuse_look(answer)

    def check(self) -> None:
        """Read the account."""
        judge_check(self._http.look("/v1/account"))


def _path(provider_job_id: str) -> str:
    return f"{PATH}/{quote(provider_job_id, safe='')}"


def _to_job(found: dict[str, Any]) -> ProviderJob:
    status = _STATUSES.get(str(found["status"]), ProviderJobStatus.RUNNING)
    return ProviderJob(
        provider_job_id=str(found["id"]),
        status=status,
        progress=100 if status is ProviderJobStatus.SUCCEEDED else 0,
        error=str(found.get("reason") or "Acme gave no reason.")
        if status is ProviderJobStatus.FAILED
        else None,
        cost=Decimal(str(found["dollars"])) if "dollars" in found else None,
    )


def build(parts: Parts) -> AcmeProvider:
    """Build it of what the settings say."""
    http = parts.http(BASE_URL)
    return AcmeProvider(http=http, translator=parts.translator(), downloader=parts.downloader(http))


@contextmanager
def trial(make_video: MakeVideo) -> Iterator[Trial]:
    """Run the conforming server."""
    from acme_retake.trial import KEY, serve

    with serve(make_video) as base_url:
        yield Trial(base_url, KEY, submission=PATH, refused="refuse this", failing="fail this")


ACME = ProviderPlugin(
    kind=ProviderKind("acme", "Acme Video", "ACME_API_KEY", needs_key=True),
    build=build,
    models=(
        Model(
            *("acme-one", "Acme One", "acme", "one"),
            durations_ms=(3000, 6000),
            price=Price(Decimal("0.05"), as_of=date(2026, 11, 1)),
            sizes=(Size(1280, 720),),
        ),
    ),
    trial=trial,
)
