"""Probe uploaded files; the routes that use uploads wait for it."""

from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from retake import bootstrap
from retake.services.jobs.probe_uploads import probe_uploads
from retake.workers.task import Payload, task


def _probe(event: Payload) -> dict[str, Any]:
    with TemporaryDirectory() as directory:
        results = probe_uploads(
            [(item["key"], item["kind"]) for item in event["uploads"]],
            bootstrap.context,
            directory=Path(directory),
        )
    return {"results": [asdict(result) for result in results]}


handler = task(_probe)
