"""Both workflows: a file becomes a clip's version."""

from dataclasses import asdict
from typing import Any

from retake import bootstrap
from retake.handlers.worker import Payload, task
from retake.observability import count, logger
from retake.services.generation.ingest_clip import IngestClip


def _ingest(event: Payload) -> dict[str, Any]:
    ingest = IngestClip(
        jobs=bootstrap.jobs(),
        objects=bootstrap.objects(),
        normalizer=bootstrap.normalizer(),
        queue=bootstrap.queue(),
        clock=bootstrap.clock(),
        ids=bootstrap.ids(),
        limits=bootstrap.limits(),
        times=bootstrap.times(),
    )
    before_ms = bootstrap.ffmpeg().busy_ms
    if "regeneration_id" in event:
        outcome = ingest.ingest_regeneration(event["job_id"], event["regeneration_id"])
        count("ClipsRegenerated")
    else:
        outcome = ingest.ingest_original(event["job_id"], event["clip_id"])
    logger.info(
        "clip ingested",
        clip_index=outcome.clip_index,
        ffmpeg_ms=bootstrap.ffmpeg().busy_ms - before_ms,
    )
    return asdict(outcome)


handler = task(_ingest)
