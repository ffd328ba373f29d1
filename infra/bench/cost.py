"""What the platform costs for a regenerated clip, without its provider: counted requests at list prices."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.assembly import assemble
from infra.bench.processes import run_script
from infra.bench.recompose import Report
from infra.bench.report import Column, Row, Section
from infra.bench.simulation import FETCH_S, GENERATION_S, INGEST_S, LOOK_S, SUBMIT_S
from infra.flavour import Flavour
from infra.stack.functions.catalogue import BY_HANDLER

PRICED_ON = "2026-11, us-east-1"
"""Of the list prices below (aws.amazon.com, pricing of each service), without free tiers."""
READ_UNIT, WRITE_UNIT = 0.125e-6, 0.625e-6
GIGABYTE_SECOND, INVOCATION = 13.3334e-6, 0.20e-6
DISK_GIGABYTE_SECOND, FREE_DISK_MB = 0.0309e-6, 512
TRANSITION = 25e-6
QUEUE_REQUEST = 0.40e-6
API_REQUEST = 1e-6
STORE_WRITE, STORE_READ = 5e-6, 0.4e-6
TRACE = 5e-6
LOG_BYTE = 0.50 / 1024**3

MOST_DOLLARS = 0.0006
"""What one clip is to cost at the most."""

QUEUE_REQUESTS_OF_A_MESSAGE = 3
"""It is sent, received and deleted."""
LINE_BYTES = 1_400
"""Of one invocation: its own line (700, as functions write it on the local cloud), the runtime's START and
REPORT in JSON (500), and 26 that CloudWatch adds to each."""
STATE_BYTES = 6 * 900
"""A state's events, which the state machines log."""
TRANSITIONS_OF_A_BATCH, TRANSITIONS_OF_A_CLIP = 5, 2
"""Of a batch in which a clip succeeded; a test counts them in the definition."""
TRACES_OF_A_BATCH, TRACES_OF_A_CLIP = 2, 1
"""The request and the execution with its steps, and the submission, were every one of them sampled; looks are
not traced (``FunctionSpec.is_traced``)."""
STEP_S, API_S = 0.5, 0.3
RECOMPOSE_S, RECOMPOSE_CLIP_S = 1.5, 0.015
"""To join a job in which one clip changed, and for each of its clips: requests to the store, nearly all."""
STORE_S = 0.8
"""Of ingesting, for the store: 0.2 s to fetch a result of 5 MB, 0.1 s for each of three objects, ten requests
to the table of 30 ms: by what AWS says of both, not measured."""
SLOWER = 1.25
"""Times that a processor of Lambda is taken to be slower than one here: a cautious guess, not measured."""
PROCESSOR_MB = 1_769
"""Memory that comes with a whole processor (AWS Lambda Developer Guide, memory)."""

COLUMNS = (
    Column("case", "case"),
    Column("dynamodb", "table"),
    Column("lambda", "functions"),
    Column("steps", "steps"),
    Column("rest", "rest"),
    Column("dollars", "a clip"),
    Column("most", "at most"),
    Column("holds", "holds"),
)


@dataclass(frozen=True)
class Bill:
    """What one batch costs, in US dollars."""

    dynamodb: float
    functions: float
    steps: float
    rest: float

    @property
    def total(self) -> float:
        """Return all of it."""
        return self.dynamodb + self.functions + self.steps + self.rest


@dataclass(frozen=True)
class Size:
    """What a function has.

    Attributes:
        memory_mb: It is billed for each second, and with it a share of a processor.
        disk_mb: Of ``/tmp``; what is above 512 MB is billed as well.
    """

    memory_mb: int
    disk_mb: int = FREE_DISK_MB

    def dollars(self, seconds: float) -> float:
        """Return what so many seconds cost."""
        disk_gb = max(0, self.disk_mb - FREE_DISK_MB) / 1024
        return seconds * (self.memory_mb / 1024 * GIGABYTE_SECOND + disk_gb * DISK_GIGABYTE_SECOND)


def bill(found: Mapping[str, Any], sizes: Mapping[str, Size]) -> Bill:
    """Return what a batch costs.

    Args:
        found: What ``tests.benchmarks.cost_case`` counted.
        sizes: Of each function, by its name.
    """
    clips, looks = found["clips"], found["looks"]
    # A clip's last look fetches the result.
    seconds = {
        "api_batches": API_S,
        "start_batch": STEP_S,
        "submit_generation": SUBMIT_S * clips,
        "poll_generation": LOOK_S * looks + FETCH_S * clips,
        "ingest_clip": found.get("ingest_s", INGEST_S) * clips,
        "recompose_video": RECOMPOSE_S + RECOMPOSE_CLIP_S * clips,
        "finish_batch": STEP_S,
    }
    messages = clips + looks
    invocations = 4 + messages + clips
    transitions = TRANSITIONS_OF_A_BATCH + TRANSITIONS_OF_A_CLIP * clips
    logged = invocations * LINE_BYTES + transitions * STATE_BYTES
    return Bill(
        dynamodb=found["read_units"] * READ_UNIT + found["write_units"] * WRITE_UNIT,
        functions=sum(sizes[module].dollars(taken) for module, taken in seconds.items())
        + invocations * INVOCATION,
        steps=transitions * TRANSITION,
        rest=API_REQUEST
        + found["puts"] * STORE_WRITE
        + found["gets"] * STORE_READ
        + messages * QUEUE_REQUESTS_OF_A_MESSAGE * QUEUE_REQUEST
        + (TRACES_OF_A_BATCH + TRACES_OF_A_CLIP * clips) * TRACE
        + logged * LOG_BYTE,
    )


