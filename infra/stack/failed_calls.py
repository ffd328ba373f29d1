"""Calls that no caller waits for: how often Lambda repeats them, and the queue of those that failed."""

from collections.abc import Mapping

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.stack.functions.catalogue import FUNCTIONS

RETRIES = 2
"""After one minute and two: what Lambda does by itself, said here because the age beside it has to be."""


def keep_failed_calls(
    scope: Construct, *, functions: Mapping[str, lambda_.Function], failed_calls: sqs.Queue
) -> None:
    """Send calls that failed for good to a queue."""
    for spec in FUNCTIONS:
        if spec.event_age_s is None:
            continue
        function = functions[spec.name]
        lambda_.CfnEventInvokeConfig(
            scope,
            f"{function.node.id}FailedCalls",
            function_name=function.function_name,
            qualifier="$LATEST",
            maximum_retry_attempts=RETRIES,
            maximum_event_age_in_seconds=spec.event_age_s,
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(destination=failed_calls.queue_arn)
            ),
        )
