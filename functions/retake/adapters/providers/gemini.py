"""The Gemini API: Omni models through interactions in the background; they edit a clip by an instruction.

References:
    https://ai.google.dev/gemini-api/docs/interactions and .../omni. Those pages were to be had in parts only
    (22 October 2026), so fields are from Google's own client, github.com/googleapis/python-genai
    (``google/genai/_gaos``, 21 August 2026), and its notebook, github.com/google-gemini/cookbook
    (``quickstarts/Get_started_Omni.ipynb``). Not to be had were: how a first and a last frame are
    distinguished, whether Omni takes a seed, how an unknown interaction is answered (400 or 404 by reports).
"""

from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from retake.adapters.providers.http.client import Answer, Body
from retake.adapters.providers.http.refusals import (
    is_success,
    judge_check,
    object_of,
    reason_of,
    refuse_look,
    refuse_submission,
)
from retake.adapters.providers.records import unknown_job
from retake.adapters.providers.requests import ProviderRequest
from retake.adapters.providers.unsearchable import UnsearchableProvider
from retake.domain.errors import (
    AmbiguousSubmissionError,
    ProviderRejectedError,
    ProviderUnavailableError,
)
from retake.ports.providers import GenerationRequest, ProviderJob, ProviderJobStatus

BASE_URL = "https://generativelanguage.googleapis.com"
KEY_HEADER = "x-goog-api-key"
PATH = "/v1beta/interactions"
_BAD_KEY = "API key not valid"
_UNKNOWN = "Invalid interaction name"

_STATUSES = {
    "queued": ProviderJobStatus.QUEUED,
    "completed": ProviderJobStatus.SUCCEEDED,
    "failed": ProviderJobStatus.FAILED,
    "cancelled": ProviderJobStatus.CANCELLED,
    # Ends of which there is no video, and which no later look changes.
    "incomplete": ProviderJobStatus.FAILED,
    "requires_action": ProviderJobStatus.FAILED,
    "budget_exceeded": ProviderJobStatus.FAILED,
}
_PERCENT = {ProviderJobStatus.SUCCEEDED: 100, ProviderJobStatus.RUNNING: 50}


class GeminiProvider(UnsearchableProvider):
    """A ``VideoProvider`` that makes and edits clips with Gemini's Omni models.

    The API documents neither an idempotency key nor a list of interactions: what became of a submission
    whose answer was lost is unknown.

    Args:
        http: The API.
        asking: Translates requests.
        downloader: Fetches results; trusts the API itself.
    """

    def submit(self, request: GenerationRequest) -> ProviderJob:
        """Start the interaction in the background, asking once.

        Raises:
            ProviderRejectedError: If the model or Google refuses it; the reason is Google's.
            ProviderThrottledError: If it asks to wait.
            ProviderUnavailableError: If it certainly did not begin.
            AmbiguousSubmissionError: If it is unknown whether it began.
        """
        ask = self._asking.ask(request)
        edits = request.source_key is not None and ask.model.edits_video
        answer = self._http.submit(PATH, Body.of_json(_input_for(ask, edits=edits)))
        if not is_success(answer):
            self._refuse_key(answer)
            refuse_submission(answer)
        try:
            return _to_job(answer.json())
        except (KeyError, ValueError) as exc:
            raise AmbiguousSubmissionError("Gemini accepted, without saying which interaction.") from exc

    def poll(self, provider_job_id: str) -> ProviderJob:
        """Ask how it goes.

        Raises:
            ProviderUnavailableError: If Gemini does not say.
            ProviderThrottledError: If it asks to wait.
        """
        interaction = self._get(provider_job_id)
        try:
            return unknown_job(provider_job_id) if interaction is None else _to_job(interaction)
        except KeyError as exc:
            raise ProviderUnavailableError("Gemini's answer cannot be read.") from exc

    def fetch(self, provider_job_id: str, path: Path) -> None:
        """Write the finished video to ``path``. Raises ``ProviderUnavailableError``."""
        interaction = self._get(provider_job_id)
        url = _result(interaction) if interaction is not None else None
        if url is None:
            raise ProviderUnavailableError(f"Interaction {provider_job_id} has no result.")
        # The key is sent to the API itself only.
        is_own = urlsplit(url).hostname == self._http.origin.host
        self._downloader.download(url, path, headers=self._http.authorization() if is_own else {})

    def cancel(self, provider_job_id: str) -> None:
        """Cancel the interaction; one that is finished or unknown stays as it is.

        Raises:
            ProviderUnavailableError: If Gemini does not answer.
            ProviderThrottledError: If it asks to wait.
        """
        try:
            answer = self._http.submit(f"{_path(provider_job_id)}/cancel", Body.of_json({}))
        except AmbiguousSubmissionError as exc:  # to cancel twice does no harm
            raise ProviderUnavailableError(str(exc)) from exc
        if not is_success(answer) and answer.status not in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}:
            refuse_look(answer)

    def check(self) -> None:
        """Read about one model (``GET /v1beta/models``). Raises as ``VideoProvider`` says."""
        answer = self._http.look("/v1beta/models", {"pageSize": "1"})
        self._refuse_key(answer)
        judge_check(answer)

    def _get(self, provider_job_id: str) -> dict[str, Any] | None:
        answer = self._http.look(_path(provider_job_id))
        is_unknown = answer.status == HTTPStatus.BAD_REQUEST and _UNKNOWN in reason_of(answer)
        if is_unknown or answer.status == HTTPStatus.NOT_FOUND:
            return None
        return object_of(answer, "Gemini")

    def _refuse_key(self, answer: Answer) -> None:
        """Raise if it is the key that is refused: Google answers 400 then, as for any bad argument."""
        if answer.status == HTTPStatus.BAD_REQUEST and _BAD_KEY in reason_of(answer):
            self._http.key.forget()
            raise ProviderRejectedError(f"The provider refuses our key (400): {reason_of(answer)}")


