"""Google's Veo on Vertex AI, since 2026 the Gemini Enterprise Agent Platform: prediction as a long operation.

Results are in the answer that says that the operation is done: no bucket at Google is needed.

References:
    docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation (paths, the fields
    of a request, ``operationName``), .../gemini-enterprise-agent-platform/reference/rest/Shared.Types/
    VideoGenerationModelInstance and VideoGenerationModelParams (what goes with what, types),
    .../reference/rest/v1/GenerateVideoResponse (``raiMediaFilteredCount``, ``raiMediaFilteredReasons``),
    .../reference/rest/v1/projects.locations.operations/list (the check), all as of 29 November 2026.
    ``videos[].bytesBase64Encoded``: googleapis.dev, Google.Apis.Aiplatform.v1, and how Google's own client
    reads it, github.com/googleapis/python-genai (``google/genai/models.py``, 21 August 2026). Sentences of
    refusals: .../models/video/responsible-ai-and-usage-guidelines, that day.
    Not to be had: an idempotency key and a list of a model's operations (Google documents neither), a way to
    stop an operation (Google's client says that stopping to wait does not stop it, and that it is paid), the
    times of an operation (its ``metadata`` is not described), whether a filtered video is charged.
"""

import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from retake.adapters.providers.google_account import AccessToken
from retake.adapters.providers.http.client import Answer, Body, ProviderHttp
from retake.adapters.providers.http.downloads import TOO_LARGE, DownloadLimits
from retake.adapters.providers.http.refusals import (
    is_success,
    judge_check,
    object_of,
    refuse_look,
    refuse_submission,
)
from retake.adapters.providers.inline_video import InlineVideo, begins
from retake.adapters.providers.records import unknown_job
from retake.adapters.providers.requests import ProviderRequest, Reference, RequestTranslator
from retake.adapters.providers.unsearchable import UnsearchableProvider
from retake.domain.errors import (
    AmbiguousSubmissionError,
    ProviderRejectedError,
    ProviderUnavailableError,
    ResultRefusedError,
)
from retake.domain.providers import PROVIDER_KINDS
from retake.domain.references import ReferenceRole
from retake.ports.providers import GenerationRequest, ProviderJob, ProviderJobStatus

LOCATION = "us-central1"
"""Where it is asked if the settings do not say."""

LOCATION_FORM = re.compile(r"[a-z][a-z0-9-]{1,40}")
_PROJECT_FORM = re.compile(r"[a-z0-9.:-]{1,100}")
_OPERATION = re.compile(
    rf"(?P<model>projects/{_PROJECT_FORM.pattern}/locations/(?P<location>{LOCATION_FORM.pattern})"
    r"/publishers/google/models/[\w.-]+)/operations/[\w.-]+"
)
_MAX_SEED = 2**32

_PASSING = frozenset({8, 13, 14})
"""``RESOURCE_EXHAUSTED``, ``INTERNAL`` and ``UNAVAILABLE`` (google.rpc.Code): faults of the server's own."""


def base_url(location: str) -> str:
    """Return the address of the API in a location.

    >>> base_url("us-central1"), base_url("global")
    ('https://us-central1-aiplatform.googleapis.com', 'https://aiplatform.googleapis.com')
    """
    return f"https://{'' if location == 'global' else f'{location}-'}aiplatform.googleapis.com"


