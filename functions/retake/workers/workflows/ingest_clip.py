"""RegenerateBatch, CreateVideos and PrepareJob: turn a file into a version of a clip."""

from dataclasses import asdict
from typing import Any

from retake import bootstrap
from retake.observability import count, logger
from retake.services.generation.ingest_clip import ingest_original, ingest_regeneration
from retake.workers.task import Payload, task


def _ingest(event: Payload) -> dict[str, Any]:
    before_ms = bootstrap.context.ffmpeg.busy_ms
    if "regeneration_id" in event:
        outcome = ingest_regeneration(event["job_id"], event["regeneration_id"], bootstrap.context)
        count("ClipsRegenerated")
    else:
        outcome = ingest_original(event["job_id"], event["clip_id"], bootstrap.context)
    logger.info(
        "clip ingested",
        clip_index=outcome.clip_index,
        ffmpeg_ms=bootstrap.context.ffmpeg.busy_ms - before_ms,
    )
    return asdict(outcome)


handler = task(_ingest)
