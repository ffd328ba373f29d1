"""A typed client of Retake's HTTP API."""

from retake_client.client import RetakeClient
from retake_client.errors import (
    ApiError,
    RetakeError,
    SignInError,
    UnexpectedEndError,
    UnreachableError,
    UsageError,
)
from retake_client.events import Event, follow

__all__ = [
    "ApiError",
    "Event",
    "RetakeClient",
    "RetakeError",
    "SignInError",
    "UnexpectedEndError",
    "UnreachableError",
    "UsageError",
    "follow",
]
