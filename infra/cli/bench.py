"""``retake bench``: measures Retake's speed beside that of others, in one run."""

import json
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence

from rich.console import Console

from infra.assets import installed_ffmpeg
from infra.bench.archive import measure_archive
from infra.bench.chaos import measure_chaos
from infra.bench.cost import measure_cost
from infra.bench.fuzz import measure_fuzz
from infra.bench.generations import measure_generations
from infra.bench.imports import measure_imports
from infra.bench.overhead import measure_overhead
from infra.bench.recompose import Report, measure_recompose
from infra.bench.report import Section, Value, as_json, print_section
from infra.bench.restore import measure_restore
from infra.bench.scale import measure_scale
from infra.bench.studio import measure_studio
from infra.bench.sustained import measure_load, measure_soak
from infra.bench.sweep import measure_sweep
from infra.bench.versions import measure_versions
from retake_client.cli.terminal import Terminal
from retake_client.errors import UsageError

NAMES = (
    "recompose",
    "imports",
    "versions",
    "overhead",
    "archive",
    "generations",
    "sweep",
    "fuzz",
    "chaos",
    "load",
    "soak",
    "scale",
    "cost",
    "studio",
    "restore",
)
ONLY_BY_NAME = frozenset({"chaos", "load", "soak", "scale", "cost", "studio", "restore"})
"""Take some minutes, or measure no speed of this machine."""


def run_bench(*, only: Sequence[str], full: bool, as_json_object: bool, console: Console) -> None:
    """Measure, and print tables or one JSON object.

    Args:
        only: Names of sections; all but ``ONLY_BY_NAME`` when empty.
        full: Whether to join 60 clips as well, which takes a quarter of an hour, to kill at ten times as
            many calls of the table, and to load for longer.
        as_json_object: Print one JSON object instead of tables.
        console: Where tables go; progress goes to standard error.

    Raises:
        UsageError: If there is no such section.
        BenchError: If something could not be measured.
    """
    unknown = [name for name in only if name not in NAMES]
    if unknown:
        raise UsageError(f"There is no benchmark {unknown[0]!r}; there are {', '.join(NAMES)}.")
    machine = describe_machine()
    progress = Terminal(stderr=True)
    sections = []
    with progress.status("measuring") as status:

        def report(line: str) -> None:
            status.update(line)

        for name, measure in _measures(full=full, report=report).items():
            if name in only or not (only or name in ONLY_BY_NAME):
                section = measure()
                sections.append(section)
                if not as_json_object:
                    print_section(section, console)
    if as_json_object:
        print(json.dumps(as_json(sections, machine=machine), indent=2))
    else:
        console.print(f"[dim]{_sentence(machine)}[/]", highlight=False)


def _measures(*, full: bool, report: Report) -> dict[str, Callable[[], Section]]:
    return {
        "recompose": lambda: measure_recompose(full=full, report=report),
        "imports": lambda: measure_imports(report=report),
        "versions": lambda: measure_versions(report=report),
        "overhead": lambda: measure_overhead(report=report),
        "archive": lambda: measure_archive(report=report),
        "generations": lambda: measure_generations(report=report),
        "sweep": lambda: measure_sweep(report=report),
        "fuzz": lambda: measure_fuzz(full=full, report=report),
        "chaos": lambda: measure_chaos(full=full, report=report),
        "load": lambda: measure_load(full=full, report=report),
        "soak": lambda: measure_soak(full=full, report=report),
        "scale": lambda: measure_scale(report=report),
        "cost": lambda: measure_cost(report=report),
        "studio": lambda: measure_studio(full=full, report=report),
        "restore": lambda: measure_restore(report=report),
    }


def describe_machine() -> dict[str, Value]:
    """Return what the numbers depend on, the load before we began included."""
    return {
        "processors": os.cpu_count(),
        "machine": platform.machine(),
        "python": ".".join(map(str, sys.version_info[:3])),
        "ffmpeg": installed_ffmpeg().name,
        "load_before": round(os.getloadavg()[0], 1),
    }


def _sentence(machine: Mapping[str, Value]) -> str:
    return (
        f"{machine['processors']} processors ({machine['machine']}), Python {machine['python']}, "
        f"{machine['ffmpeg']}; load {machine['load_before']} before we began"
    )
