"""What each function's cold start imports, beside a Powertools handler that does nothing."""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

from infra.assembly import assemble
from infra.assets import build_assets
from infra.bench.processes import BenchError
from infra.bench.recompose import Report
from infra.bench.report import Column, Row, Section
from infra.flavour import Flavour
from infra.local.environment import REGION, inherited
from infra.stack.functions.api import API_FUNCTIONS
from infra.stack.functions.catalogue import BY_HANDLER
from infra.stack.functions.spec import FunctionSpec
from retake.variables import Powertools

REPEATS = 5
IN_THE_RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")
"""What Lambda's Python brings along."""

_BARE = """
from aws_lambda_powertools import Logger, Metrics, Tracer
logger, metrics, tracer = Logger(), Metrics(), Tracer()
"""
BARE_WORKER = f"""{_BARE}
@tracer.capture_lambda_handler
def handler(event, context):
    return event
"""
BARE_CONSUMER = f"""{_BARE}
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
processor = BatchProcessor(event_type=EventType.SQS)

@tracer.capture_lambda_handler
def handler(event, context):
    return process_partial_response(event, print, processor, context)
"""
BARE_API = f"""{_BARE}
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
app = APIGatewayHttpResolver(enable_validation=True)

@app.get("/items/<name>")
def item(name: str) -> dict[str, str]:
    return {{}}

@tracer.capture_lambda_handler
def handler(event, context):
    return app.resolve(event, context)
"""

BARE = {"API": BARE_API, "worker": BARE_WORKER, "queue": BARE_CONSUMER}

WHOLE_PROCESSOR_MB = 1769
"""Memory with which Lambda gives a function one whole processor, and less in proportion.

References:
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""

RUNTIME_S = 0.15
SLOWER = 1.25
"""Of ADR 0071: what Lambda's own runtime takes to start, and Graviton's thread beside the one measured."""

AS_ON_LAMBDA = {
    # By this the clients are made while the module is imported.
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "AWS_ACCESS_KEY_ID": "benchmark",
    "AWS_SECRET_ACCESS_KEY": "benchmark",
}
_START = "from retake.{module} import handler"
_REQUEST = """
from types import SimpleNamespace
place = dict(method="GET", path="/none")
event = dict(
    version="2.0", routeKey="$default", rawPath=place["path"], rawQueryString="", headers={{}},
    requestContext=dict(http=place, stage="$default", requestId="1"), isBase64Encoded=False,
)
context = SimpleNamespace(
    function_name="benchmark", memory_limit_in_mb=512, aws_request_id="1", invoked_function_arn="arn",
)
assert handler(event, context)["statusCode"] == 404
"""
FIRST_REQUEST = f"{_START}\n{_REQUEST}"
"""A start, and a request that no route takes: everything but what a use case does, and what it waits for."""

TIMED_REQUEST = f"""
import time
begun = time.process_time()
{_START}
started = time.process_time()
from retake.adapters.aws.clients import client
assert client.cache_info().currsize > 0, "no client was made at the start"
asked = time.process_time()
{_REQUEST}
print("\\n", 1000 * (started - begun), 1000 * (time.process_time() - asked))
"""
"""The same; its last line has the processor time of the start and of the request, in milliseconds.

