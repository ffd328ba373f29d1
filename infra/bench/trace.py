"""Account for the time of one batch: from the workflow's history, the provider's records and the logs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

INGESTED = "clip ingested"
RECOMPOSED = "video recomposed"
POLLED = "generation polled"


@dataclass(frozen=True)
class Span:
    """From one moment to another, in seconds since the epoch."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long."""
        return self.end - self.start


@dataclass(frozen=True)
class Trace:
    """When things happened in one batch that succeeded.

    Attributes:
        asked: When the request was sent.
        execution: The workflow.
        tasks: Its tasks in order: start; generate and ingest for each clip; recompose; finish.
        provider: The provider's job of each clip, in order.
        ffmpeg_s: How long ffmpeg ran in ingesting all clips, and in recomposing.
        poll_delay_s: How long results lay at the provider until a delayed poll came.
    """

    asked: float
    execution: Span
    tasks: Sequence[Span]
    provider: Sequence[Span]
    ffmpeg_s: tuple[float, float]
    poll_delay_s: float

    @property
    def clips(self) -> int:
        """How many clips were regenerated."""
        return len(self.provider)


def account(trace: Trace) -> dict[str, float]:
    """Return where the time went, in seconds a clip.

    ``total_s`` is ``provider_s + poll_delay_s + ffmpeg_s + overhead_s``; the other parts add up to
    the overhead.
    """
    start, *clips, recompose, finish = trace.tasks
    generated, ingested = clips[::2], clips[1::2]
    pairs = list(zip(generated, trace.provider, strict=True))
    ingest_ffmpeg_s, recompose_ffmpeg_s = trace.ffmpeg_s
    parts = {
        "accepting_s": trace.execution.start - trace.asked,
        "starting_s": start.seconds,
        "to_provider_s": sum(job.start - task.start for task, job in pairs),
        "from_provider_s": sum(task.end - job.end for task, job in pairs) - trace.poll_delay_s,
        "ingesting_s": sum(task.seconds for task in ingested) - ingest_ffmpeg_s,
        "recomposing_s": recompose.seconds - recompose_ffmpeg_s,
        "finishing_s": finish.seconds,
    }
    found = {
        "total_s": trace.execution.end - trace.asked,
        "provider_s": sum(job.seconds for job in trace.provider),
        "poll_delay_s": trace.poll_delay_s,
        "ffmpeg_s": ingest_ffmpeg_s + recompose_ffmpeg_s,
    }
    overhead_s = found["total_s"] - found["provider_s"] - found["poll_delay_s"] - found["ffmpeg_s"]
    parts["between_states_s"] = overhead_s - sum(parts.values())
    found = {**found, "overhead_s": overhead_s, **parts}
    return {name: seconds / trace.clips for name, seconds in found.items()}


def task_spans(history: Iterable[Mapping[str, Any]]) -> list[Span]:
    """Return the tasks of an execution that ran one after another."""
    starts = [event["timestamp"].timestamp() for event in history if event["type"] == "TaskScheduled"]
    ends = [event["timestamp"].timestamp() for event in history if event["type"] == "TaskSucceeded"]
    return [Span(start, end) for start, end in zip(starts, ends, strict=True)]


def provider_span(record: Mapping[str, Any]) -> Span:
    """Return how long the provider had a job, by its own record."""
    return Span(_moment(record["submitted_at"]), _moment(record["finished_at"]))


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def log_entries(log: str, *, since: float) -> list[dict[str, Any]]:
    """Return what functions logged as JSON since a moment: ``FUNCTION REQUEST {...}`` lines."""
    found = []
    for line in log.splitlines():
        _, _, body = line.partition("{")
        try:
            entry: dict[str, Any] = json.loads("{" + body)
            # Powertools writes 2026-01-01 12:00:00,000+0000.
            at = datetime.strptime(entry["timestamp"], "%Y-%m-%d %H:%M:%S,%f%z").timestamp()
        except (ValueError, KeyError):
            continue
        if at >= since:
            found.append({**entry, "at": at})
    return found


def ffmpeg_seconds(entries: Iterable[Mapping[str, Any]], message: str) -> float:
    """Return how long ffmpeg ran for all entries with a message."""
    return sum(float(entry["ffmpeg_ms"]) for entry in entries if entry["message"] == message) / 1000


def poll_delay_seconds(entries: Iterable[Mapping[str, Any]], jobs: Mapping[str, Span]) -> float:
    """Return how long results waited for a poll that was sent with a delay.

    Args:
        entries: What was logged.
        jobs: The provider's job of each regeneration, by its id.
    """
    polls: dict[str, list[float]] = {}
    for entry in entries:
        if entry["message"] == POLLED:
            polls.setdefault(str(entry["regeneration_id"]), []).append(float(entry["at"]))
    # The first poll is not delayed: what it waits for is overhead.
    delayed = {key: max(times) for key, times in polls.items() if len(times) > 1}
    return sum(max(0.0, seen - jobs[key].end) for key, seen in delayed.items() if key in jobs)
