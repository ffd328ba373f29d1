"""The Gemini API: Omni models through interactions in the background; they edit a clip by an instruction.

References:
    https://ai.google.dev/gemini-api/docs/interactions and .../omni. Those pages were to be had in parts only
    (22 October 2026), so fields are from Google's own client, github.com/googleapis/python-genai
    (``google/genai/_gaos``, 21 August 2026), and its notebook, github.com/google-gemini/cookbook
    (``quickstarts/Get_started_Omni.ipynb``). How references get their roles, by tags in the prompt: .../omni,
    the section about tags for images and videos, as of 18 September 2026. Not to be had were: whether Omni
    takes a seed, how an unknown interaction is answered (400 or 404 by reports), which ``task`` frames beside
    other references are; it is left out there, and Google decides by the tags.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
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
from retake.adapters.providers.requests import ProviderRequest, Reference
from retake.adapters.providers.unsearchable import UnsearchableWithDownloads
from retake.domain.errors import (
    AmbiguousSubmissionError,
    ProviderRejectedError,
    ProviderUnavailableError,
)
from retake.domain.references import FRAMES, ReferenceRole
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


class GeminiProvider(UnsearchableWithDownloads):
    """A ``VideoProvider`` that makes and edits clips with Gemini's Omni models.

    The API documents neither an idempotency key nor a list of interactions: what became of a submission
    whose answer was lost is unknown.

    Args:
        http: The API.
        asking: Translates requests.
        downloader: Fetches results; trusts the API itself.
    """

    def submit(self, request: GenerationRequest) -> ProviderJob:
        """Start the interaction in the background, asking once."""
        ask = self._asking.ask(request)
        answer = self._http.submit(PATH, Body.of_json(_input_for(ask, edits=ask.clip is not None)))
        if not is_success(answer):
            self._refuse_key(answer)
            refuse_submission(answer)
        try:
            return _to_job(answer.json())
        except (KeyError, ValueError) as exc:
            raise AmbiguousSubmissionError("Gemini accepted, without saying which interaction.") from exc

    def poll(self, provider_job_id: str) -> ProviderJob:
        interaction = self._get(provider_job_id)
        try:
            return unknown_job(provider_job_id) if interaction is None else _to_job(interaction)
        except KeyError as exc:
            raise ProviderUnavailableError("Gemini's answer cannot be read.") from exc

    def fetch(self, provider_job_id: str, path: Path) -> None:
        interaction = self._get(provider_job_id)
        url = _result(interaction) if interaction is not None else None
        if url is None:
            raise ProviderUnavailableError(f"Interaction {provider_job_id} has no result.")
        # The key is sent to the API itself only.
        is_own = urlsplit(url).hostname == self._http.origin.host
        self._downloader.download(url, path, headers=self._http.authorization() if is_own else {})

    def cancel(self, provider_job_id: str) -> None:
        """Cancel the interaction; one that is finished or unknown stays as it is."""
        try:
            answer = self._http.submit(f"{_path(provider_job_id)}/cancel", Body.of_json({}))
        except AmbiguousSubmissionError as exc:  # to cancel twice does no harm
            raise ProviderUnavailableError(str(exc)) from exc
        if not is_success(answer) and answer.status not in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}:
            refuse_look(answer)

    def check(self) -> None:
        """Read about one model (``GET /v1beta/models``)."""
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
    words = ask.instruction if edits else ask.prompt
    given = [item for item in (ask.clip, *ask.frames, *ask.guides) if item is not None]
    content = [
        *({"type": _type(item), "mime_type": item.media_type, "data": item.base64} for item in given),
        {"type": "text", "text": tagged(words, given)},
    ]
    if not edits:  # an edited clip keeps its length and its shape
        wanted |= {"aspect_ratio": ask.size.aspect_ratio, "duration": f"{ask.seconds}s"}
    body: dict[str, Any] = {
        "model": ask.model.provider_model,
        "input": content,
        "background": True,
        "response_format": wanted,
    }
    task = _task(ask, edits=edits)
    return body if task is None else {**body, "generation_config": {"video_config": {"task": task}}}


def _task(ask: ProviderRequest, *, edits: bool) -> str | None:
    if edits:
        return "edit"
    if ask.frames and ask.guides:
        return None
    if ask.frames:
        return "image_to_video"
    return "reference_to_video" if ask.guides else "text_to_video"


def tagged(words: str, given: Sequence[Reference]) -> str:
    """Return the words with the tags that say what each picture and video is.

    They are numbered in the order in which they are sent, each kind by itself. A clip that is edited alone
    needs no tag.

    >>> first = Reference("image/png", b"", ReferenceRole.FIRST_FRAME)
    >>> tagged("A fox runs.", [first])
    '[# Sources <FIRST_FRAME>@Image1] A fox runs. Use Image1 as the starting frame.'
    """
    if all(item.role is None for item in given):
        return words
    sources, references, said = [], [], []
    counts: Counter[str] = Counter()
    guides: Counter[str] = Counter()
    for item in given:
        kind = _type(item)
        counts[kind] += 1
        name = f"{kind.capitalize()}{counts[kind]}"
        if item.role is None or item.role in FRAMES:
            sources.append(f"<{'VIDEO_0' if item.role is None else item.role.upper()}>@{name}")
        else:
            references.append(f"<{kind.upper()}_REF_{guides[kind]}>@{name}")
            guides[kind] += 1
        if item.role is not None:
            said.append(_SAID[item.role].format(name))
    declared = [
        f"[# {title} {' '.join(tags)}]"
        for title, tags in (("Sources", sources), ("References", references))
        if tags
    ]
    return " ".join((*declared, words, *said))


_SAID = {
    ReferenceRole.FIRST_FRAME: "Use {} as the starting frame.",
    ReferenceRole.LAST_FRAME: "Use {} as the last frame.",
    ReferenceRole.SUBJECT: "Use {} as a reference for the subject, not as a literal initial frame.",
    ReferenceRole.STYLE: "Use {} as a reference for the style, not as a literal initial frame.",
    ReferenceRole.VIDEO: "Use {} as a reference. Do not use it as a source for video editing.",
}


def _type(reference: Reference) -> str:
    return reference.media_type.partition("/")[0]


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
