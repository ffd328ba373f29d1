"""Any server with the ``/v1/videos`` format: vLLM-Omni, SGLang, Dynamo, LiteLLM's proxy.

References:
    https://developers.openai.com/api/docs/api-reference/videos (the format; the hosted service ended on
    24 September 2026), https://docs.vllm.ai/projects/vllm-omni/en/latest/serving/videos_api/,
    https://docs.sglang.io/diffusion/api/openai_api.html
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from retake.adapters.providers.http.client import Body, ProviderHttp
from retake.adapters.providers.http.downloads import SafeDownloader
from retake.adapters.providers.http.forms import FormFile, form
from retake.adapters.providers.http.refusals import is_success, judge_check, refuse_look, refuse_submission
from retake.adapters.providers.records import UNFINISHED, unknown_job
from retake.adapters.providers.requests import ProviderRequest, Reference, RequestTranslator
from retake.domain.errors import AmbiguousSubmissionError, ProviderRejectedError, ProviderUnavailableError
from retake.ports.providers import GenerationRequest, ProviderJob, ProviderJobStatus, SubmissionRecovery

PATH = "/v1/videos"
EXTENSION_FPS = 24
"""vLLM-Omni's own default; ingest brings the result to the job's rate."""

# Besides the format's own four, the words of servers that translate for others.
_STATUSES = {
    "queued": ProviderJobStatus.QUEUED,
    "pending": ProviderJobStatus.QUEUED,
    "completed": ProviderJobStatus.SUCCEEDED,
    "succeeded": ProviderJobStatus.SUCCEEDED,
    "failed": ProviderJobStatus.FAILED,
    "expired": ProviderJobStatus.FAILED,
    "cancelled": ProviderJobStatus.CANCELLED,
    "canceled": ProviderJobStatus.CANCELLED,
}


_PASSES = frozenset(
    {
        *("server_error", "internal_error", "internal_server_error", "service_unavailable", "timeout"),
        *("overloaded", "overloaded_error", "engine_overloaded", "rate_limit_exceeded"),
        *("429", "500", "502", "503", "504"),
    }
)
"""What servers of the format call a failure of their own, in ``error.code`` or ``error.type``; proxies put an
HTTP status there. Any other word, and every refusal, is final."""


class BodyFormat(StrEnum):
    """How a server wants a request to be written."""

    MULTIPART = "multipart"
    JSON = "json"


@dataclass(frozen=True)
class Dialect:
    """Options of one server's version of the format.

    Attributes:
        body: How requests are written; SGLang documents JSON, the others forms.
        extensions: Whether to send vLLM-Omni's ``seed``, ``fps`` and ``num_frames``.
        honours_keys: Whether it answers a repeated ``Idempotency-Key`` with the job it made before.
            The format itself has no such thing, and nothing of ours that a list would show again: a
            lost answer cannot be looked up.
    """

    body: BodyFormat = BodyFormat.MULTIPART
    extensions: bool = False
    honours_keys: bool = False


class OpenAiVideosProvider:
    """A ``VideoProvider`` that calls a server with the ``/v1/videos`` format.

    Args:
        http: The server.
        asking: Translates requests.
        downloader: Fetches results; trusts the server itself.
        dialect: How the server speaks the format.
    """

    def __init__(
        self, *, http: ProviderHttp, asking: RequestTranslator, downloader: SafeDownloader, dialect: Dialect
    ) -> None:
        self._http = http
        self._asking = asking
        self._downloader = downloader
        self._dialect = dialect

    @property
    def name(self) -> str:
        return self._asking.provider

    @property
    def submission_recovery(self) -> SubmissionRecovery:
        """Return ``token`` where the server honours keys, else ``none``."""
        return SubmissionRecovery.TOKEN if self._dialect.honours_keys else SubmissionRecovery.NONE

    def submit(self, request: GenerationRequest) -> ProviderJob:
        """Start the job, asking once."""
        body = self._body(self._asking.ask(request))
        answer = self._http.submit(PATH, body, {"Idempotency-Key": request.idempotency_key})
        if not is_success(answer):
            if answer.status == HTTPStatus.CONFLICT and self._dialect.honours_keys:
                raise AmbiguousSubmissionError("The first request with this key is still being answered.")
            refuse_submission(answer)
        try:
            return _to_job(answer.json())
        except (KeyError, ValueError) as exc:
            raise AmbiguousSubmissionError("The provider accepted, without saying which job.") from exc

    def find(self, idempotency_key: str) -> ProviderJob | None:  # noqa: ARG002 - nothing shows it
        """Return None: the format's list shows nothing that identifies our own requests."""
        return None

    def poll(self, provider_job_id: str) -> ProviderJob:
        answer = self._http.look(_path(provider_job_id))
        if answer.status == HTTPStatus.NOT_FOUND:
            return unknown_job(provider_job_id)
        if not is_success(answer):
            refuse_look(answer)
        try:
            return _to_job(answer.json())
        except (KeyError, ValueError) as exc:
            raise ProviderUnavailableError("The provider's answer cannot be read.") from exc

    def fetch(self, provider_job_id: str, path: Path) -> None:
        url = self._http.url(f"{_path(provider_job_id)}/content")
        self._downloader.download(url, path, headers=self._http.authorization())

    def cancel(self, provider_job_id: str) -> None:
        """Delete the job while it runs: the format has no other way to stop one."""
        if self.poll(provider_job_id).status not in UNFINISHED:
            return  # deleting it would delete the video
        answer = self._http.delete(_path(provider_job_id))
        if not is_success(answer) and answer.status != HTTPStatus.NOT_FOUND:
            refuse_look(answer)

    def check(self) -> None:
        """List one video."""
        judge_check(self._http.look(PATH, {"limit": "1"}))

    def _body(self, ask: ProviderRequest) -> Body:
        fields = {"prompt": ask.prompt, "seconds": str(ask.seconds), "size": ask.size.label}
        if ask.model.provider_model:
            fields["model"] = ask.model.provider_model
        if self._dialect.extensions:
            fields["seed"] = str(ask.seed)
            fields["fps"] = str(EXTENSION_FPS)
            fields["num_frames"] = str(ask.seconds * EXTENSION_FPS)
        given = _input_reference(ask)
        if self._dialect.body is BodyFormat.MULTIPART:
            files: dict[str, FormFile] = {}
            if given is not None:
                files["input_reference"] = given
            return form(fields, files=files)
        body: dict[str, object] = {**fields}
        for name in {"seed", "fps", "num_frames"} & fields.keys():
            body[name] = int(fields[name])
        if given is not None:
            body["input_reference"] = _inline(given)
        return Body.of_json(body)


