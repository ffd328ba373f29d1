"""Errors of requests and commands, each in one sentence that names the way out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus


class RetakeError(Exception):
    """Base of every error of this package; a command reports it without a traceback."""


class UsageError(RetakeError):
    """The arguments cannot be used; other arguments help."""


class UnreachableError(RetakeError):
    """The server did not answer."""


class SignInError(RetakeError):
    """The server does not know this sign-in."""


class UnexpectedEndError(RetakeError):
    """Work ended otherwise than expected, or not in time."""


class ApiError(RetakeError):
    """The API answered a problem.

    Attributes:
        status: HTTP status.
        kind: The problem's ``type``.
        faults: Each fault as ``(field, detail)``.
    """

    def __init__(self, *, status: int, kind: str, detail: str, faults: tuple[tuple[str, str], ...]) -> None:
        lines = [detail, *(f"  {field}: {what}" for field, what in faults)]
        super().__init__("\n".join(lines))
        self.status = status
        self.kind = kind
        self.detail = detail
        self.faults = faults

    @property
    def is_not_found(self) -> bool:
        """Whether there is no such thing, or it belongs to another user."""
        return self.status == HTTPStatus.NOT_FOUND


@contextmanager
def naming(named: Callable[[str], str]) -> Iterator[None]:
    """Name the fields of a refused request as the user wrote them.

    Args:
        named: Returns the user's name for a field of the request.
    """
    try:
        yield
    except ApiError as error:
        faults = tuple((named(field), detail) for field, detail in error.faults)
        raise ApiError(status=error.status, kind=error.kind, detail=error.detail, faults=faults) from error


@contextmanager
def naming_option(option: str) -> Iterator[None]:
    """Name the option that cannot be used as it was written."""
    try:
        yield
    except UsageError as error:
        raise UsageError(f"{option}: {error}") from error
