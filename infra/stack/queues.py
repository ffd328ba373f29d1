"""The queues between the workflow and its workers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.stack.functions.catalogue import FUNCTIONS
from infra.stack.grants import Queue
from infra.stack.settings import Names

VISIBILITY_FACTOR = 6
"""Visibility over the consumer's time-out, as AWS asks: a message must not return while its worker,
or a throttled retry of it, may still be at it."""

FAILED_CALLS = "failed-calls"
"""Last part of that queue's name."""

MAX_RECEIVES = 5
RETENTION = Duration.days(14)


@dataclass(frozen=True)
class QueuePair:
    """A queue and where its failures go."""

    main: sqs.Queue
    dead_letters: sqs.Queue


def add_queues(scope: Construct, names: Names) -> Mapping[Queue, QueuePair]:
    """Add every queue with its dead-letter queue."""
    return {queue: _pair(scope, names, queue) for queue in Queue}


def _pair(scope: Construct, names: Names, queue: Queue) -> QueuePair:
    title = queue.value.capitalize()
    dead_letters = sqs.Queue(
        scope,
        f"{title}DeadLetters",
        queue_name=names.of(f"{queue}-dead-letters"),
        visibility_timeout=_visibility(queue, dead_letters=True),
        retention_period=RETENTION,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
    )
    main = sqs.Queue(
        scope,
        f"{title}Queue",
        queue_name=names.of(queue),
        visibility_timeout=_visibility(queue, dead_letters=False),
        retention_period=RETENTION,
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=MAX_RECEIVES),
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
    )
    return QueuePair(main=main, dead_letters=dead_letters)


def _visibility(queue: Queue, *, dead_letters: bool) -> Duration:
    return _longer_than(
        spec.timeout_s
        for spec in FUNCTIONS
        for source in spec.sources
        if source.queue is queue and source.dead_letters is dead_letters
    )


def _longer_than(timeouts_s: Iterable[int]) -> Duration:
    return Duration.seconds(VISIBILITY_FACTOR * max(timeouts_s))


def add_failed_calls(scope: Construct, names: Names) -> sqs.Queue:
    """Add the queue of calls that failed for good though no caller waited (``infra.stack.failed_calls``).

    It is read as the dead-letter queues are. Events that EventBridge cannot hand to a function go there too.
    """
    return sqs.Queue(
        scope,
        "FailedCalls",
        queue_name=names.of(FAILED_CALLS),
        visibility_timeout=_longer_than(spec.timeout_s for spec in FUNCTIONS if spec.reads_failed_calls),
        retention_period=RETENTION,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
    )
