"""One whole batch by a client that openapi-python-client generated: ``<url> <token> <clip>...``.

It runs where the generated package ``retake_api`` can be imported, and imports nothing of Retake. It ends
with an error where an answer is not as documented.
"""

import json
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from retake_api import AuthenticatedClient, Client
from retake_api.api.batches import get_batch, post_batch
from retake_api.api.events import get_job_events
from retake_api.api.jobs import delete_clip, get_job, post_job
from retake_api.api.uploads import post_upload
from retake_api.api.versions import get_comparison, get_versions, post_restore
from retake_api.models import (
    BatchRequestModel,
    ClipInstructionModel,
    ClipRequest,
    GatewayError,
    InvalidRequestProblem,
    JobRequestModel,
    NotFoundProblem,
    PreconditionFailedProblem,
    UploadRequest,
    UploadRequestContentType,
)


def upload(client: AuthenticatedClient, file: Path) -> str:
    asked = UploadRequest(file_name=file.name, content_type=UploadRequestContentType("video/mp4"))
    form = post_upload.sync(client=client, body=asked)
    fields = form.fields.to_dict()
    sent = httpx.post(form.url, data=fields, files={"file": file.read_bytes()}, trust_env=False)
    sent.raise_for_status()
    return str(form.upload_id)


def until(look: Callable[[], Any], is_done: Callable[[Any], bool]) -> Any:
    while not is_done(found := look()):
        time.sleep(0.1)
    return found


def main(url: str, token: str, files: list[Path]) -> None:
    client = AuthenticatedClient(url, token, timeout=httpx.Timeout(35), httpx_args={"trust_env": False})
    clips = [ClipRequest(upload_id=upload(client, file)) for file in files]
    made = post_job.sync_detailed(client=client, body=JobRequestModel(clips=clips, title="Generated"))
    assert (made.status_code, bool(made.headers["location"])) == (202, True)
    job_id = made.parsed.job_id
    job = until(lambda: get_job.sync(job_id, client=client), lambda found: found.status != "preparing")
    assert job.status == "ready"

    asked = BatchRequestModel(
        clips=[ClipInstructionModel(clip_index=index) for index in range(len(files))],
        instruction="make it nighttime",
    )
    key = str(uuid.uuid4())
    accepted = post_batch.sync_detailed(job_id, client=client, body=asked, idempotency_key=key)
    assert accepted.status_code == 202
    again = post_batch.sync_detailed(job_id, client=client, body=asked, idempotency_key=key)
    assert again.parsed == accepted.parsed
    assert again.headers["idempotency-replayed"] == "true"
    batch_id = accepted.parsed.batch_id
    batch = until(
        lambda: get_batch.sync(job_id, batch_id, client=client), lambda found: found.finished_at is not None
    )
    assert batch.status == "succeeded"
    assert "event: batch_succeeded" in get_job_events.sync(job_id, client=client)

    assert [item.version_number for item in get_versions.sync(job_id, 0, client=client).versions] == [2, 1]
    comparison = get_comparison.sync(job_id, 0, client=client)
    assert (comparison.left.version_number, comparison.right.version_number) == (1, 2)
    assert post_restore.sync(job_id, 0, "1", client=client).state == "current"

    nowhere = BatchRequestModel(clips=[ClipInstructionModel(clip_index=9, instruction="darker")])
    refused = post_batch.sync(job_id, client=client, body=nowhere)
    assert isinstance(refused, InvalidRequestProblem)
    assert refused.errors[0].field == "clips[0].clip_index"
    assert isinstance(get_job.sync(str(uuid.uuid4()), client=client), NotFoundProblem)
    stale = delete_clip.sync(job_id, 0, client=client, if_match='"0"')
    assert isinstance(stale, PreconditionFailedProblem)
    anonymous = Client(url, httpx_args={"trust_env": False})
    assert isinstance(get_job.sync(job_id, client=anonymous), GatewayError)
    sys.stdout.write(
        json.dumps({"status": batch.status, "clips": len(batch.regenerations), "charged": batch.charged})
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], [Path(name) for name in sys.argv[3:]])
