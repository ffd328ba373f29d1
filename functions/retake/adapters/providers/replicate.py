"""Replicate: predictions of the models that it hosts.

References:
    https://replicate.com/docs/reference/http (``predictions.create``, ``.get``, ``.cancel``, ``.list``,
    ``files.create``); inputs and outputs of API predictions are deleted after an hour.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from retake.adapters.providers.http.client import Body, ProviderHttp
from retake.adapters.providers.http.downloads import SafeDownloader
from retake.adapters.providers.http.forms import form
from retake.adapters.providers.http.refusals import (
    is_success,
    judge_check,
    object_of,
    refuse_look,
    refuse_submission,
)
from retake.adapters.providers.records import unknown_job
from retake.adapters.providers.requests import (
    ProviderRequest,
    Reference,
    RequestTranslator,
    before_asking,
    named_inputs,
)
from retake.adapters.providers.submission_store import Note, SubmissionStore
from retake.domain.errors import AmbiguousSubmissionError, ProviderUnavailableError
from retake.ports.objects import ObjectStore
from retake.ports.providers import GenerationRequest, ProviderJob, ProviderJobStatus, SubmissionRecovery
from retake.ports.system import Clock

BASE_URL = "https://api.replicate.com/v1"
RESULTS_DOMAIN = ".replicate.delivery"
INLINE_BYTES = 256 * 1024
"""What the documentation lets be a data URL; larger files are uploaded first."""

LISTED_PAGES = 3
"""Of a hundred predictions each, the newest first: a submission is looked for within minutes."""

CLOCK_SKEW = timedelta(minutes=1)

_STATUSES = {
    "starting": ProviderJobStatus.QUEUED,
    "processing": ProviderJobStatus.RUNNING,
    "succeeded": ProviderJobStatus.SUCCEEDED,
    "failed": ProviderJobStatus.FAILED,
    "canceled": ProviderJobStatus.CANCELLED,
    "aborted": ProviderJobStatus.FAILED,  # ended by its own deadline before it began
}
_PERCENT = {ProviderJobStatus.SUCCEEDED: 100, ProviderJobStatus.RUNNING: 50}


class ReplicateProvider:
    """A ``VideoProvider`` that runs models on Replicate.

    Replicate knows no idempotency keys, but lists predictions with their inputs. One with the words and
    the seed of a regeneration is its own; both are noted before they are sent. A model without a seed
    cannot be looked up.

    Args:
        http: The API.
        asking: Translates requests.
        downloader: Fetches results.
        objects: Where the notes lie.
        clock: Our time.
    """

    def __init__(
        self,
        *,
        http: ProviderHttp,
        asking: RequestTranslator,
        downloader: SafeDownloader,
        objects: ObjectStore,
        clock: Clock,
    ) -> None:
        self._http = http
        self._asking = asking
        self._downloader = downloader
        self._notes = SubmissionStore(objects, name=asking.provider)
        self._clock = clock

    @property
    def name(self) -> str:
        return self._asking.provider

    @property
    def submission_recovery(self) -> SubmissionRecovery:
        """Return ``lookup``: a submission whose answer was lost is searched for in the provider's list."""
        return SubmissionRecovery.LOOKUP

    def submit(self, request: GenerationRequest) -> ProviderJob:
        """Start the prediction, asking once."""
        ask = self._asking.ask(request)
        values = self._input(ask)
        with before_asking():
            self._notes.write(request.idempotency_key, Note(self._clock.now(), _recognised_by(ask, values)))
        path = f"/models/{quote(ask.model.provider_model)}/predictions"
        # Ended by Replicate itself once nothing waits for it any more.
        limit = {"Cancel-After": f"{ask.model.deadline_s}s"} if ask.model.deadline_s else {}
        answer = self._http.submit(path, Body.of_json({"input": values}), limit)
        if not is_success(answer):
            refuse_submission(answer)
        try:
            return _to_job(answer.json())
        except (KeyError, ValueError) as exc:
            raise AmbiguousSubmissionError("Replicate accepted, without saying which prediction.") from exc

    def find(self, idempotency_key: str) -> ProviderJob | None:
        """Search the list for the prediction with the prompt and the seed that were stored."""
        note = self._notes.find(idempotency_key)
        if note is None or not note.content:
            return None
        for prediction in self._listed(since=note.asked_at - CLOCK_SKEW):
            given = prediction.get("input") or {}
            if all(given.get(name) == value for name, value in note.content.items()):
                return _to_job(prediction)
        return None

    def poll(self, provider_job_id: str) -> ProviderJob:
        prediction = self._get(provider_job_id)
        return unknown_job(provider_job_id) if prediction is None else _to_job(prediction)

    def fetch(self, provider_job_id: str, path: Path) -> None:
        prediction = self._get(provider_job_id)
        url = _output(prediction.get("output")) if prediction else None
        if url is None:
            raise ProviderUnavailableError(f"Prediction {provider_job_id} has no result.")
        self._downloader.download(url, path, headers=self._http.authorization() if self._is_own(url) else {})

    def cancel(self, provider_job_id: str) -> None:
        """Cancel the prediction; one that is finished or unknown stays as it is."""
        path = f"{_path(provider_job_id)}/cancel"
        try:
            answer = self._http.submit(path, Body.of_json({}))
        except AmbiguousSubmissionError as exc:  # to cancel twice does no harm
            raise ProviderUnavailableError(str(exc)) from exc
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status in {
            HTTPStatus.UNAUTHORIZED,
            HTTPStatus.TOO_MANY_REQUESTS,
        }:
            refuse_look(answer)

    def check(self) -> None:
        """Read the account that the key belongs to (``GET /account``)."""
        judge_check(self._http.look("/account"))

    def _is_own(self, url: str) -> bool:
        """Whether a result lies with Replicate: the key is sent to no other host."""
        host = urlsplit(url).hostname or ""
        return host == self._http.origin.host or f".{host}".endswith(RESULTS_DOMAIN)

    def _get(self, provider_job_id: str) -> dict[str, Any] | None:
        answer = self._http.look(_path(provider_job_id))
        return None if answer.status == HTTPStatus.NOT_FOUND else object_of(answer, "Replicate")

    def _listed(self, *, since: datetime) -> Iterator[dict[str, Any]]:
        """Yield predictions made since then, newest first."""
        query: dict[str, str] = {}
        for _ in range(LISTED_PAGES):
            page = object_of(self._http.look("/predictions", query), "Replicate")
            for prediction in page.get("results", []):
                made = _moment(prediction.get("created_at"))
                if made is not None and made < since:
                    return
                yield prediction
            if not page.get("next"):
                return
            # Only the cursor is taken from the address: the key goes to no other server.
            query = dict(parse_qsl(urlsplit(str(page["next"])).query))

    def _input(self, ask: ProviderRequest) -> dict[str, Any]:
        names = ask.model.inputs
        values: dict[str, Any] = {
            "prompt": ask.prompt,
            "duration": ask.seconds,
            "resolution": ask.size.resolution,
            "aspect_ratio": ask.size.aspect_ratio,
        }
        if "seed" in names:
            values[names["seed"]] = ask.seed & 0x7FFFFFFF  # models take a signed 32 bit number
        given = [item for item in (ask.clip, *ask.references) if item is not None]
        return values | named_inputs(names, [(item, self._hand_over(item)) for item in given])

    def _hand_over(self, reference: Reference) -> str:
        """Return an address of the file for the model: its bytes inside, or uploaded to Replicate."""
        if len(reference.content) <= INLINE_BYTES:
            return reference.data_url
        try:
            answer = self._http.submit("/files", form({}, files={"content": reference}))
        except AmbiguousSubmissionError as exc:  # a file costs nothing: no prediction was begun
            raise ProviderUnavailableError(str(exc)) from exc
        return str(object_of(answer, "Replicate")["urls"]["get"])


