"""Errors of the local cloud, each with the way out."""


class LocalCloudError(Exception):
    """Base of every error of the local cloud."""


class LocalCloudChangedError(LocalCloudError):
    """The emulator is not the one a patch was written for.

    Args:
        patch: Name of the patch that no longer fits.
        detail: The anchor that was not found.
    """

    def __init__(self, patch: str, detail: str) -> None:
        super().__init__(f"patch {patch!r} does not fit the installed ministack: {detail}")
        self.patch = patch


class PortInUseError(LocalCloudError):
    """Another program listens on the port."""


class DataDirectoryBusyError(LocalCloudError):
    """Another server holds the data directory."""


class IncompatibleDataError(LocalCloudError):
    """The data directory was written by a version that this one cannot read."""


class DamagedDataError(LocalCloudError):
    """A part of the data directory was changed by something else, or lost."""


def damaged(path: object, fault: str) -> str:
    """Return the error for a damaged file, with what to do about it."""
    return f"{path} is damaged: {fault}; `retake up --repair` sets it aside in a copy and says what is lost"


class UnwritableDataError(LocalCloudError):
    """The data directory cannot be written: it is read-only, full, or another user's."""


def unwritable(directory: object, error: OSError) -> str:
    """Return the error for a directory that cannot be written, with what to do about it."""
    named = f" ({error.filename})" if error.filename else ""
    return (
        f"{directory} cannot be written: {error.strerror or error}{named}; nothing of it was "
        "changed. Make room, or give it back to your user, or choose another --data"
    )


class StartError(LocalCloudError):
    """The server did not become healthy in time."""


class DeploymentError(LocalCloudError):
    """The stack could not be created or updated."""


class ClockError(LocalCloudError):
    """The clock cannot be moved so."""
