"""``retake trace``: follow one batch, or one clip of it, through all functions, line by line."""

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.markup import escape

from infra.batch_log import BATCH_FUNCTIONS, BATCH_KEYS, batch_filter, clip_filter, log_group
from infra.cli.aws_session import AwsSession, reporting
from infra.local.directory import DataDirectory
from infra.stage import Stage
from retake_client.cli.narration import Narrator
from retake_client.cli.paths import shown_path
from retake_client.errors import UnexpectedEndError, UsageError

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
PAGE = 10_000
"""Lines that one query of Logs Insights answers at most."""
PAGES = 20
"""A batch of 300 takes writes some 10,000 lines: beyond 200,000 something else is wrong."""
LOOKS = 120
LOOK_INTERVAL_S = 1.0
ENDED_BADLY = {"Failed", "Cancelled", "Timeout", "Unknown"}

SHOWN_APART = {
    *("timestamp", "service", "level", "message", "location", "job_id", "batch_id", "creation_id"),
    *("clip_id", "clip_index", "regeneration_id", "cold_start", "function_name", "function_memory_size"),
    *("function_arn", "function_request_id", "xray_trace_id", "correlation_id", "exception", "stack_trace"),
    *("sampling_rate", "exception_name"),
}
"""Keys that each line has anyway, or that have a column."""


@dataclass(frozen=True)
class Line:
    """One line that a function logged about a batch.

    Attributes:
        at: When.
        fields: Everything it says.
    """

    at: datetime
    fields: Mapping[str, Any]

    @property
    def function(self) -> str:
        """Which function wrote it, by its module."""
        return str(self.fields.get("service", ""))

    @property
    def what(self) -> str:
        """Return its message with what belongs to it alone."""
        own = {name: value for name, value in self.fields.items() if name not in SHOWN_APART}
        said = " ".join(f"{name}={value}" for name, value in own.items() if value not in (None, ""))
        return f"{self.fields.get('message', '')} {said}".rstrip()


def run_trace(
    batch_id: str,
    *,
    clip: int | None,
    hours: int,
    data: Path,
    aws: AwsSession | None,
    as_json: bool,
    narrator: Narrator,
) -> None:
    """Print what the functions logged about a batch, in order of time.

    Args:
        batch_id: The batch, or the creation of videos.
        clip: Only lines about the clip at this place, and those about all.
        hours: How far back to look, on AWS.
        data: Where the stack on this machine keeps everything; for AWS unused.
        aws: The account; None for the stack on this machine.
        as_json: One JSON object a line, as it was logged.
        narrator: Prints progress.

    Raises:
        UsageError: If that is no id, or nothing was logged about it.
    """
    if not ID.fullmatch(batch_id):
        raise UsageError(f"{batch_id} is no batch's id; `retake batch` and the execution's name show it.")
    lines = local_lines(batch_id, data) if aws is None else aws_lines(batch_id, aws, clip=clip, hours=hours)
    wanted = [line for line in lines if clip is None or line.fields.get("clip_index", clip) == clip]
    if not wanted:
        where = (
            shown_path(DataDirectory(data).function_log) if aws is None else f"{hours} hours of {aws.place}"
        )
        raise UsageError(f"Nothing is logged about batch {batch_id} in {where}.")
    for line in wanted:
        if as_json:
            print(json.dumps(line.fields, ensure_ascii=False))
        else:
            _show(line, wanted[0].at, narrator)


def _show(line: Line, since: datetime, narrator: Narrator) -> None:
    index = line.fields.get("clip_index")
    clip = "" if index is None else f"clip {index}"
    mark = {"ERROR": "red", "WARNING": "yellow"}.get(str(line.fields.get("level")), "default")
    passed = f"+{(line.at - since).total_seconds():.1f} s"
    narrator.say(f"{passed:>10}  {line.function:<20} {clip:<8} [{mark}]{escape(line.what)}[/]")


def local_lines(batch_id: str, data: Path) -> list[Line]:
    """Return the lines of a batch in the log of the stack on this machine, and in the log before it."""
    log = DataDirectory(data).function_log
    found = [
        line
        for path in (log.with_suffix(".old.log"), log)
        if path.exists()
        for line in read_lines(_text_of(path), batch_id)
    ]
    return sorted(found, key=lambda line: line.at)


def _text_of(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from file


def read_lines(lines: Iterable[str], batch_id: str) -> Iterator[Line]:
    """Read what is about a batch from lines that hold a JSON object, behind whatever stands before it."""
    for text in lines:
        if batch_id not in text:
            continue
        try:
            fields = json.loads(text[text.index("{") :])
            # Powertools writes 2026-01-01 12:00:00,000+0000.
            at = datetime.strptime(fields["timestamp"], "%Y-%m-%d %H:%M:%S,%f%z")
        except (ValueError, KeyError):  # what the runtime says, such as START
            continue
        if batch_id in {fields.get(key) for key in BATCH_KEYS}:
            yield Line(at, fields)


def aws_lines(
    batch_id: str,
    aws: AwsSession,
    *,
    clip: int | None,
    hours: int,
    sleep: Callable[[float], None] = time.sleep,
    page: int = PAGE,
) -> list[Line]:
    """Return the lines of a batch in CloudWatch, by queries of Logs Insights.

    Args:
        batch_id: The batch.
        aws: The account and the stage.
        clip: Only one, and what is about all.
        hours: How far back.
        sleep: Passes the time until a query is done.
        page: How many lines a query may answer.

    Raises:
        AwsError: If AWS refuses a query.
        UnexpectedEndError: If one does not end, or there are too many lines.
    """
    logs = aws.client("logs")
    condition = batch_filter(batch_id) + ("" if clip is None else f" and {clip_filter(clip)}")
    end = datetime.now(UTC)
    start = end - timedelta(hours=hours)
    found: dict[str, Line] = {}
    for _ in range(PAGES):
        rows = _query(logs, condition, aws.stage, (start, end), page=page, sleep=sleep)
        new = {row["@ptr"]: line for row in rows for line in read_lines([row["@message"]], batch_id)}
        known = len(found)
        found |= new
        if len(rows) < page:
            return sorted(found.values(), key=lambda line: line.at)
        if len(found) == known:
            break
        # The next page begins with the second in which this one ended; what is known already is left out.
        start = max(line.at for line in new.values())
    raise UnexpectedEndError(
        f"There are more than {len(found)} lines about batch {batch_id}; ask for one clip."
    )


def _query(
    logs: Any,  # noqa: ANN401 - boto3 types each service apart
    condition: str,
    stage: Stage,
    span: tuple[datetime, datetime],
    *,
    page: int,
    sleep: Callable[[float], None],
) -> list[dict[str, str]]:
    query = f"fields @timestamp, @message | filter {condition} | sort @timestamp asc"
    with reporting():
        started = logs.start_query(
            logGroupNames=[log_group(stage.prefix, module) for module in BATCH_FUNCTIONS],
            startTime=int(span[0].timestamp()),
            endTime=int(span[1].timestamp()) + 1,
            queryString=query,
            limit=page,
        )
        for _ in range(LOOKS):
            answer = logs.get_query_results(queryId=started["queryId"])
            if answer["status"] == "Complete":
                return [{cell["field"]: cell["value"] for cell in row} for row in answer["results"]]
            if answer["status"] in ENDED_BADLY:
                raise UnexpectedEndError(f"The query of the logs ended as {answer['status']}; try again.")
            sleep(LOOK_INTERVAL_S)
        logs.stop_query(queryId=started["queryId"])
    raise UnexpectedEndError(f"The query of the logs took more than {LOOKS * LOOK_INTERVAL_S:.0f} s.")
