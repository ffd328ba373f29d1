"""The alarms for operators; a refusal by a provider's moderation raises none."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from infra.stack.grants import Machine, Queue
from infra.stack.metrics import MESSAGES_FAILED, OwnMetrics
from infra.stack.queues import QueuePair
from infra.stack.settings import Names
from retake.routes import ROUTES

FIVE_MINUTES = Duration.minutes(5)

OLDEST_MESSAGE_S: Mapping[Queue, int] = {
    # A clip's step is tried again after 210 s of silence, and fails the third time.
    Queue.SUBMIT: 180,
    Queue.POLL: 180,
    Queue.ARCHIVE: 6 * 3600,
}
DEAD_LETTER_AGE_S = 900
WORKER_ERRORS = 3
API_FAULTS = 5
API_REFUSALS = 300
"""Of five minutes: a page that asks too often alone makes fewer."""

CLIPS_FAILED = 20
THROTTLES = 20
EXPIRED_LEASES = 5
DELETION_BACKLOG = 500
"""As far as `purge` counts what it leaves undone when its time is up."""


@dataclass(frozen=True)
class Alarms:
    """Adds alarms that all notify the same topic.

    Attributes:
        stack: Where they are added.
        names: Names known beforehand.
        topic: Notified by each alarm.
    """

    stack: Stack
    names: Names
    topic: sns.Topic

    def add_silence(self, title: str, *, metric: cloudwatch.IMetric, why: str) -> None:
        """Alarm when nothing was counted in two periods: what should happen every minute does not."""
        alarm = cloudwatch.Alarm(
            self.stack,
            f"{title}Alarm",
            alarm_name=self.names.of(title),
            alarm_description=why,
            metric=metric,
            threshold=1,
            evaluation_periods=2,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))

    def add(self, title: str, *, metric: cloudwatch.IMetric, threshold: float, why: str) -> None:
        """Alarm as soon as one period of the metric reaches ``threshold``; silence is good news."""
        alarm = cloudwatch.Alarm(
            self.stack,
            f"{title}Alarm",
            alarm_name=self.names.of(title),
            alarm_description=why,
            metric=metric,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))


def own_metric(names: Names, metric: OwnMetrics, statistic: str = "Sum") -> cloudwatch.Metric:
    """Return a metric that a function counts itself."""
    return cloudwatch.Metric(
        namespace=names.metrics,
        metric_name=metric.value.name,
        dimensions_map={"service": metric.value.function},
        statistic=statistic,
        period=FIVE_MINUTES,
    )


def add_alarms(
    stack: Stack,
    names: Names,
    *,
    functions: Mapping[str, lambda_.Function],
    queues: Mapping[Queue, QueuePair],
    failed_calls: sqs.Queue,
    machines: Mapping[Machine, sfn.StateMachine],
    api_id: str,
    table: dynamodb.Table,
) -> sns.Topic:
    """Add the topic and every alarm; people subscribe to the topic."""
    topic = _topic(stack, names)
    alarms = Alarms(stack, names, topic)
    _watch_queues(alarms, queues, failed_calls)
    _watch_functions(alarms, functions)
    _watch_api(alarms, api_id)
    _watch_table(alarms, table)
    _watch_machines(alarms, machines)
    _watch_records(alarms)
    return topic


def _topic(stack: Stack, names: Names) -> sns.Topic:
    topic = sns.Topic(stack, "AlarmTopic", topic_name=names.of("alarms"), enforce_ssl=True)
    # A policy of one's own replaces the default one, by which alarms could publish.
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            actions=["sns:Publish"],
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            resources=[topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
        )
    )
    return topic


def _watch_queues(alarms: Alarms, queues: Mapping[Queue, QueuePair], failed_calls: sqs.Queue) -> None:
    for queue, pair in queues.items():
        alarms.add(
            f"{queue.value.capitalize()}QueueAge",
            metric=_age_of(pair.main),
            threshold=OLDEST_MESSAGE_S[queue],
            why=f"Work has waited in the {queue} queue for too long; is its worker failing or throttled?",
        )
        alarms.add(
            f"{queue.value.capitalize()}DeadLetterAge",
            metric=_age_of(pair.dead_letters),
            threshold=DEAD_LETTER_AGE_S,
            why="Dead letters are not being settled: their clips would wait for their time-out.",
        )
    alarms.add(
        "FailedCallAge",
        metric=_age_of(failed_calls),
        threshold=DEAD_LETTER_AGE_S,
        why="Calls that failed for good are not being put aside.",
    )


def _age_of(queue: sqs.Queue) -> cloudwatch.Metric:
    return queue.metric_approximate_age_of_oldest_message(period=FIVE_MINUTES, statistic="Maximum")


def _watch_functions(alarms: Alarms, functions: Mapping[str, lambda_.Function]) -> None:
    alarms.add(
        "DeadLetters",
        metric=functions["handle_dead_letters"].metric_invocations(period=FIVE_MINUTES),
        threshold=1,
        why="A message or a call failed again and again and was put aside; it is kept under dead-letters/.",
    )
    alarms.add_silence(
        "ReconcileSilent",
        metric=functions["reconcile"].metric_invocations(period=FIVE_MINUTES),
        why="Nothing calls reconcile: its rule is switched off, or EventBridge may not call it.",
    )
    of_messages = {metric.value.function: metric for metric in MESSAGES_FAILED}
    for name, function in functions.items():
        if name not in ROUTES:
            failed = of_messages.get(name)
            alarms.add(
                f"{function.node.id}Errors",
                metric=own_metric(alarms.names, failed)
                if failed
                else function.metric_errors(period=FIVE_MINUTES),
                threshold=WORKER_ERRORS,
                why=f"{name} fails repeatedly.",
            )
    alarms.add(
        "Throttles",
        # Of all functions of the account and region: they share one limit.
        metric=cloudwatch.Metric(
            namespace="AWS/Lambda", metric_name="Throttles", statistic="Sum", period=FIVE_MINUTES
        ),
        threshold=THROTTLES,
        why="The account's concurrent executions are used up: functions wait, and steps are tried again.",
    )


def _watch_api(alarms: Alarms, api_id: str) -> None:
    for title, metric, threshold, why in (
        ("ApiFaults", "5xx", API_FAULTS, "The API fails, or what it needs does not answer in time."),
        (
            "ApiRefusals",
            "4xx",
            API_REFUSALS,
            "Many requests are refused: throttled, or not signed in.",
        ),
    ):
        alarms.add(
            title,
            metric=cloudwatch.Metric(
                namespace="AWS/ApiGateway",
                metric_name=metric,
                dimensions_map={"ApiId": api_id},
                statistic="Sum",
                period=FIVE_MINUTES,
            ),
            threshold=threshold,
            why=why,
        )


def _watch_table(alarms: Alarms, table: dynamodb.Table) -> None:
    for operation in ("ReadThrottleEvents", "WriteThrottleEvents"):
        alarms.add(
            f"Table{operation.removesuffix('Events')}s",
            metric=table.metric(operation, period=FIVE_MINUTES, statistic="Sum"),
            threshold=THROTTLES,
            why="DynamoDB throttles: one job or one list is written faster than a partition takes.",
        )


def _watch_machines(alarms: Alarms, machines: Mapping[Machine, sfn.StateMachine]) -> None:
    for machine, resource in machines.items():
        alarms.add(
            f"{machine}Failures",
            metric=resource.metric_failed(period=FIVE_MINUTES),
            # One may be a batch whose every instruction was refused.
            threshold=WORKER_ERRORS,
            why=f"{machine} fails repeatedly; the causes list the clips and their reasons.",
        )
        alarms.add(
            f"{machine}Timeouts",
            metric=resource.metric_timed_out(period=FIVE_MINUTES),
            threshold=1,
            why=f"An execution of {machine} ran out of time.",
        )


def _watch_records(alarms: Alarms) -> None:
    alarms.add(
        "ExpiredLeases",
        metric=own_metric(alarms.names, OwnMetrics.EXPIRED_LEASES),
        threshold=EXPIRED_LEASES,
        why="Work is left without an end, again and again, and has to be reconciled.",
    )
    alarms.add(
        "ClipsFailed",
        metric=own_metric(alarms.names, OwnMetrics.CLIPS_FAILED),
        threshold=CLIPS_FAILED,
        why="Many clips fail: their causes say whether the provider is out of order.",
    )
    alarms.add(
        "SubmissionUnknown",
        metric=own_metric(alarms.names, OwnMetrics.SUBMISSION_UNKNOWN),
        threshold=1,
        why="A provider may have been paid for a submission whose answer was lost.",
    )
    alarms.add(
        "DeletionBacklog",
        metric=own_metric(alarms.names, OwnMetrics.DELETION_BACKLOG, "Maximum"),
        threshold=DELETION_BACKLOG,
        why="More is to be deleted than a run has time for: unneeded objects are stored and paid for.",
    )
    _watch_sweeps(alarms)


def _watch_sweeps(alarms: Alarms) -> None:
    alarms.add(
        "UsageDrift",
        metric=own_metric(alarms.names, OwnMetrics.USAGE_DRIFT),
        threshold=1,
        why="What is counted for a job is not what S3 holds; the sweep's report names it and can repair it.",
    )
    alarms.add(
        "CurrentTakesLost",
        metric=own_metric(alarms.names, OwnMetrics.CURRENT_TAKES_LOST),
        threshold=1,
        why="An object of a current take is missing; nothing was touched, an operator has to look.",
    )
    for title, metric in (
        ("VersionSweepErrors", OwnMetrics.VERSION_SWEEP_ERRORS),
        ("OrphanSweepErrors", OwnMetrics.ORPHAN_SWEEP_ERRORS),
    ):
        alarms.add(
            title,
            metric=own_metric(alarms.names, metric),
            threshold=1,
            why="A sweep could not settle some jobs and left them out; its report names them.",
        )
