"""What EventBridge starts: by the clock, when an execution ends badly, and for what S3 does by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.stack.functions.spec import LONGEST_EVENT_AGE_S
from infra.stack.grants import Machine
from infra.stack.settings import Names
from retake.prefixes import Prefix

ENDED_BADLY = ["FAILED", "TIMED_OUT", "ABORTED"]


@dataclass(frozen=True)
class Schedule:
    """A function that is called again and again.

    Attributes:
        function: Its name.
        interval: How often.
        why: For the console.
        name: Last part of the rule's name.
        asked: What it is called with; EventBridge's own event where nothing is said.
    """

    function: str
    interval: Duration
    why: str
    name: str = "schedule"
    asked: Mapping[str, bool] = field(default_factory=dict)


def _sweep(function: str, why: str, *, daily: Mapping[str, bool] | None = None) -> tuple[Schedule, Schedule]:
    """Return the rule that begins a sweep every day, and the one that goes on with what was too much."""
    return (
        Schedule(function, Duration.days(1), why, asked=daily or {}),
        Schedule(
            function,
            Duration.minutes(15),
            "Goes on with a run that was cut off; costs one read where there is none.",
            name="continue",
            asked={"resume": True},
        ),
    )


SCHEDULES = (
    Schedule(
        "reconcile", Duration.minutes(1), "Status events are best effort, so expired leases are looked for."
    ),
    Schedule("purge", Duration.hours(1), "Carries out the deletion ledger."),
    Schedule("check_budgets", Duration.minutes(1), "Sends alerts of storage budgets that were reached."),
    *_sweep("sweep_versions", "Archives and deletes the takes that are old enough."),
    *_sweep(
        "sweep_orphans",
        "Finds what crashes left behind, and recounts what is counted.",
        # More jobs than a day has time for take several: the next day goes on where this one ends.
        daily={"go_on": True},
    ),
)


def add_schedules(
    scope: Construct,
    names: Names,
    *,
    functions: Mapping[str, lambda_.Function],
    bucket_name: str,
    failed_calls: sqs.Queue,
) -> None:
    """Add the rules that call the functions which run at intervals, and those for what happens elsewhere."""
    for schedule in SCHEDULES:
        _add_schedule(scope, names, schedule, function=functions[schedule.function])
    for name in {schedule.function: None for schedule in SCHEDULES}:
        _run_once(scope, name, functions[name])
    archive = {"bucket": {"name": [bucket_name]}, "object": {"key": events.Match.prefix(Prefix.ARCHIVE)}}
    _add_rule(
        scope,
        names,
        "archived-take-readable",
        why="S3 has made an archived take readable.",
        pattern=events.EventPattern(
            source=["aws.s3"], detail_type=["Object Restore Completed"], detail=archive
        ),
        function=functions["rehydrate_version"],
        max_age=Duration.hours(1),
        failed_calls=failed_calls,
    )
    _add_rule(
        scope,
        names,
        "archived-take-expired",
        why="S3 has removed an archived take by itself.",
        pattern=events.EventPattern(
            source=["aws.s3"],
            detail_type=["Object Deleted"],
            # What Retake deletes itself has another reason, and its record knows of it.
            detail={**archive, "reason": ["Lifecycle Expiration"]},
        ),
        function=functions["tombstone_version"],
        max_age=Duration.hours(24),
        failed_calls=failed_calls,
    )
    _add_rule(
        scope,
        names,
        "execution-ended",
        why="An execution failed, timed out or was aborted.",
        pattern=events.EventPattern(
            source=["aws.states"],
            detail_type=["Step Functions Execution Status Change"],
            detail={
                "status": ENDED_BADLY,
                "stateMachineArn": [names.machine_arn(machine) for machine in Machine],
            },
        ),
        function=functions["reconcile"],
        max_age=Duration.hours(1),
        failed_calls=failed_calls,
    )


def _add_schedule(scope: Construct, names: Names, schedule: Schedule, *, function: lambda_.Function) -> None:
    rule = events.Rule(
        scope,
        f"{schedule.function}_{schedule.name}".title().replace("_", ""),
        rule_name=names.of(f"{schedule.function}-{schedule.name}"),
        description=schedule.why,
        schedule=events.Schedule.rate(schedule.interval),
    )
    # A run that is missed is made up for by the next one, never by a late retry.
    asked = events.RuleTargetInput.from_object(dict(schedule.asked)) if schedule.asked else None
    rule.add_target(
        targets.LambdaFunction(function, retry_attempts=0, max_event_age=schedule.interval, event=asked)
    )


def _run_once(scope: Construct, name: str, function: lambda_.Function) -> None:
    """Keep Lambda from repeating a run that failed, or was throttled, beside the next one.

    The rule's own retries end where Lambda has taken the event. From then on it would be tried again
    after one and two minutes, and kept for six hours (AWS Lambda Developer Guide, asynchronous invocation).
    """
    interval = min(
        (schedule.interval for schedule in SCHEDULES if schedule.function == name),
        key=lambda length: length.to_seconds(),
    )
    lambda_.CfnEventInvokeConfig(
        scope,
        f"{function.node.id}RunsOnce",
        function_name=function.function_name,
        qualifier="$LATEST",
        maximum_retry_attempts=0,
        maximum_event_age_in_seconds=min(interval.to_seconds(), LONGEST_EVENT_AGE_S),
    )


def _add_rule(
    scope: Construct,
    names: Names,
    name: str,
    *,
    why: str,
    pattern: events.EventPattern,
    function: lambda_.Function,
    max_age: Duration,
    failed_calls: sqs.Queue,
) -> None:
    rule = events.Rule(
        scope,
        name.title().replace("-", ""),
        rule_name=names.of(name),
        description=why,
        event_pattern=pattern,
    )
    rule.add_target(
        targets.LambdaFunction(
            function, retry_attempts=2, max_event_age=max_age, dead_letter_queue=failed_calls
        )
    )