class VertexProvider(UnsearchableProvider):
    """A ``VideoProvider`` that makes clips with Google's Veo models on Vertex AI.

    Google documents neither an idempotency key nor a list of a model's operations: what became of a
    submission whose answer was lost is unknown. A token that is refused (401) started nothing, so a
    submission is sent once more with a new one.

    Args:
        connect: Returns the client of the API in a location.
        token: What requests are authorised with.
        project: The project to ask for; empty for the one of the service account.
        location: Where new operations are started; an older one is looked at where it was.
        asking: Translates requests.
        limits: What one result may take.
    """

    def __init__(
        self,
        *,
        connect: Callable[[str], ProviderHttp],
        token: AccessToken,
        project: str,
        location: str,
        asking: RequestTranslator,
        limits: DownloadLimits | None = None,
    ) -> None:
        super().__init__(http=connect(location), asking=asking)
        self._connect = connect
        self._token = token
        self._project = project
        self._location = location
        self._limits = limits or DownloadLimits()

    def submit(self, request: GenerationRequest) -> ProviderJob:
        """Start the operation; asked once, and once more only where the token was refused."""
        ask = self._asking.ask(request)
        path = f"{self._place()}/publishers/google/models/{ask.model.provider_model}:predictLongRunning"
        body = Body.of_json(_input_for(ask))
        answer = _again_if_refused(lambda: self._http.submit(path, body))
        if not is_success(answer):
            refuse_submission(answer)
        try:
            name = str(answer.json()["name"])
        except (KeyError, ValueError) as exc:
            raise AmbiguousSubmissionError("Google accepted, without saying which operation.") from exc
        if not _OPERATION.fullmatch(name):
            raise AmbiguousSubmissionError("Google accepted, and names its operation in an unknown form.")
        return ProviderJob(provider_job_id=name, status=ProviderJobStatus.QUEUED)

    def poll(self, provider_job_id: str) -> ProviderJob:
        operation = _OPERATION.fullmatch(provider_job_id)
        if operation is None:
            return unknown_job(provider_job_id)
        http, path, question = self._question(operation)
        # Once it is done every look is answered with the video: its beginning says enough.
        answer = _again_if_refused(lambda: http.ask(path, question, is_enough=begins))
        if answer.status == HTTPStatus.NOT_FOUND:
            return unknown_job(provider_job_id)
        if is_success(answer) and begins(answer.body):
            return ProviderJob(
                provider_job_id=provider_job_id, status=ProviderJobStatus.SUCCEEDED, progress=100
            )
        return _to_job(provider_job_id, object_of(answer, "Google"))

    def fetch(self, provider_job_id: str, path: Path) -> None:
        operation = _OPERATION.fullmatch(provider_job_id)
        if operation is None:
            raise ProviderUnavailableError(f"Operation {provider_job_id} has no result.")
        part = path.with_name(f"{path.name}.part")
        try:
            self._save(operation, part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def cancel(self, provider_job_id: str) -> None:
        """Do nothing: Google documents no way to stop it; it runs on and is paid."""

    def check(self) -> None:
        """List one operation of the project (``GET .../operations``): it proves key, address and project."""
        place = self._place()
        query = {"pageSize": "1"}
        judge_check(_again_if_refused(lambda: self._http.look(f"{place}/operations", query)))

    def _place(self) -> str:
        project = self._project or self._token.project
        if not _PROJECT_FORM.fullmatch(project):
            variable = dict(PROVIDER_KINDS["vertex"].option_variables)["project"]
            raise ProviderRejectedError(
                f"No Google Cloud project is named: set {variable} on one machine, or the option project "
                "(docs/providers.md)."
            )
        return f"/v1/projects/{project}/locations/{self._location}"

    def _question(self, operation: re.Match[str]) -> tuple[ProviderHttp, str, Body]:
        """Return whom to ask about an operation, and what."""
        location = operation["location"]
        http = self._http if location == self._location else self._connect(location)
        path = f"/v1/{operation['model']}:fetchPredictOperation"
        return http, path, Body.of_json({"operationName": operation.string})

    def _save(self, operation: re.Match[str], part: Path) -> None:
        http, path, question = self._question(operation)
        with part.open("wb") as file:

            def write(content: bytes) -> None:
                if file.tell() + len(content) > self._limits.max_bytes:
                    raise ResultRefusedError(TOO_LARGE)
                file.write(content)

            # A refusal is not fed to it, so a second attempt begins with nothing.
            video = InlineVideo(write)
            try:
                answer = _again_if_refused(lambda: http.save(path, question, video.feed))
            except ValueError as exc:
                raise ProviderUnavailableError("The result in Google's answer cannot be read.") from exc
            if not is_success(answer):
                refuse_look(answer)
            if not video.is_whole:
                raise ProviderUnavailableError(f"Operation {operation.string} has no result.")


def _again_if_refused(send: Callable[[], Answer]) -> Answer:
    """Send; once more, with a new token, where the one before was refused: nothing was done then."""
    answer = send()
    return send() if answer.status == HTTPStatus.UNAUTHORIZED else answer


def _input_for(ask: ProviderRequest) -> dict[str, Any]:
    instance: dict[str, Any] = {"prompt": ask.prompt}
    for role, name in ((ReferenceRole.FIRST_FRAME, "image"), (ReferenceRole.LAST_FRAME, "lastFrame")):
        frame = ask.frame(role)
        if frame is not None:
            instance[name] = _image(frame)
    if ask.guides:
        instance["referenceImages"] = [
            {"image": _image(guide), "referenceType": "asset"} for guide in ask.guides
        ]
    return {
        "instances": [instance],
        "parameters": {
            "sampleCount": 1,
            "durationSeconds": ask.seconds,
            "aspectRatio": ask.size.aspect_ratio,
            "resolution": ask.size.resolution,
            "generateAudio": ask.model.has_sound,
            "seed": ask.seed % _MAX_SEED,
        },
    }


def _image(reference: Reference) -> dict[str, str]:
    return {"bytesBase64Encoded": reference.base64, "mimeType": reference.media_type}


def _to_job(name: str, operation: dict[str, Any]) -> ProviderJob:
    """Return what an operation says that has no video (yet)."""
    if operation.get("done") is not True:
        return ProviderJob(provider_job_id=name, status=ProviderJobStatus.RUNNING, progress=50)
    error, response = operation.get("error"), operation.get("response")
    if isinstance(error, dict):
        reason = str(error.get("message") or "") or f"Google says {error.get('code')}, without a reason."
        return _failed(name, reason, is_transient=error.get("code") in _PASSING)
    return _failed(name, _refusal(response if isinstance(response, dict) else {}))


def _refusal(response: dict[str, Any]) -> str:
    reasons = [str(reason) for reason in response.get("raiMediaFilteredReasons") or ()]
    if reasons or response.get("raiMediaFilteredCount"):
        return " ".join(["Google's safety filters refused the video.", *reasons])
    return "Google made no video, without a reason."


def _failed(name: str, reason: str, *, is_transient: bool = False) -> ProviderJob:
    return ProviderJob(
        provider_job_id=name,
        status=ProviderJobStatus.FAILED,
        error=" ".join(reason.split()),
        is_transient=is_transient,
    )
