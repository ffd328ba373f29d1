"""One page for operators: batches, clips, how long they take, what waits, and what is stored."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.stack.alarms import own_metric
from infra.stack.grants import Machine, Queue
from infra.stack.metrics import OwnMetrics
from infra.stack.queues import QueuePair
from infra.stack.settings import Names

_WIDTH = 8
_TIMED = ("submit_generation", "poll_generation", "ingest_clip", "recompose_video")
_PERIOD = Duration.minutes(5)


def add_dashboard(
    scope: Construct,
    names: Names,
    *,
    functions: Mapping[str, lambda_.Function],
    queues: Mapping[Queue, QueuePair],
    machines: Mapping[Machine, sfn.StateMachine],
) -> None:
    """Add the dashboard."""
    batches, videos = machines[Machine.REGENERATE], machines[Machine.CREATE]
    ages = [
        pair.main.metric_approximate_age_of_oldest_message(period=_PERIOD, label=queue.value)
        for queue, pair in queues.items()
    ]
    durations = [
        functions[module].metric_duration(period=_PERIOD, statistic="p95", label=module) for module in _TIMED
    ]
    rows = [
        [
            _graph(
                "Batches", [batches.metric_started(), batches.metric_succeeded(), batches.metric_failed()]
            ),
            _graph("Batch time (ms)", [batches.metric_time(statistic=value) for value in ("p50", "p95")]),
            _graph("Clips", _own(names, OwnMetrics.CLIPS_REGENERATED, OwnMetrics.CLIPS_FAILED)),
        ],
        [
            _graph(
                "Requests for videos",
                [videos.metric_started(), videos.metric_succeeded(), videos.metric_failed()],
            ),
            _graph(
                "Time of a request for videos (ms)",
                [videos.metric_time(statistic=value) for value in ("p50", "p95")],
            ),
        ],
        [
            _graph("Oldest message (s)", ages),
            _graph("Function time, p95 (ms)", durations),
            _graph(
                "Records",
                _own(
                    names,
                    OwnMetrics.EXPIRED_LEASES,
                    OwnMetrics.SUBMISSION_UNKNOWN,
                    OwnMetrics.DELETION_BACKLOG,
                ),
            ),
        ],
        [
            _graph("Old takes", _own(names, OwnMetrics.TAKES_SENT_TO_ARCHIVE, OwnMetrics.TAKES_DELETED)),
            _graph("Left behind", _own(names, OwnMetrics.ORPHANED_OBJECTS, OwnMetrics.CURRENT_TAKES_LOST)),
            _graph("Counted wrong", _own(names, OwnMetrics.USAGE_DRIFT)),
        ],
        [
            _graph(
                "Stored (bytes)",
                [
                    own_metric(names, OwnMetrics.ACTIVE_BYTES, "Maximum"),
                    own_metric(names, OwnMetrics.ARCHIVED_BYTES, "Maximum"),
                ],
            ),
            _graph(
                "Budgets and spend limits reached",
                _own(names, OwnMetrics.BUDGET_ALERTS, OwnMetrics.SPEND_ALERTS),
            ),
        ],
    ]
    cloudwatch.Dashboard(scope, "Dashboard", dashboard_name=names.of("overview"), widgets=rows)


def _own(names: Names, *metrics: OwnMetrics) -> list[cloudwatch.IMetric]:
    return [own_metric(names, metric) for metric in metrics]


def _graph(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.IWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=_WIDTH, period=_PERIOD)
