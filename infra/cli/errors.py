"""What the commands expect to go wrong, in one sentence that names the way out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class CommandError(Exception):
    """Base of every error that a command tells without a traceback."""


class UsageError(CommandError):
    """What was asked for cannot be done; asking differently helps."""


class MissingToolError(CommandError):
    """Something that the command needs is not installed or not set up."""


class UnreachableError(CommandError):
    """The server did not answer."""


class SignInError(CommandError):
    """The server does not know this sign-in."""


class UnexpectedEndError(CommandError):
    """What was waited for ended otherwise, or did not end in time."""


class ApiError(CommandError):
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


@contextmanager
def naming(named: Callable[[str], str]) -> Iterator[None]:
    """Let a refusal speak of what a person wrote.

    Args:
        named: Gives the person's name for a field of the request.
    """
    try:
        yield
    except ApiError as error:
        faults = tuple((named(field), detail) for field, detail in error.faults)
        raise ApiError(status=error.status, kind=error.kind, detail=error.detail, faults=faults) from error
