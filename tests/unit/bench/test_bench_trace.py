import json
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.bench.trace import (
    INGESTED,
    Span,
    Trace,
    account,
    ffmpeg_seconds,
    log_entries,
    poll_delay_seconds,
    provider_span,
    task_spans,
)


def two_clips() -> Trace:
    return Trace(
        asked=0.0,
        execution=Span(1.0, 16.0),
        tasks=[Span(1, 2), Span(2, 5), Span(5, 8), Span(8, 11), Span(11, 13), Span(13, 15), Span(15, 16)],
        provider=[Span(2.5, 4.0), Span(8.5, 10.0)],
        ffmpeg_s=(3.0, 1.0),
        poll_delay_s=0.5,
    )


def test_accounts_for_every_second_of_a_batch() -> None:
    found = account(two_clips())
    assert found["total_s"] == 8.0
    assert found["provider_s"] == 1.5
    assert found["ffmpeg_s"] == 2.0
    assert found["overhead_s"] == pytest.approx(8.0 - 1.5 - 0.25 - 2.0)
    parts = list(found)[list(found).index("overhead_s") + 1 :]
    assert sum(found[part] for part in parts) == pytest.approx(found["overhead_s"])
    assert found["to_provider_s"] == 0.5
    assert found["from_provider_s"] == 0.75
    assert found["ingesting_s"] == 1.0
    assert found["recomposing_s"] == 0.5
    assert found["between_states_s"] == pytest.approx(0.0)


def test_pairs_the_tasks_of_a_history() -> None:
    history = [
        {"type": kind, "timestamp": datetime.fromtimestamp(second, UTC)}
        for second, kind in enumerate(
            ["ExecutionStarted", "TaskScheduled", "TaskSucceeded", "TaskScheduled", "TaskSucceeded"]
        )
    ]
    assert task_spans(history) == [Span(1, 2), Span(3, 4)]


def test_reads_the_providers_own_times() -> None:
    record = {"submitted_at": "2026-01-01T00:00:00.250000+00:00", "finished_at": "2026-01-01T00:00:01+00:00"}
    assert provider_span(record).seconds == pytest.approx(0.75)


def line(second: int, message: str, **more: Any) -> str:
    entry = {"timestamp": f"2026-01-01 00:00:{second:02},500+0000", "message": message, **more}
    return f"retake-some-function 1a2b3c4d {json.dumps(entry)}"


def test_reads_what_functions_logged_since_a_moment() -> None:
    log = "\n".join(
        [line(1, INGESTED, ffmpeg_ms=900), "a warning", line(2, INGESTED, ffmpeg_ms=250), line(3, "other")]
    )
    entries = log_entries(log, since=datetime(2026, 1, 1, 0, 0, 2, tzinfo=UTC).timestamp())
    assert [entry["message"] for entry in entries] == [INGESTED, "other"]
    assert ffmpeg_seconds(entries, INGESTED) == 0.25


def test_only_a_delayed_poll_is_a_poll_delay() -> None:
    polls = [
        {"message": "generation polled", "regeneration_id": "at once", "at": 12.0},
        {"message": "generation polled", "regeneration_id": "later", "at": 9.0},
        {"message": "generation polled", "regeneration_id": "later", "at": 12.0},
        {"message": "generation polled", "regeneration_id": "another job's", "at": 1.0},
        {"message": "generation polled", "regeneration_id": "another job's", "at": 2.0},
    ]
    jobs = {"at once": Span(0, 10), "later": Span(0, 10.5)}
    assert poll_delay_seconds(polls, jobs) == 1.5
