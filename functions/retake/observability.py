"""Logging, metrics and tracing: one of each a function, configured by its environment."""

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger()
metrics = Metrics()
# Named, or each cold start imports whatever is installed of all that X-Ray can follow.
tracer = Tracer(patch_modules=("botocore",))


def count(name: str, value: int = 1) -> None:
    """Add to a counter; written to the log in embedded metric format when the invocation ends."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


def measure_bytes(name: str, size_bytes: int) -> None:
    """Note a size as it is now, likewise."""
    metrics.add_metric(name=name, unit=MetricUnit.Bytes, value=size_bytes)


def flush_counts() -> None:
    """Write what was counted in this invocation; Powertools would warn where nothing was."""
    if metrics.metric_set:
        metrics.flush_metrics()
