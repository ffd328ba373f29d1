"""Calls the product's Lambda functions by the names that the stack gives them."""

from importlib import import_module
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from infra.stack.functions.catalogue import FUNCTIONS

MODULES = {spec.name: spec.handler.rpartition(".")[0] for spec in FUNCTIONS}
"""The module of each function's entry point."""


class Context(LambdaContext):
    """What Lambda sets for a function."""

    def __init__(self) -> None:
        self._function_name = "retake-api"
        self._memory_limit_in_mb = 256
        self._invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:retake-api"
        self._aws_request_id = "request-1"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Say how much time the function has left."""
        return 300_000


def invoke(function: str, event: dict[str, Any], context: LambdaContext | None = None) -> Any:
    """Call a function with an event and return what it returns."""
    return import_module(MODULES[function]).handler(event, context or Context())