Taken by two programs, one of which sends no request, the difference was lost in the end of the process and in
what else varies between two of them.
"""


COLUMNS = (
    Column("handler", "handler"),
    Column("bare", "beside a bare"),
    Column("ms", "import", "ms"),
    Column("bare_ms", "bare", "ms"),
    Column("times_bare", "times bare", "x"),
    Column("uncompiled_ms", "without bytecode", "ms"),
    Column("first_s", "first answer", "s"),
    Column("first_at_share_s", "all at its share", "s"),
    Column("first_restored_s", "from a snapshot", "s"),
)


def measure_imports(*, report: Report) -> Section:
    """Import every handler of the template in a fresh process.

    Raises:
        BenchError: If one cannot be imported.
    """
    assets = build_assets(Flavour.HOST)
    functions = _functions(assemble(flavour=Flavour.HOST))
    with tempfile.TemporaryDirectory(prefix="retake-bench-") as name:
        root = Path(name)
        runtime = _runtime_packages(root / "runtime")
        shipped = (assets.code, assets.dependencies / "python")
        stopwatch = Stopwatch(
            (*shipped, runtime),
            sources=(*(_without_bytecode(directory, root) for directory in shipped), runtime),
            bytecode=root / "bytecode",
        )
        report("importing bare handlers")
        bare = {kind: stopwatch.median_ms(program, {}) for kind, program in BARE.items()}
        rows: list[Row] = []
        for handler, variables in sorted(functions.items()):
            spec = BY_HANDLER[handler]
            report(f"importing {spec.module}")
            kind = _kind(spec)
            rows.append(_row(stopwatch, spec, variables, kind, bare[kind]))
    notes = [
        f"Fresh processes without site-packages, less a bare Python; medians of {REPEATS}. CPU time: imports",
        "  do not wait, and what else this machine does should not count.",
        "On the path as on Lambda: the code, the dependencies' layer, and boto3 of the runtime.",
        "Bare: Logger, Metrics, Tracer; and a resolver with validation (API) or a batch processor (queue).",
        "Without bytecode: as on Lambda, whose directories are read-only, where another Python than",
        "  Lambda's built the assets, so that they hold sources only.",
        f"First answer, estimated: {RUNTIME_S} s of the runtime, and {SLOWER} times the processor time of",
        "  imports and clients on a whole processor, as Lambda starts functions, and of a request that no",
        f"  route takes on memory/{WHOLE_PROCESSOR_MB} of one. At its share: the start as well.",
        "  From a snapshot (the setting snap_start): the request alone; Lambda's restore comes to it.",
        "  Without what a use case does and waits for; nothing of it is measured on AWS.",
    ]
    return Section("imports", "Import time of each handler", COLUMNS, rows, notes)


class Stopwatch:
    """Times programs in fresh processes that see only what a function sees.

    Args:
        path: Where modules are found.
        sources: Where the same modules are found without bytecode.
        bytecode: Where compiled modules are kept between runs.
    """

    def __init__(self, path: Sequence[Path], *, sources: Sequence[Path], bytecode: Path) -> None:
        self._environment = {
            **inherited(),
            "PYTHONPATH": ":".join(map(str, path)),
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            # Powertools and the X-Ray SDK ask these whether they are in Lambda.
            "LAMBDA_TASK_ROOT": "/var/task",
            "AWS_LAMBDA_FUNCTION_NAME": "benchmark",
            Powertools.SERVICE_NAME: "benchmark",
            Powertools.METRICS_NAMESPACE: "benchmark",
        }
        self._cached = {"PYTHONPYCACHEPREFIX": str(bytecode)}
        self._uncached = {"PYTHONPATH": ":".join(map(str, sources)), "PYTHONDONTWRITEBYTECODE": "1"}
        self._empty_ms = self._ended_ms("pass", self._cached, REPEATS)

    def median_ms(self, program: str, variables: Mapping[str, str]) -> float:
        """Return what a program takes, less an empty one, once it was compiled."""
        return self._ended_ms(program, {**variables, **self._cached}, REPEATS) - self._empty_ms

    def uncompiled_ms(self, program: str, variables: Mapping[str, str]) -> float:
        """Return what it takes where no bytecode is kept."""
        return self._ended_ms(program, {**variables, **self._uncached}, 2) - self._empty_ms

    def reported_ms(self, program: str, variables: Mapping[str, str]) -> tuple[float, ...]:
        """Return the medians of the times that a program reports in its last line."""
        environment = {**self._environment, **variables, **self._cached}
        lines = [_run(program, environment).splitlines()[-1] for _ in range(REPEATS + 1)]
        reported = [[float(number) for number in line.split()] for line in lines[1:]]
        return tuple(statistics.median(times) for times in zip(*reported, strict=True))

    def _ended_ms(self, program: str, variables: Mapping[str, str], repeat: int) -> float:
        times = []
        for _ in range(repeat + 1):
            before = getrusage(RUSAGE_CHILDREN)
            _run(program, {**self._environment, **variables})
            after = getrusage(RUSAGE_CHILDREN)
            spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            times.append(spent * 1000)
        # The first compiled what the others found.
        return statistics.median(times[1:])


def _run(program: str, environment: Mapping[str, str]) -> str:
    """Run a program without site-packages; return what it prints."""
    ended = subprocess.run(  # noqa: S603 - our own interpreter and programs
        [sys.executable, "-S", "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise BenchError(f"A handler cannot be imported: {ended.stderr.strip().splitlines()[-1]}")
    return ended.stdout


def _row(
    stopwatch: Stopwatch, spec: FunctionSpec, variables: Mapping[str, str], kind: str, bare_ms: float
) -> Row:
    program = f"import retake.{spec.module}"
    taken_ms = stopwatch.median_ms(program, variables)
    return {
        "handler": spec.name,
        "bare": kind,
        "ms": taken_ms,
        "bare_ms": bare_ms,
        "times_bare": taken_ms / bare_ms,
        "uncompiled_ms": stopwatch.uncompiled_ms(program, variables),
        **(_first_answer(stopwatch, spec, variables) if kind == "API" else {}),
    }


def _first_answer(stopwatch: Stopwatch, spec: FunctionSpec, variables: Mapping[str, str]) -> Row:
    """Estimate how long a function takes for its first answer, from the processor time that it needs here."""
    program = TIMED_REQUEST.format(module=spec.module)
    start_ms, request_ms = stopwatch.reported_ms(program, {**variables, **AS_ON_LAMBDA})
    return first_answer_s(start_ms, request_ms, memory_mb=spec.memory_mb)


def first_answer_s(start_ms: float, request_ms: float, *, memory_mb: int) -> dict[str, float]:
    """Return the time to a first answer in seconds, by the processor time of its start and of the request.

    From a snapshot nothing is started: of what Lambda takes to restore it no figure is known here.

    Args:
        start_ms: Of imports and clients, on this machine.
        request_ms: Of the request itself.
        memory_mb: Of the function; it decides on its share of a processor.
    """
    share = min(memory_mb / WHOLE_PROCESSOR_MB, 1)
    start_s, request_s = (SLOWER * spent / 1000 for spent in (start_ms, request_ms))
    return {
        "first_s": RUNTIME_S + start_s + request_s / share,
        "first_at_share_s": RUNTIME_S + (start_s + request_s) / share,
        "first_restored_s": request_s / share,
    }


def _kind(spec: FunctionSpec) -> str:
    """Return which bare handler a function is compared with."""
    if spec in API_FUNCTIONS:
        return "API"
    return "queue" if spec.sources else "worker"


def _functions(assembly: Path) -> dict[str, dict[str, str]]:
    """Return the environment of each handler, as the template says."""
    template = json.loads((assembly / "Retake.template.json").read_text(encoding="utf-8"))
    found = {}
    for resource in template["Resources"].values():
        properties: dict[str, Any] = resource.get("Properties", {})
        handler = str(properties.get("Handler", ""))
        if resource["Type"] == "AWS::Lambda::Function" and handler in BY_HANDLER:
            variables: dict[str, object] = properties.get("Environment", {}).get("Variables", {})
            # References are known only when deployed; no import looks at them.
            found[handler] = {
                name: value if isinstance(value, str) else "unknown" for name, value in variables.items()
            }
    return found


def _without_bytecode(directory: Path, root: Path) -> Path:
    """Copy modules as they are where another Python built the assets."""
    copy = root / "sources" / directory.name
    shutil.copytree(directory, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def _runtime_packages(directory: Path, packages: Sequence[str] = IN_THE_RUNTIME) -> Path:
    """Link what the runtime brings along, and nothing else of this installation."""
    directory.mkdir()
    for package in packages:
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise BenchError(f"{package} is not installed; `uv sync` installs it.")
        origin = Path(spec.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (directory / source.name).symlink_to(source)
    return directory
