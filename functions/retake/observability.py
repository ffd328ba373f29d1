"""Logging, metrics and tracing: one of each a function, configured by its environment."""

from collections.abc import Mapping

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger()
metrics = Metrics()
# Named, or each cold start imports whatever is installed of all that X-Ray can follow.
tracer = Tracer(patch_modules=("botocore",))

CORRELATED = ("job_id", "batch_id", "creation_id", "clip_id", "clip_index", "regeneration_id")
"""What lines of the log and traces are found by."""


def correlate(payload: Mapping[str, object]) -> None:
    """Add the ids of what is worked on to every further log line of this invocation, and to its trace.

    Args:
        payload: What the function works on; all of ``CORRELATED`` that it has is named.
    """
    ids = {name: payload[name] for name in CORRELATED if payload.get(name) is not None}
    logger.append_keys(**ids)
    for name, value in ids.items():
        tracer.put_annotation(name, str(value))


def forget_correlation() -> None:
    """Remove the ids of an earlier message of the same invocation from further log lines."""
    logger.remove_keys(CORRELATED)


def count(name: str, value: int = 1) -> None:
    """Add to a counter; written to the log in embedded metric format when the invocation ends."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


def measure_bytes(name: str, size_bytes: int) -> None:
    """Record a size in bytes; written to the log like a counter."""
    metrics.add_metric(name=name, unit=MetricUnit.Bytes, value=size_bytes)


def flush_counts() -> None:
    """Write what was counted in this invocation; Powertools would warn where nothing was."""
    if metrics.metric_set:
        metrics.flush_metrics()
