"""fal: requests to the models that it hosts, through its queue.

References:
    https://fal.ai/docs/documentation/model-apis/inference/queue and the queue's OpenAPI document beside
    it (submit, status, result, cancel; states), as far as they were to be had in November 2026, and its own
    client, github.com/fal-ai/fal (``projects/fal_client``), 21 August 2026. No call that only proves a key
    was found: the adapter takes it that an unknown request is 404 with a valid key, and 401 without.
"""

import re
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from retake.adapters.providers.http.client import Answer, Body
from retake.adapters.providers.http.refusals import (
    is_success,
    judge_check,
    object_of,
    own_words,
    reason_of,
    refuse_look,
    refuse_submission,
)
from retake.adapters.providers.records import unknown_job
from retake.adapters.providers.requests import ProviderRequest, named_inputs
from retake.adapters.providers.unsearchable import UnsearchableWithDownloads
from retake.domain.errors import AmbiguousSubmissionError, ProviderUnavailableError
from retake.domain.references import ReferenceRole
from retake.ports.providers import GenerationRequest, ProviderJob, ProviderJobStatus

BASE_URL = "https://queue.fal.run"
KEY_SCHEME = "Key "
NO_REQUEST = "00000000-0000-0000-0000-000000000000"
_APP_PARTS = 2
"""A request belongs to an app, ``owner/name``; the rest of an endpoint's path says what the app does."""

_REQUEST = re.compile(r"[^/]+/[^/]+/requests/[^/]+")

_STATUSES = {
    "IN_QUEUE": ProviderJobStatus.QUEUED,
    "IN_PROGRESS": ProviderJobStatus.RUNNING,
    "COMPLETED": ProviderJobStatus.SUCCEEDED,
}
_PERCENT = {ProviderJobStatus.SUCCEEDED: 100, ProviderJobStatus.RUNNING: 50}


class FalProvider(UnsearchableWithDownloads):
    """A ``VideoProvider`` that runs models on fal.

    fal documents neither an idempotency key nor a list of requests by what was sent: what became of a
    submission whose answer was lost is unknown. A job's id here is its app's and its own,
    ``owner/name/requests/{id}``: fal knows a request only together with its app.

    Args:
        http: The queue.
        asking: Translates requests.
        downloader: Fetches results.
    """

    def submit(self, request: GenerationRequest) -> ProviderJob:
        """Queue the request, asking once."""
        ask = self._asking.ask(request)
        endpoint = _endpoint(ask)
        answer = self._http.submit(f"/{endpoint}", Body.of_json(_input_for(ask)))
        if not is_success(answer):
            refuse_submission(answer)
        try:
            request_id = quote(str(answer.json()["request_id"]), safe="")
        except (KeyError, ValueError) as exc:
            raise AmbiguousSubmissionError("fal accepted, without saying which request.") from exc
        return ProviderJob(f"{_app(endpoint)}/requests/{request_id}", ProviderJobStatus.QUEUED)

    def poll(self, provider_job_id: str) -> ProviderJob:
        """Return the status of a job; a completed one has succeeded only if there is a result."""
        if not _is_request(provider_job_id):
            return unknown_job(provider_job_id)
        answer = self._http.look(f"{_path(provider_job_id)}/status")
        if answer.status == HTTPStatus.NOT_FOUND:
            return unknown_job(provider_job_id)
        said = object_of(answer, "fal")
        status = _STATUSES.get(str(said.get("status")))
        if status is None:
            raise ProviderUnavailableError("fal's answer cannot be read.")
        error = None
        if status is ProviderJobStatus.SUCCEEDED:
            error = str(said["error"]) if said.get("error") else self._refusal(provider_job_id)
        if error is not None:
            status = ProviderJobStatus.FAILED
        return ProviderJob(provider_job_id, status, progress=_PERCENT.get(status, 0), error=error)

    def fetch(self, provider_job_id: str, path: Path) -> None:
        if not _is_request(provider_job_id):
            raise ProviderUnavailableError(f"There is no request {provider_job_id}.")
        found = object_of(self._http.look(_path(provider_job_id)), "fal")
        video = found.get("video")
        url = video.get("url") if isinstance(video, dict) else None
        if not isinstance(url, str):
            raise ProviderUnavailableError(f"Request {provider_job_id} has no result.")
        self._downloader.download(url, path)  # public: the key is not sent

    def cancel(self, provider_job_id: str) -> None:
        """Ask for the request to be stopped; one that is completed or unknown stays as it is."""
        if not _is_request(provider_job_id):
            return
        answer = self._http.put(f"{_path(provider_job_id)}/cancel")
        if not is_success(answer) and answer.status not in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}:
            refuse_look(answer)

    def check(self) -> None:
        """Read a request that does not exist, which proves the key."""
        app = _app(self._asking.models[0].provider_model)
        answer = self._http.look(f"/{app}/requests/{NO_REQUEST}/status")
        if answer.status != HTTPStatus.NOT_FOUND or not own_words(answer):
            judge_check(answer)

    def _refusal(self, provider_job_id: str) -> str | None:
        """Return why a completed request has no result; None where it has one."""
        answer: Answer = self._http.look(_path(provider_job_id))
        if HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}:
                refuse_look(answer)
            return reason_of(answer)
        return None if object_of(answer, "fal").get("video") else "fal made no video, without a reason."


def _endpoint(ask: ProviderRequest) -> str:
    """Return where a request goes: on fal a model has one for each thing that it can be given."""
    names = ask.model.inputs
    wanted: tuple[str, ...] = ()
    if ask.clip is not None:
        wanted = ("clip_endpoint", "video_endpoint")
    elif ask.guides:
        wanted = ("guides_endpoint", "video_endpoint" if _has_video(ask) else "image_endpoint")
    elif ask.frames:
        last = ask.frames[-1].role
        wanted = (f"{last}_endpoint", "frames_endpoint", "image_endpoint")
    return next((names[name] for name in wanted if name in names), ask.model.provider_model)


def _has_video(ask: ProviderRequest) -> bool:
    return any(reference.role is ReferenceRole.VIDEO for reference in ask.references)


def _input_for(ask: ProviderRequest) -> dict[str, Any]:
    names = ask.model.inputs
    is_edit = ask.clip is not None
    # A model that edits gets the change alone, and keeps the clip's length and shape.
    values: dict[str, Any] = {
        "prompt": ask.instruction if is_edit else ask.prompt,
        "resolution": ask.size.resolution,
    }
    if not is_edit:
        values["aspect_ratio"] = ask.size.aspect_ratio
        values["duration"] = f"{ask.seconds}{names['seconds']}" if "seconds" in names else ask.seconds
    if "sound" in names:
        values[names["sound"]] = ask.model.has_sound
    if "first_of_both" in names and ask.frame(ReferenceRole.LAST_FRAME) is not None:
        names = {**names, "first_frame": names["first_of_both"]}  # the other endpoint has another name for it
    given = [item for item in (ask.clip, *ask.references) if item is not None]
    return values | named_inputs(names, [(item, item.data_url) for item in given])


def _app(endpoint: str) -> str:
    return "/".join(endpoint.split("/")[:_APP_PARTS])


def _is_request(provider_job_id: str) -> bool:
    """Whether an id can be one of ours: any other path must not be asked for."""
    return _REQUEST.fullmatch(provider_job_id) is not None


def _path(provider_job_id: str) -> str:
    return f"/{quote(provider_job_id)}"
