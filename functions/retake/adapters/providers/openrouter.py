"""OpenRouter: one asynchronous API in front of the video models of several makers.

References:
    https://openrouter.ai/docs/guides/overview/multimodal/video-generation, and the OpenAPI document beside it
    (github.com/OpenRouterTeam/docs, ``openapi/openapi.yaml``), both as of 22 August 2026: ``POST /videos``,
    ``GET /videos/{jobId}``, ``GET /videos/{jobId}/content`` and ``GET /key``. Pictures as data URLs:
    github.com/OpenRouterTeam/skills, ``openrouter-video``, 10 July 2026.
"""

from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from retake.adapters.providers.http.client import Body
from retake.adapters.providers.http.refusals import is_success, judge_check, object_of, refuse_submission
from retake.adapters.providers.records import unknown_job
from retake.adapters.providers.requests import ProviderRequest, Reference
from retake.adapters.providers.unsearchable import UnsearchableWithDownloads
from retake.domain.errors import AmbiguousSubmissionError, ProviderUnavailableError
from retake.ports.providers import GenerationRequest, ProviderJob, ProviderJobStatus

BASE_URL = "https://openrouter.ai/api/v1"

_STATUSES = {
    "pending": ProviderJobStatus.QUEUED,
    "completed": ProviderJobStatus.SUCCEEDED,
    "failed": ProviderJobStatus.FAILED,
    "expired": ProviderJobStatus.FAILED,
    "cancelled": ProviderJobStatus.CANCELLED,
}
_PERCENT = {ProviderJobStatus.SUCCEEDED: 100, ProviderJobStatus.RUNNING: 50}


class OpenRouterProvider(UnsearchableWithDownloads):
    """A ``VideoProvider`` that runs models through OpenRouter.

    OpenRouter documents neither an idempotency key nor a list of jobs: what became of a submission whose
    answer was lost is unknown. Nor does it document a way to stop a job: it runs on and is paid.

    Args:
        http: The API.
        asking: Translates requests.
        downloader: Fetches results; trusts the API itself.
    """

    def submit(self, request: GenerationRequest) -> ProviderJob:
        """Start the job, asking once."""
        answer = self._http.submit("/videos", Body.of_json(_input_for(self._asking.ask(request))))
        if not is_success(answer):
            refuse_submission(answer)
        try:
            return _to_job(answer.json())
        except (KeyError, ValueError) as exc:
            raise AmbiguousSubmissionError("OpenRouter accepted, without saying which job.") from exc

    def poll(self, provider_job_id: str) -> ProviderJob:
        answer = self._http.look(_path(provider_job_id))
        if answer.status == HTTPStatus.NOT_FOUND:
            return unknown_job(provider_job_id)
        try:
            return _to_job(object_of(answer, "OpenRouter"))
        except KeyError as exc:
            raise ProviderUnavailableError("OpenRouter's answer cannot be read.") from exc

    def fetch(self, provider_job_id: str, path: Path) -> None:
        """Write the finished video to ``path``: the first, for one was asked for."""
        url = self._http.url(f"{_path(provider_job_id)}/content?index=0")
        self._downloader.download(url, path, headers=self._http.authorization())

    def cancel(self, provider_job_id: str) -> None:
        """Do nothing: OpenRouter documents no call that stops a job."""

    def check(self) -> None:
        """Read what the key may spend (``GET /key``)."""
        judge_check(self._http.look("/key"))


def _input_for(ask: ProviderRequest) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": ask.model.provider_model,
        "prompt": ask.prompt,
        "duration": ask.seconds,
        "resolution": ask.size.resolution,
        "aspect_ratio": ask.size.aspect_ratio,
        # Said, since what is left out is decided by each endpoint, and sound has a price.
        "generate_audio": ask.model.has_sound,
    }
    if "seed" in ask.model.inputs:
        body["seed"] = ask.seed & 0x7FFFFFFF
    if ask.frames:
        body["frame_images"] = [{**_picture(frame), "frame_type": frame.role} for frame in ask.frames]
    if ask.guides:
        body["input_references"] = [_picture(reference) for reference in ask.guides]
    return body


def _picture(reference: Reference) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": reference.data_url}}


def _path(provider_job_id: str) -> str:
    return f"/videos/{quote(provider_job_id, safe='')}"


def _to_job(job: dict[str, Any]) -> ProviderJob:
    status = _STATUSES.get(str(job["status"]), ProviderJobStatus.RUNNING)
    said = str(job.get("error") or f"OpenRouter says {job['status']}, without a reason.")
    return ProviderJob(
        provider_job_id=str(job["id"]),
        status=status,
        progress=_PERCENT.get(status, 0),
        error=said if status is ProviderJobStatus.FAILED else None,
        cost=_cost(job.get("usage")),
    )


def _cost(usage: object) -> Decimal | None:
    """Return what OpenRouter charged, in US dollars; with a key of the maker's own it does not know."""
    cost = usage.get("cost") if isinstance(usage, dict) and not usage.get("is_byok") else None
    return Decimal(str(cost)) if isinstance(cost, int | float) and cost >= 0 else None