def on_lambda_s(found: Mapping[str, float], memory_mb: int) -> float:
    """Return how long ingesting takes on Lambda, from what it took of this machine's processor.

    Args:
        found: ``cpu_s`` and ``elapsed_s`` of ``tests.benchmarks.ingest_case``: their ratio is how much of it
            runs side by side.
        memory_mb: Of the function: 1,769 come with one processor.
    """
    at_once = min(memory_mb / PROCESSOR_MB, max(1.0, found["cpu_s"] / found["elapsed_s"]))
    return SLOWER * found["cpu_s"] / at_once + STORE_S


def measure_cost(*, report: Report) -> Section:
    """Count what batches of one clip and of 100 take, and price it.

    Raises:
        BenchError: If a batch did not succeed.
    """
    report("synthesising the template for AWS")
    template = json.loads(
        (assemble(flavour=Flavour.AWS) / "Retake.template.json").read_text(encoding="utf-8")
    )
    sizes = read_sizes(template)
    report("ingesting a clip")
    ingested = run_script("tests.benchmarks.ingest_case", ()).answer
    ingest_s = on_lambda_s(ingested, sizes["ingest_clip"].memory_mb)
    rows = []
    for clips, case in ((1, "one clip alone"), (100, "each of 100 clips")):
        report(f"regenerating {clips} on an emulated table")
        arguments = ["--clips", str(clips), "--seconds", str(GENERATION_S)]
        found = run_script("tests.benchmarks.cost_case", arguments).answer
        rows.append(row_of(case, {**found, "ingest_s": ingest_s}, sizes))
    notes = [*_NOTES, f"Ingesting: {ingested['cpu_s']:.1f} s of a processor, {ingest_s:.1f} s on Lambda."]
    return Section("cost", "Platform cost of a regenerated clip", COLUMNS, rows, notes)


def read_sizes(template: Mapping[str, Any]) -> dict[str, Size]:
    """Return the size of each function, by its name; with a remote provider, where it depends on that."""

    def value(found: Any) -> int:  # noqa: ANN401 - a number, or a condition
        return int(found["Fn::If"][1] if isinstance(found, dict) else found)

    functions = (
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Function"
    )
    return {
        BY_HANDLER[function["Handler"]].name: Size(
            value(function["MemorySize"]),
            value(function.get("EphemeralStorage", {}).get("Size", FREE_DISK_MB)),
        )
        for function in functions
        if function["Handler"] in BY_HANDLER
    }


def row_of(case: str, found: Mapping[str, Any], sizes: Mapping[str, Size]) -> Row:
    """Return a batch's bill, for one of its clips."""
    made, clips = bill(found, sizes), found["clips"]
    parts = {"dynamodb": made.dynamodb, "lambda": made.functions, "steps": made.steps, "rest": made.rest}
    return {
        "case": case,
        **{name: f"{dollars / clips:.6f}" for name, dollars in parts.items()},
        "dollars": f"{made.total / clips:.6f}",
        "most": f"{MOST_DOLLARS:.6f}",
        "holds": made.total / clips <= MOST_DOLLARS,
        "looks": found["looks"] / clips,
        "read_units": found["read_units"] / clips,
        "write_units": found["write_units"] / clips,
    }


_NOTES = [
    f"US dollars at list prices of {PRICED_ON}, no free tiers; the provider's price comes on top.",
    "DynamoDB: units of each request of the product's own services to an emulated table, indexes included.",
    f"The provider takes {GENERATION_S:g} s, as it took for the clips before. Lambda: memory of the",
    f"  template, seconds of `--only scale`; {STEP_S:g} s a step, {API_S:g} s for the request, to join",
    f"  {RECOMPOSE_S:g} s and {RECOMPOSE_CLIP_S:g} s a clip.",
    "  Ingesting is measured: five seconds of 720p, under the share of a processor that its memory gives,",
    f"  {SLOWER:g} times slower than here, and {STORE_S:g} s for the store.",
    "Steps: Step Functions. Rest: S3, SQS, logs, the request, and traces as if all of them were sampled.",
    "A batch's own steps and its video are shared by its clips.",
]