def _input_reference(ask: ProviderRequest) -> Reference | None:
    """Return the one file that the format has a field for: the clip to change goes first."""
    given = [item for item in (ask.clip, *ask.references) if item is not None]
    if len(given) > 1:
        raise ProviderRejectedError("A server of this format takes one picture or video, not several.")
    return given[0] if given else None


def _inline(reference: Reference) -> dict[str, str]:
    """Return a picture inside the request: no server is ever handed an address to fetch for us."""
    if not reference.media_type.startswith("image/"):
        raise ProviderRejectedError("A server that wants JSON takes no video to go by; it needs multipart.")
    return {"image_url": reference.data_url}


def _path(provider_job_id: str) -> str:
    return f"{PATH}/{quote(provider_job_id, safe='')}"


def _to_job(video: dict[str, Any]) -> ProviderJob:
    """Read a video object; all but its id and its status may be missing."""
    status = _STATUSES.get(str(video["status"]), ProviderJobStatus.RUNNING)
    return ProviderJob(
        provider_job_id=str(video["id"]),
        status=status,
        progress=_progress(video.get("progress"), status),
        error=_error(video.get("error")) if status is ProviderJobStatus.FAILED else None,
        is_transient=status is ProviderJobStatus.FAILED and _passes(video.get("error")),
        submitted_at=_moment(video.get("created_at")),
        finished_at=_moment(video.get("completed_at")),
    )


def _progress(said: object, status: ProviderJobStatus) -> int:
    if status is ProviderJobStatus.SUCCEEDED:
        return 100
    return max(0, min(100, int(said))) if isinstance(said, int | float) else 0


def _error(error: object) -> str:
    if isinstance(error, dict):
        error = error.get("message") or error.get("code")
    return str(error) if error else "The provider gave no reason."


def _passes(error: object) -> bool:
    return isinstance(error, dict) and bool({str(error.get("code")), str(error.get("type"))} & _PASSES)


def _moment(seconds: object) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int | float) else None
