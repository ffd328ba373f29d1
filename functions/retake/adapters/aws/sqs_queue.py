"""Messages to the workers over SQS."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from retake.domain.records.batches import Regeneration

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

MAX_DELAY_S = 900


class SqsWorkQueue:
    """Implements ``WorkQueue``; a function is given only the queues it sends to."""

    def __init__(
        self,
        client: "SQSClient",
        *,
        submit_url: str | None = None,
        poll_url: str | None = None,
        archive_url: str | None = None,
    ) -> None:
        self._client = client
        self._submit_url = submit_url
        self._poll_url = poll_url
        self._archive_url = archive_url

    def send_submit(self, regeneration: Regeneration, *, token: str, delay_s: int) -> None:
        self._send(self._submit_url, {**regeneration.ids, "task_token": token}, delay_s)

    def send_poll(self, regeneration: Regeneration, *, poll_seq: int, delay_s: int) -> None:
        self._send(self._poll_url, {**regeneration.ids, "poll_seq": poll_seq}, delay_s)

    def send_archive(self, job_id: str, clip_id: str, version_number: int) -> None:
        body = {"job_id": job_id, "clip_id": clip_id, "version_number": version_number}
        self._send(self._archive_url, body, 0)

    def _send(self, url: str | None, body: Mapping[str, object], delay_s: int) -> None:
        if url is None:
            raise LookupError("This function was not given that queue.")
        self._client.send_message(
            QueueUrl=url, MessageBody=json.dumps(body), DelaySeconds=min(delay_s, MAX_DELAY_S)
        )
