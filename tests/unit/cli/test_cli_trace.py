"""``retake trace``: one batch through all functions, from the log of this machine and from Logs Insights."""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from infra.batch_log import BATCH_FUNCTIONS, log_group
from infra.cli import trace
from infra.cli.aws_session import AwsSession
from infra.local.directory import DataDirectory
from infra.stage import Stage
from retake_client.cli.main import app
from retake_client.cli.narration import Narrator
from retake_client.errors import UnexpectedEndError, UsageError

BATCH = "3f1c7b1e-0000-4000-8000-000000000001"
START = datetime(2026, 11, 28, 12, tzinfo=UTC)


def entry(second: float, service: str, message: str, **fields: Any) -> dict[str, Any]:
    """Return what a function logs, as Powertools writes it."""
    at = START + timedelta(seconds=second)
    stamp = f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03}+0000"
    return {
        "level": "INFO",
        "message": message,
        "timestamp": stamp,
        "service": service,
        "batch_id": BATCH,
    } | fields


ENTRIES = [
    entry(0, "start_batch", "batch started", job_id="job-1", clips=2),
    entry(1, "submit_generation", "generation submitted", clip_index=0, step="submit"),
    entry(2, "ingest_clip", "clip ingested", clip_index=0, ffmpeg_ms=120),
    entry(
        3,
        "submit_generation",
        "message failed",
        clip_index=1,
        level="ERROR",
        error="ProviderUnavailableError",
    ),
    entry(4, "finish_creation", "videos finished", batch_id=None, creation_id=BATCH),
    entry(5, "start_batch", "batch started", batch_id="another"),
    entry(6, "reconcile", f"not about [{BATCH}]", batch_id=None),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with two logs: the older one was set aside at a start."""
    lines = [f"retake-{item['service']} request-1 {json.dumps(item)}\n" for item in ENTRIES]
    log = DataDirectory(tmp_path).function_log
    log.parent.mkdir(parents=True, exist_ok=True)
    log.with_suffix(".old.log").write_text("".join(lines[:2]), encoding="utf-8")
    log.write_text(f"START RequestId: {BATCH}\n{{broken {BATCH}\n" + "".join(lines[2:]), encoding="utf-8")
    return tmp_path


def run(data: Path, *arguments: str) -> str:
    done = CliRunner().invoke(app, ["trace", BATCH, "--data", str(data), *arguments])
    assert done.exit_code == 0, done.output
    return done.output


class TestOnThisMachine:
    def test_the_lines_of_a_batch_in_their_order(self, data: Path) -> None:
        found = [line.split() for line in run(data).splitlines()]
        assert [(line[0], line[2]) for line in found] == [
            ("+0.0", "start_batch"),
            ("+1.0", "submit_generation"),
            ("+2.0", "ingest_clip"),
            ("+3.0", "submit_generation"),
            ("+4.0", "finish_creation"),
        ]
        assert "clip 1   message failed error=ProviderUnavailableError" in run(data)

    def test_one_clip_with_what_is_about_all(self, data: Path) -> None:
        assert [line.split()[2] for line in run(data, "--clip", "1").splitlines()] == [
            "start_batch",
            "submit_generation",
            "finish_creation",
        ]

    def test_as_it_was_logged(self, data: Path) -> None:
        assert [json.loads(line) for line in run(data, "--json").splitlines()] == ENTRIES[:5]

    def test_what_is_not_logged_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"Nothing is logged about batch b-1 in .*functions\.log"):
            trace_of("b-1", data=tmp_path)

    def test_no_id_is_not_looked_for(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="no batch's id"):
            trace_of('x" or 1 = 1', data=tmp_path)


def trace_of(batch_id: str, *, data: Path, aws: AwsSession | None = None) -> None:
    narrator = Narrator(Console(file=StringIO()))
    trace.run_trace(batch_id, clip=None, hours=24, data=data, aws=aws, as_json=False, narrator=narrator)


@dataclass
class FakeInsights:
    """``logs`` as far as a query goes: by time to the second, sorted, no more lines than asked for.

    Attributes:
        entries: What was logged, with the moment of each.
        running: How often a query says that it runs before it is complete.
        ends: What a query ends as.
    """

    entries: list[tuple[float, dict[str, Any]]]
    running: int = 1
    ends: str = "Complete"
    asked: list[dict[str, Any]] = field(default_factory=list)
    looks: int = 0
    stopped: list[str] = field(default_factory=list)

    def start_query(self, **asked: Any) -> dict[str, str]:
        assert 0 < len(asked["logGroupNames"]) <= 50, "of one query"
        assert 1 <= asked["limit"] <= 10_000
        self.asked.append(asked)
        self.looks = 0
        return {"queryId": f"query-{len(self.asked)}"}

    def get_query_results(self, *, queryId: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
        self.looks += 1
        if self.looks <= self.running:
            return {"status": "Running", "results": []}
        asked = self.asked[int(queryId.removeprefix("query-")) - 1]
        found = [
            [{"field": "@message", "value": json.dumps(fields)}, {"field": "@ptr", "value": str(number)}]
            for number, (at, fields) in enumerate(self.entries)
            if asked["startTime"] <= int(at) <= asked["endTime"]
        ]
        return {"status": self.ends, "results": found[: asked["limit"]]}

    def stop_query(self, *, queryId: str) -> None:  # noqa: N803 - boto3's name
        self.stopped.append(queryId)


@dataclass(frozen=True)
class FakeSession(AwsSession):
    """An account whose only service is ``logs``."""

    logs: Any = None

    def client(self, service: str) -> Any:
        assert service == "logs"
        return self.logs


class TestOnAws:
    def session(self, logs: FakeInsights) -> AwsSession:
        return FakeSession(None, "123456789012", Stage("dev"), logs)  # type: ignore[arg-type]

    def logged(self, count: int, *, a_second: int) -> list[tuple[float, dict[str, Any]]]:
        now = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        moments = [now + timedelta(seconds=number // a_second) for number in range(count)]
        return [
            (at.timestamp(), entry((at - START).total_seconds(), "poll_generation", f"line {number}"))
            for number, at in enumerate(moments)
        ]

    def lines(self, logs: FakeInsights, **options: Any) -> list[trace.Line]:
        asked: dict[str, Any] = {"clip": None, "hours": 2, "sleep": lambda _: None, "page": 10} | options
        return trace.aws_lines(BATCH, self.session(logs), **asked)

    @pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 57])
    def test_all_pages_are_read_and_no_line_comes_twice(self, count: int) -> None:
        logs = FakeInsights(self.logged(count, a_second=3))
        assert [line.fields["message"] for line in self.lines(logs)] == [f"line {n}" for n in range(count)]

    def test_only_the_stages_functions_are_asked_and_only_for_that_batch(self) -> None:
        logs = FakeInsights(self.logged(1, a_second=1))
        self.lines(logs, clip=3)
        (asked,) = logs.asked
        assert asked["logGroupNames"] == [log_group("retake-dev", module) for module in BATCH_FUNCTIONS]
        assert re.search(rf'batch_id = "{BATCH}".+clip_index = 3', asked["queryString"])
        assert asked["endTime"] - asked["startTime"] == pytest.approx(2 * 3600, abs=2)

    def test_more_lines_in_a_second_than_a_page_holds_is_said(self) -> None:
        with pytest.raises(UnexpectedEndError, match="more than 10 lines"):
            self.lines(FakeInsights(self.logged(30, a_second=30)))

    def test_a_query_that_fails_is_said(self) -> None:
        with pytest.raises(UnexpectedEndError, match="ended as Failed"):
            self.lines(FakeInsights(self.logged(1, a_second=1), ends="Failed"))

    def test_a_query_that_does_not_end_is_stopped(self) -> None:
        logs = FakeInsights(self.logged(1, a_second=1), running=10**6)
        with pytest.raises(UnexpectedEndError, match="more than 120 s"):
            self.lines(logs)
        assert logs.stopped == ["query-1"]
