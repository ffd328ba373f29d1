"""A local cloud with the stack deployed, for as long as a command needs it."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from infra.assembly import assemble
from infra.environment import ToolMissingError, template_parameters
from infra.flavour import Flavour
from infra.local.clock import move_clock, read_clock
from infra.local.cloud import LocalCloud
from infra.local.deployer import LocalUser, deploy
from infra.studio import StudioBuildError, build_studio, studio_directory
from retake_client.errors import RetakeError, UsageError

Report = Callable[[str], None]


@dataclass(frozen=True)
class LocalSession:
    """A running local cloud.

    Attributes:
        cloud: What runs.
        url: Where everything is served.
        user: The local sign-in.
        settled: What the reconciliation answered, if the last stop interrupted anything.
        was_killed: Whether the last stop was unclean.
        ahead: How far the clock is ahead of the real time.
        without_studio: Why the studio is not served, if it was asked for and could not be built.
    """

    cloud: LocalCloud
    url: str
    user: LocalUser
    settled: dict[str, object] | None
    was_killed: bool
    ahead: timedelta
    without_studio: str | None


@contextmanager
def local_session(
    *,
    port: int,
    data: Path,
    reset: bool = False,
    provider: str = "local",
    clock: timedelta | None = None,
    allowed_origins: Sequence[str] = (),
    studio: bool = False,
    report: Report,
) -> Iterator[LocalSession]:
    """Run a local cloud with the stack of this checkout; stop it at the end, whatever happens.

    Args:
        port: Loopback port.
        data: Where everything is kept.
        reset: Whether to delete what is kept first.
        provider: The video provider.
        clock: How far the clock is to be ahead of the real time; left where it was if nothing is said.
        allowed_origins: Origins of more pages that may use the API.
        studio: Whether to build and serve the studio; without it there is the API alone.
        report: Gets a line for each step.

    Raises:
        LocalCloudError: If the port or the directory is taken, the stack cannot be deployed, or the
            clock would go back.
        SynthesisError: If the stack cannot be synthesised.
        UsageError: If the directory cannot be written.
    """
    static = studio_directory() if studio else None
    cloud = LocalCloud(port=port, data=data, static=static, allowed_origins=allowed_origins)
    try:
        if reset:
            cloud.reset()
        cloud.directory.prepare()
    except OSError as error:
        raise UsageError(
            f"{data} cannot be used for data ({error.strerror}); choose another --data"
        ) from error
    try:
        # Started first: a busy port should not be reported after half a minute of building.
        report("starting the local cloud")
        cloud.start()
        if clock is not None:
            move_clock(cloud.directory, clock, cloud=cloud, report=report)
        ahead = read_clock(cloud.directory.clock)
        without_studio = _build_studio(report) if studio else None
        report("synthesising the stack (the first time takes a while)")
        assembly = assemble(flavour=Flavour.HOST)
        parameters = {"Provider": provider, **template_parameters()}
        deployment = deploy(cloud, assembly, parameters=parameters, report=report)
        report("looking up what was interrupted")
        settled, was_killed = cloud.settle(), bool(cloud.status()["unclean"])
        cloud.prewarm()
        if deployment.user is None:  # pragma: no cover - the stack has a user pool
            raise RetakeError("The stack has no user pool, so no user can sign in.")
        yield LocalSession(cloud, cloud.endpoint, deployment.user, settled, was_killed, ahead, without_studio)
    finally:
        cloud.stop()


def _build_studio(report: Report) -> str | None:
    """Build the studio; return why that failed, if it did: the API is worth starting all the same."""
    if not studio_directory().is_dir():
        report("building the studio, once for each change of it: about half a minute")
    try:
        build_studio()
    except (StudioBuildError, ToolMissingError) as error:
        return str(error)
    return None


def free_port() -> int:
    """Return a loopback port that is free at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