def _recognised_by(ask: ProviderRequest, values: dict[str, Any]) -> dict[str, Any]:
    """Return the part of an input that no other submission has; nothing for a model without a seed.

    Not all of it: Replicate may complete inputs, and keep files elsewhere than they were sent.
    """
    seed = ask.model.inputs.get("seed")
    return {name: values[name] for name in ("prompt", seed)} if seed else {}


def _path(provider_job_id: str) -> str:
    return f"/predictions/{quote(provider_job_id, safe='')}"


def _to_job(prediction: dict[str, Any]) -> ProviderJob:
    status = _STATUSES.get(str(prediction["status"]), ProviderJobStatus.RUNNING)
    error = None
    if prediction.get("data_removed") and status is ProviderJobStatus.SUCCEEDED:
        status, error = ProviderJobStatus.FAILED, "Replicate has deleted the result: it keeps it for an hour."
    elif status is ProviderJobStatus.FAILED:
        error = str(prediction.get("error") or "Replicate gave no reason.")
    return ProviderJob(
        provider_job_id=str(prediction["id"]),
        status=status,
        progress=_PERCENT.get(status, 0),
        error=error,
        # Nothing ran: it was still queued when the time that we gave it was over.
        is_transient=prediction["status"] == "aborted",
        submitted_at=_moment(prediction.get("created_at")),
        finished_at=_moment(prediction.get("completed_at")),
    )


def _output(output: object) -> str | None:
    """Return the video's address: models answer with one, or with a list of one."""
    if isinstance(output, list) and output:
        output = output[0]
    return output if isinstance(output, str) else None


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
