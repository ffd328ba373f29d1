"""What the orchestration of a batch costs a clip, beside the work itself."""

import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.assets import installed_ffmpeg
from infra.bench import trace
from infra.bench.recompose import Report
from infra.bench.report import Column, Row, Section
from infra.bench.stack import BenchStack, bench_stack

CLIPS = 5
BATCHES = 5
TARGET_S = 0.3
INSTRUCTIONS = ("brighter", "warmer colors", "much darker", "black and white", "more contrast", "cooler")

PARTS = {
    "total_s": "batch, request to end",
    "provider_s": "provider",
    "poll_delay_s": "delayed polls",
    "ffmpeg_s": "ffmpeg",
    "overhead_s": "overhead: the rest",
    "accepting_s": "  accept, start the workflow",
    "starting_s": "  Start batch",
    "to_provider_s": "  Generate: up to the provider",
    "from_provider_s": "  Generate: from the provider on",
    "ingesting_s": "  Ingest, less ffmpeg",
    "recomposing_s": "  Recompose, less ffmpeg",
    "finishing_s": "  Finish batch",
    "between_states_s": "  between the states",
}

COLUMNS = (
    Column("part", "part, a clip"),
    Column("first_s", "first", "s"),
    Column("median_s", "warm", "s"),
    Column("least_s", "least", "s"),
    Column("most_s", "most", "s"),
    Column("target_s", "target", "s"),
)


def measure_overhead(*, report: Report) -> Section:
    """Run some batches on the local cloud and account for their time.

    Raises:
        BenchError: If a batch failed.
    """
    with tempfile.TemporaryDirectory(prefix="retake-bench-") as name, bench_stack(report) as stack:
        clip = Path(name) / "clip.mp4"
        make_clip(clip)
        report(f"making a job of {CLIPS} clips")
        job_id = stack.make_job([clip] * CLIPS)
        found = []
        for number in range(BATCHES + 1):
            report(f"batch {number} of {BATCHES}" if number else "the first batch")
            found.append(trace.account(_traced_batch(stack, job_id, INSTRUCTIONS[number])))
    return Section(
        "overhead", "Orchestration overhead a clip, on the local cloud", COLUMNS, _rows(found), _notes()
    )


def _rows(found: Sequence[Mapping[str, float]]) -> list[Row]:
    first, *warm = found
    return [
        {
            "part": title,
            "name": name,
            "first_s": first[name],
            "median_s": statistics.median(one[name] for one in warm),
            "least_s": min(one[name] for one in warm),
            "most_s": max(one[name] for one in warm),
            "target_s": TARGET_S if name == "overhead_s" else None,
        }
        for name, title in PARTS.items()
    ]


def _traced_batch(stack: BenchStack, job_id: str, instruction: str) -> trace.Trace:
    asked = time.time()
    batch = stack.run_batch(job_id, dict.fromkeys(range(CLIPS), instruction))
    history = _history(stack, str(batch["batch_id"]))
    ids = [str(item["regeneration_id"]) for item in batch["regenerations"]]
    jobs = _provider_jobs(stack, ids)
    entries = trace.log_entries(stack.cloud.directory.function_log.read_text(encoding="utf-8"), since=asked)
    return trace.Trace(
        asked=asked,
        execution=trace.Span(history[0]["timestamp"].timestamp(), history[-1]["timestamp"].timestamp()),
        tasks=trace.task_spans(history),
        provider=[jobs[key] for key in ids],
        ffmpeg_s=(
            trace.ffmpeg_seconds(entries, trace.INGESTED),
            trace.ffmpeg_seconds(entries, trace.RECOMPOSED),
        ),
        poll_delay_s=trace.poll_delay_seconds(entries, jobs),
    )


def _history(stack: BenchStack, batch_id: str) -> list[dict[str, Any]]:
    """Return the execution's events once it has ended: the batch does a moment before."""
    machine = stack.cloud.outputs["RegenerateMachineArn"]
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{batch_id}"
    client = stack.aws.client("stepfunctions")
    while True:
        events: list[dict[str, Any]] = client.get_execution_history(executionArn=arn, maxResults=1000)[
            "events"
        ]
        if events[-1]["type"].startswith("Execution") and len(events) > 1:
            return events
        time.sleep(0.05)


def _provider_jobs(stack: BenchStack, regeneration_ids: Sequence[str]) -> dict[str, trace.Span]:
    """Return the provider's own records: its job of each regeneration."""
    store, bucket = stack.aws.client("s3"), stack.cloud.outputs["BucketName"]
    found = {}
    for listed in store.list_objects_v2(Bucket=bucket, Prefix="provider/local/jobs/")["Contents"]:
        record = json.loads(store.get_object(Bucket=bucket, Key=listed["Key"])["Body"].read())
        key = str(record["request"]["idempotency_key"])
        if key in regeneration_ids:
            found[key] = trace.provider_span(record)
    return found


def make_clip(path: Path) -> None:
    """Make a short clip that a job can be made of."""
    subprocess.run(  # noqa: S603 - our own ffmpeg
        [
            *(str(installed_ffmpeg()), "-nostdin", "-v", "error", "-y"),
            *("-f", "lavfi", "-i", "testsrc2=s=640x360:r=30", "-f", "lavfi", "-i", "sine=f=330:r=48000"),
            *("-t", "2", "-pix_fmt", "yuv420p", str(path)),
        ],
        check=True,
    )


def _notes() -> list[str]:
    return [
        f"Batches of {CLIPS} clips of 2 s at 640x360, one clip after another; {BATCHES} after the first.",
        "First: clients are made, imports paid. Warm: median of those after it, beside the least and most.",
        "Provider: from accepting a job to its end, by its own times; its reads and writes of S3 included.",
        "Ffmpeg: as the functions that ingest and recompose log it.",
        "Generate: claim, two queues, confirmation, the first poll, keeping the result, the task token.",
    ]
