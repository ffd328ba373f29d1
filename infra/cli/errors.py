"""What only the commands of this checkout expect to go wrong."""

from retake_client.errors import RetakeError


class MissingToolError(RetakeError):
    """Something that the command needs is not installed or not set up."""
