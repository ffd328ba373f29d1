"""What the platform costs for a regenerated clip, without its provider: counted requests at list prices."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.assembly import assemble
from infra.bench.processes import run_script
from infra.bench.recompose import Report
from infra.bench.report import Column, Row, Section
from infra.bench.scale import FETCH_S, GENERATION_S, INGEST_S, LOOK_S, SUBMIT_S
from infra.flavour import Flavour

PRICED_ON = "2026-11, us-east-1"
"""Of the list prices below (aws.amazon.com, pricing of each service), without free tiers."""
READ_UNIT, WRITE_UNIT = 0.125e-6, 0.625e-6
GIGABYTE_SECOND, INVOCATION = 13.3334e-6, 0.20e-6
TRANSITION = 25e-6
QUEUE_REQUEST = 0.40e-6
STORE_WRITE, STORE_READ = 5e-6, 0.4e-6
LOG_BYTE = 0.50 / 1024**3

MOST_DOLLARS = 0.0006
"""What one clip is to cost at the most."""

QUEUE_REQUESTS_OF_A_MESSAGE = 3
"""It is sent, received and deleted."""
LINE_BYTES = 2_500
"""Of one invocation: its own line, and those of the runtime (START, END, REPORT) in JSON."""
TRANSITIONS_OF_A_BATCH, TRANSITIONS_OF_A_CLIP = 7, 2
STEP_S, RECOMPOSE_S = 0.5, 3.0
API_S = 0.3

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


def bill(found: Mapping[str, Any], memory_mb: Mapping[str, int]) -> Bill:
    """Return what a batch costs.

    Args:
        found: What ``tests.benchmarks.cost_case`` counted.
        memory_mb: Of each function, by its module.
    """
    clips, looks = found["clips"], found["looks"]
    # A clip's last look fetches the result.
    seconds = {
        "api_batches": API_S,
        "start_batch": STEP_S,
        "submit_generation": SUBMIT_S * clips,
        "poll_generation": LOOK_S * looks + FETCH_S * clips,
        "ingest_clip": INGEST_S * clips,
        "recompose_video": RECOMPOSE_S,
        "finish_batch": STEP_S,
    }
    gigabyte_seconds = sum(memory_mb[module] / 1024 * taken for module, taken in seconds.items())
    messages = clips + looks
    invocations = 4 + messages + clips
    return Bill(
        dynamodb=found["read_units"] * READ_UNIT + found["write_units"] * WRITE_UNIT,
        functions=gigabyte_seconds * GIGABYTE_SECOND + invocations * INVOCATION,
        steps=(TRANSITIONS_OF_A_BATCH + TRANSITIONS_OF_A_CLIP * clips) * TRANSITION,
        rest=found["puts"] * STORE_WRITE
        + found["gets"] * STORE_READ
        + messages * QUEUE_REQUESTS_OF_A_MESSAGE * QUEUE_REQUEST
        + invocations * LINE_BYTES * LOG_BYTE,
    )


def measure_cost(*, report: Report) -> Section:
    """Count what batches of one clip and of 100 take, and price it.

    Raises:
        BenchError: If a batch did not succeed.
    """
    report("synthesising the template for AWS")
    template = json.loads(
        (assemble(flavour=Flavour.AWS) / "Retake.template.json").read_text(encoding="utf-8")
    )
    memory_mb = read_memory(template)
    rows = []
    for clips, case in ((1, "one clip alone"), (100, "each of 100 clips")):
        report(f"regenerating {clips} on an emulated table")
        arguments = ["--clips", str(clips), "--seconds", str(GENERATION_S)]
        rows.append(row_of(case, run_script("tests.benchmarks.cost_case", arguments).answer, memory_mb))
    return Section("cost", "Platform cost of a regenerated clip", COLUMNS, rows, _NOTES)


def read_memory(template: Mapping[str, Any]) -> dict[str, int]:
    """Return the memory of each function, by its module; with a remote provider, where it depends on that."""

    def value(found: Any) -> int:  # noqa: ANN401 - a number, or a condition
        return int(found["Fn::If"][1] if isinstance(found, dict) else found)

    return {
        resource["Properties"]["Handler"].split(".")[2]: value(resource["Properties"]["MemorySize"])
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Function"
        and resource["Properties"]["Handler"].startswith("retake.")
    }


def row_of(case: str, found: Mapping[str, Any], memory_mb: Mapping[str, int]) -> Row:
    """Return a batch's bill, for one of its clips."""
    made, clips = bill(found, memory_mb), found["clips"]
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
    f"The provider takes {GENERATION_S:g} s. Lambda: memory of the template, seconds of `--only scale`;",
    f"  {STEP_S:g} s a step, {RECOMPOSE_S:g} s to recompose, {API_S:g} s for the request.",
    "Steps: Step Functions. Rest: S3, SQS, logs. A batch's own steps and its video are shared by its clips.",
]
