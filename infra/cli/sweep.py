"""``retake sweep``: run by hand what EventBridge runs by the clock, to its end, and say what it did."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rich.markup import escape

from infra.cli.errors import MissingToolError
from infra.cli.sweeps import Sweep, function_of
from infra.local.clients import Invocation
from infra.local.clock import running_cloud
from infra.local.directory import DataDirectory
from infra.stage import Stage
from retake_client.cli.narration import Narrator
from retake_client.cli.paths import shown_path
from retake_client.errors import UnexpectedEndError, UsageError

RUNS = 200
"""After so many something is wrong: each archives 500 takes, or looks at 500 jobs."""

_LONGEST_CALL_S = 900

Invoke = Callable[[str, Mapping[str, bool]], Invocation]


def run_sweep(
    sweep: Sweep,
    *,
    dry_run: bool,
    repair: bool,
    verify: bool | None,
    data: Path,
    profile: str | None,
    region: str | None,
    stage: str | None = None,
    narrator: Narrator,
) -> None:
    """Run a sweep until nothing is left, and say what each run reported.

    Args:
        sweep: Which one.
        dry_run: Only say what would be done.
        repair: Correct counters that differ from what S3 holds.
        verify: Read every object and say which are damaged; None for yes on this machine, and no on AWS,
            where S3 checks by itself.
        data: Where the stack on this machine keeps everything; for AWS unused.
        profile: An AWS profile: the sweep runs there.
        region: An AWS region: likewise.
        stage: Which deployment there.
        narrator: Prints progress.

    Raises:
        MissingToolError: If AWS does not know the person.
        UnexpectedEndError: If the function fails.
        UsageError: If that cannot be asked, or no stack runs.
    """
    if dry_run and sweep is Sweep.BUDGETS:
        raise UsageError("A look at budgets deletes nothing, so it has no --dry-run; leave it out.")
    if repair and sweep is not Sweep.ORPHANS:
        raise UsageError("--repair corrects counters, which `retake sweep orphans` recounts.")
    if verify and sweep is not Sweep.ORPHANS:
        raise UsageError("--verify reads what `retake sweep orphans` finds referred to.")
    named = Stage.parse(stage)
    on_aws = bool(profile or region or stage)
    invoke = _on_aws(profile, region) if on_aws else _on_this_machine(data)
    asked = {"dry_run": dry_run, "repair": repair}
    if sweep is Sweep.ORPHANS:
        asked["verify"] = not on_aws if verify is None else verify
    run_to_its_end(invoke, function_of(sweep, named), asked, narrator)


def run_to_its_end(invoke: Invoke, function: str, asked: Mapping[str, bool], narrator: Narrator) -> None:
    """Call a sweep, and again where it was too much for one run; say what each run reported.

    Raises:
        UnexpectedEndError: If the function fails, or does not come to an end.
    """
    for run in range(RUNS):
        found = invoke(function, asked if run == 0 else {**asked, "resume": True})
        if found.is_failed:
            raise UnexpectedEndError(f"{function} failed: {found.answer}")
        print_report(found.answer, narrator)
        # A dry run writes nothing, so the next could not know where to go on.
        if asked["dry_run"] or not found.answer.get("has_more"):
            return
    raise UnexpectedEndError(f"It was not done after {RUNS} runs; the rest goes on by the clock.")


def _on_this_machine(data: Path) -> Invoke:
    cloud = running_cloud(DataDirectory(data.resolve()))
    if cloud is None:
        raise UsageError(
            f"No stack runs on {shown_path(data)}; start it with `retake up --data {shown_path(data)}`, "
            "or name one on AWS with --profile or --region."
        )
    clients = cloud.clients
    return lambda function, asked: clients.invoke(function, json.dumps(asked).encode())


def _on_aws(profile: str | None, region: str | None) -> Invoke:
    # boto3 is slow to import, and only this needs it.
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    def invoke(function: str, asked: Mapping[str, bool]) -> Invocation:
        try:
            # Called once and waited for: an impatient client would call it again meanwhile.
            client = boto3.Session(profile_name=profile, region_name=region).client(
                "lambda", config=Config(read_timeout=_LONGEST_CALL_S, retries={"total_max_attempts": 1})
            )
            answer = client.invoke(FunctionName=function, Payload=json.dumps(asked).encode())
        except (BotoCoreError, ClientError) as error:
            raise MissingToolError(
                f"{function} could not be called on AWS ({error}); "
                "run `aws configure` or `aws sso login`, or give another --profile or --region."
            ) from error
        content = json.loads(answer["Payload"].read() or b"null")
        return Invocation(function, content, is_failed="FunctionError" in answer)

    return invoke


def print_report(report: Mapping[str, Any], narrator: Narrator) -> None:
    """Say what a run reported: its counts in a line each, then its sentences."""
    counts = {name: value for name, value in report.items() if isinstance(value, int)}
    sentences = [line for value in report.values() if isinstance(value, list) for line in value]
    for name, value in counts.items():
        shown = {True: "yes", False: "no"}[value] if isinstance(value, bool) else f"{value:,}"
        narrator.say(f"  {name.replace('_', ' '):<18} {shown}")
    for reason, count in report.get("skipped", {}).items():
        narrator.say(f"  [dim]{count:,} stay: {escape(reason)}[/]")
    for sentence in sentences:
        narrator.say(f"  [dim]-[/] {escape(str(sentence))}")