def _input_for(ask: ProviderRequest, *, edits: bool) -> dict[str, Any]:
    wanted: dict[str, Any] = {"type": "video", "delivery": "uri", "resolution": ask.size.resolution}
    # A model that edits gets the change alone: it is shown the clip.
    content: list[dict[str, str]] = [{"type": "text", "text": ask.instruction if edits else ask.prompt}]
    if ask.reference is not None:
        kind = ask.reference.kind.value
        content.insert(0, {"type": kind, "mime_type": ask.reference.media_type, "data": ask.reference.base64})
    if not edits:  # an edited clip keeps its length and its shape
        wanted |= {"aspect_ratio": ask.size.aspect_ratio, "duration": f"{ask.seconds}s"}
    body: dict[str, Any] = {
        "model": ask.model.provider_model,
        "input": content,
        "background": True,
        "response_format": wanted,
    }
    task = _task(ask, edits=edits)
    return {**body, "generation_config": {"video_config": {"task": task}}}


def _task(ask: ProviderRequest, *, edits: bool) -> str:
    if edits:
        return "edit"
    if ask.reference is None:
        return "text_to_video"
    return "image_to_video" if ask.reference.kind.value == "image" else "reference_to_video"


def _path(provider_job_id: str) -> str:
    return f"{PATH}/{quote(provider_job_id, safe='')}"


def _to_job(interaction: dict[str, Any]) -> ProviderJob:
    status = _STATUSES.get(str(interaction["status"]), ProviderJobStatus.RUNNING)
    error = None
    if status is ProviderJobStatus.SUCCEEDED and _result(interaction) is None:
        # A refusal is a completed interaction, too: with text in place of a video.
        status, error = (
            ProviderJobStatus.FAILED,
            _words(interaction) or "Gemini made no video, without a reason.",
        )
    elif status is ProviderJobStatus.FAILED:
        error = _words(interaction) or f"Gemini says {interaction['status']}, without a reason."
    return ProviderJob(
        provider_job_id=str(interaction["id"]),
        status=status,
        progress=_PERCENT.get(status, 0),
        error=error,
        submitted_at=_moment(interaction.get("created")),
        finished_at=None if status not in _ENDS else _moment(interaction.get("updated")),
    )


_ENDS = frozenset({ProviderJobStatus.SUCCEEDED, ProviderJobStatus.FAILED, ProviderJobStatus.CANCELLED})


def _result(interaction: dict[str, Any]) -> str | None:
    """Return the video's address: that of the last one, if there are several."""
    videos = [part for part in _output(interaction) if part.get("type") == "video" and part.get("uri")]
    return str(videos[-1]["uri"]) if videos else None


def _words(interaction: dict[str, Any]) -> str:
    """Return what was said instead of a video: the errors, else the model's own text."""
    steps = [step.get("error") for step in interaction.get("steps") or () if isinstance(step, dict)]
    errors = [*(interaction.get("errors") or ()), interaction.get("error"), *steps]
    faults = [
        str(error.get("message") or error.get("code") or "") for error in errors if isinstance(error, dict)
    ]
    spoken = [str(part.get("text") or "") for part in _output(interaction) if part.get("type") == "text"]
    return " ".join(" ".join([*faults, *([] if any(faults) else spoken)]).split())


def _output(interaction: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for step in interaction.get("steps") or ():
        if isinstance(step, dict) and step.get("type") == "model_output":
            yield from (part for part in step.get("content") or () if isinstance(part, dict))


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
