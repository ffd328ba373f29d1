"""Queries of Logs Insights that the console offers by name."""

from collections.abc import Mapping

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.batch_log import BATCH_FUNCTIONS, batch_filter
from infra.stack.settings import Names

PLACEHOLDER = "BATCH-ID"
"""What a person replaces by the id of a batch, which is the name of its execution."""

LINES = 1000


def add_saved_queries(scope: Construct, names: Names, *, functions: Mapping[str, lambda_.Function]) -> None:
    """Add the query that follows one batch through all functions that work on it."""
    logs.QueryDefinition(
        scope,
        "OneBatch",
        query_definition_name=f"{names.prefix}/one batch",
        query_string=logs.QueryString(
            fields=[
                "@timestamp",
                "service",
                "level",
                "clip_index",
                "message",
                "regeneration_id",
                "error",
                "reason",
            ],
            filter_statements=[batch_filter(PLACEHOLDER)],
            sort="@timestamp asc",
            limit=LINES,
        ),
        log_groups=[functions[module].log_group for module in BATCH_FUNCTIONS],
    )
