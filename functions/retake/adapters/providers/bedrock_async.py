"""Amazon Bedrock's asynchronous invocations: the result is written to S3, not answered.

References:
    https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_StartAsyncInvoke.html,
    https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-luma.html,
    https://docs.aws.amazon.com/nova/latest/userguide/video-gen-access.html
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from botocore.exceptions import ClientError

from retake.adapters.aws.clients import error_code
from retake.adapters.providers.bedrock_errors import NO_SUCH_INVOCATION, REFUSED, look, submission
from retake.adapters.providers.records import unknown_job
from retake.adapters.providers.requests import ProviderRequest, RequestTranslator
from retake.domain.errors import ProviderRejectedError, ProviderUnavailableError
from retake.domain.references import ReferenceRole
from retake.ports.objects import ObjectStore
from retake.ports.providers import GenerationRequest, ProviderJob, ProviderJobStatus, SubmissionRecovery
from retake.prefixes import Prefix

OUTPUT_PREFIX = f"{Prefix.PROVIDER}bedrock_async/results/"
LISTED_PAGES = 3
LISTED_A_PAGE = 100

_STATUSES = {
    "InProgress": ProviderJobStatus.RUNNING,
    "Completed": ProviderJobStatus.SUCCEEDED,
    "Failed": ProviderJobStatus.FAILED,
}
_PERCENT = {ProviderJobStatus.SUCCEEDED: 100, ProviderJobStatus.RUNNING: 50}


class BedrockRuntime(Protocol):
    """The part of boto3's ``bedrock-runtime`` client that is used."""

    def start_async_invoke(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - boto3's own words
        """Start an invocation."""
        ...

    def get_async_invoke(self, *, invocationArn: str) -> dict[str, Any]:  # noqa: N803
        """Return an invocation."""
        ...

    def list_async_invokes(self, **query: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return invocations."""
        ...


class BedrockAsyncProvider:
    """A ``VideoProvider`` that invokes models on Bedrock.

    The regeneration's id is the ``clientRequestToken``: Bedrock answers a repeated one with the
    invocation it made before. Invocations cannot be cancelled; what was started is paid for.

    Args:
        client: boto3's ``bedrock-runtime`` client, in the models' region.
        asking: Translates requests.
        outputs: The bucket that Bedrock writes to.
        bucket_name: Its name; it lies in the models' region.
    """

    def __init__(
        self, *, client: BedrockRuntime, asking: RequestTranslator, outputs: ObjectStore, bucket_name: str
    ) -> None:
        self._client = client
        self._asking = asking
        self._outputs = outputs
        self._bucket_name = bucket_name

    @property
    def name(self) -> str:
        return self._asking.provider

    @property
    def submission_recovery(self) -> SubmissionRecovery:
        """Return ``token``: a submission whose answer was lost is sent again, with the same key."""
        return SubmissionRecovery.TOKEN

    def submit(self, request: GenerationRequest) -> ProviderJob:
        """Start the invocation, or learn which one has this key."""
        ask = self._asking.ask(request)
        key = request.idempotency_key
        with submission():
            answer = self._client.start_async_invoke(
                clientRequestToken=key,
                modelId=ask.model.provider_model,
                modelInput=_input_for(ask),
                outputDataConfig={
                    "s3OutputDataConfig": {"s3Uri": f"s3://{self._bucket_name}/{OUTPUT_PREFIX}{key}/"}
                },
            )
        return ProviderJob(answer["invocationArn"], ProviderJobStatus.QUEUED)

    def find(self, idempotency_key: str) -> ProviderJob | None:
        """Search the latest invocations for one with this key."""
        with look():
            for summary in self._listed():
                if summary.get("clientRequestToken") == idempotency_key:
                    return _to_job(summary)
        return None

    def poll(self, provider_job_id: str) -> ProviderJob:
        invocation = self._get(provider_job_id)
        return unknown_job(provider_job_id) if invocation is None else _to_job(invocation)

    def fetch(self, provider_job_id: str, path: Path) -> None:
        """Write the finished video to ``path``: the largest MP4 that Bedrock laid down, whatever its name."""
        invocation = self._get(provider_job_id)
        if invocation is not None:
            uri = str(invocation["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"])
            prefix = uri.removeprefix(f"s3://{self._bucket_name}/")
            found = [info for info in self._outputs.list_objects(prefix) if info.key.endswith(".mp4")]
            if found:
                self._outputs.download(max(found, key=lambda info: info.size_bytes).key, path)
                return
        raise ProviderUnavailableError(f"Invocation {provider_job_id} has no result.")

    def cancel(self, provider_job_id: str) -> None:
        """Do nothing: Bedrock has no call that stops an invocation."""

    def check(self) -> None:
        """List one invocation."""
        with look():
            try:
                self._client.list_async_invokes(maxResults=1)
            except ClientError as exc:
                if error_code(exc) in REFUSED:
                    raise ProviderRejectedError(
                        f"Bedrock refuses these credentials: {error_code(exc)}."
                    ) from exc
                raise

    def _get(self, provider_job_id: str) -> dict[str, Any] | None:
        with look():
            try:
                return self._client.get_async_invoke(invocationArn=provider_job_id)
            except ClientError as exc:
                if error_code(exc) in NO_SUCH_INVOCATION:
                    return None
                raise

    def _listed(self) -> Iterator[dict[str, Any]]:
        query: dict[str, Any] = {"sortBy": "SubmissionTime", "sortOrder": "Descending"}
        for _ in range(LISTED_PAGES):
            page = self._client.list_async_invokes(maxResults=LISTED_A_PAGE, **query)
            yield from page.get("asyncInvokeSummaries", [])
            if "nextToken" not in page:
                return
            query["nextToken"] = page["nextToken"]


_KEYFRAMES = {"frame0": ReferenceRole.FIRST_FRAME, "frame1": ReferenceRole.LAST_FRAME}


def _luma(ask: ProviderRequest) -> dict[str, Any]:
    body: dict[str, Any] = {
        "prompt": ask.prompt,
        "aspect_ratio": ask.size.aspect_ratio,
        "duration": f"{ask.seconds}s",
        "resolution": ask.size.resolution,
        "loop": False,
    }
    keyframes = {
        name: {
            "type": "image",
            "source": {"type": "base64", "media_type": frame.media_type, "data": frame.base64},
        }
        for name, role in _KEYFRAMES.items()
        if (frame := ask.frame(role)) is not None
    }
    return {**body, "keyframes": keyframes} if keyframes else body


_INPUTS: dict[str, Callable[[ProviderRequest], dict[str, Any]]] = {"luma.": _luma}
"""Model inputs, by how the models' ids begin: Bedrock passes them on as they are."""


def _input_for(ask: ProviderRequest) -> dict[str, Any]:
    for start, write in _INPUTS.items():
        if ask.model.provider_model.startswith(start):
            return write(ask)
    raise ProviderRejectedError(f"Retake does not know what {ask.model.title} wants as its input.")


def _to_job(invocation: dict[str, Any]) -> ProviderJob:
    status = _STATUSES.get(str(invocation.get("status")), ProviderJobStatus.RUNNING)
    finished: datetime | None = invocation.get("endTime")
    failed = status is ProviderJobStatus.FAILED
    return ProviderJob(
        provider_job_id=str(invocation["invocationArn"]),
        status=status,
        progress=_PERCENT.get(status, 0),
        error=str(invocation.get("failureMessage") or "Bedrock gave no reason.") if failed else None,
        submitted_at=invocation.get("submitTime"),
        finished_at=finished,
    )
