"""How long a version list takes: in process, and through the HTTP API of the local cloud."""

import statistics
import time
from collections.abc import Sequence
from typing import Any

import httpx

from infra.bench.processes import BenchError, run_script
from infra.bench.recompose import Report
from infra.bench.report import Column, Row, Section
from infra.bench.stack import BenchStack, bench_stack
from infra.local.environment import REGION
from retake.routes import VersionRoute
from retake.variables import Powertools, Setting

REPEATS = 100
LIMIT_MS = 500
OK = 200

LAYOUTS = (
    ("3", {"asked": 3}),
    ("3 among 300", {"asked": 3, "same_job": 150, "other_jobs": 150}),
    ("300", {"asked": 300}),
)

COLUMNS = (
    Column("where", "where"),
    Column("versions", "versions"),
    Column("median_ms", "median", "ms"),
    Column("p95_ms", "p95", "ms"),
    Column("first_ms", "first", "ms"),
    Column("queries", "Query", "count"),
    Column("gets", "GetItem", "count"),
)


def measure_versions(*, report: Report) -> Section:
    """Ask for a clip's versions, 100 times each.

    Raises:
        BenchError: If a request failed.
    """
    rows = [_in_process(versions, report) for versions in (3, 300)]
    with bench_stack(report) as stack:
        rows += [_over_http(stack, number, report) for number in range(len(LAYOUTS))]
    notes = [
        f"{REPEATS} requests each, one after another. First: the one before them.",
        "In process: the handler is called with the gateway's event; the table's answers are canned.",
        "3 among 300: half of the others belong to other clips of the job, half to other jobs.",
        "HTTP: gateway, token check, function and table, all of the local cloud.",
        "Query, GetItem: DynamoDB calls a request (the clip with its versions; the job: whose is it?).",
    ]
    return Section(
        "versions",
        f"Latency of a clip's version list; the limit is {LIMIT_MS} ms",
        COLUMNS,
        rows,
        notes,
    )


def _in_process(versions: int, report: Report) -> Row:
    report(f"{versions} versions, in process")
    environment = {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "benchmark",
        "AWS_SECRET_ACCESS_KEY": "benchmark",
        Setting.TABLE_NAME: "benchmark",
        Setting.BUCKET_NAME: "benchmark",
        Powertools.SERVICE_NAME: "benchmark",
        Powertools.METRICS_NAMESPACE: "benchmark",
        Powertools.TRACE_DISABLED: "true",
        Powertools.LOG_LEVEL: "CRITICAL",  # standard output is for the answer
    }
    arguments = ["--versions", str(versions), "--repeat", str(REPEATS)]
    found = run_script("tests.benchmarks.versions_case", arguments, environment=environment).answer
    calls: dict[str, Any] = found["calls"]
    return {
        "where": "in process",
        "versions": str(versions),
        **_times(found["ms"], found["first_ms"]),
        "queries": calls.get("Query", 0),
        "gets": calls.get("GetItem", 0),
    }


def _over_http(stack: BenchStack, number: int, report: Report) -> Row:
    title, layout = LAYOUTS[number]
    report(f"{title}, over HTTP")
    name = f"benchmark-{number}"
    stack.fill_table(name, layout)
    headers = {"Authorization": f"Bearer {stack.token}"}
    path = VersionRoute.LIST.address(job_id=name, clip_index=0)
    times_ms = []
    with httpx.Client(base_url=stack.cloud.endpoint, headers=headers, timeout=35, trust_env=False) as client:
        for _ in range(REPEATS + 1):
            began = time.perf_counter()
            answer = client.get(path)
            times_ms.append((time.perf_counter() - began) * 1000)
            if answer.status_code != OK or len(answer.json()["versions"]) != layout["asked"]:
                raise BenchError(f"The version list failed: {answer.status_code} {answer.text[:200]}")
    return {"where": "HTTP, local", "versions": title, **_times(times_ms[1:], times_ms[0])}


def _times(times_ms: Sequence[float], first_ms: float) -> dict[str, float]:
    return {
        "median_ms": statistics.median(times_ms),
        "p95_ms": statistics.quantiles(times_ms, n=20)[-1],
        "first_ms": first_ms,
        "limit_ms": LIMIT_MS,
    }
