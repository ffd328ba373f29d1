"""``retake up``: the whole stack on this machine, until Ctrl-C."""

from contextlib import ExitStack
from pathlib import Path

from infra.cli.errors import UnexpectedEndError
from infra.cli.interrupts import StopRequested, stoppable
from infra.cli.narration import Narrator
from infra.cli.paths import shown_path
from infra.cli.session import LocalSession, local_session


def run_up(*, port: int, data: Path, reset: bool, provider: str, narrator: Narrator) -> None:
    """Run the local cloud in the foreground.

    Raises:
        LocalCloudError: If the port or the directory is taken, or the stack cannot be deployed.
        UnexpectedEndError: If the local cloud ends by itself.
    """
    try:
        with stoppable(), ExitStack() as running:
            with narrator.spinner("Starting Retake") as report:
                session = running.enter_context(
                    local_session(port=port, data=data, reset=reset, provider=provider, report=report)
                )
            _welcome(session, narrator)
            session.cloud.wait()
            raise UnexpectedEndError(
                f"The local cloud ended by itself; {session.cloud.directory.log} says why. "
                "Nothing that it acknowledged is lost: start it again."
            )
    except StopRequested:
        narrator.say("Stopped. Your data stays.")


def _welcome(session: LocalSession, narrator: Narrator) -> None:
    directory = session.cloud.directory
    narrator.say()
    if session.settled:
        narrator.say("[yellow]The last stop was unclean; what it interrupted has been brought to its end.[/]")
    narrator.say("[bold green]Retake is running.[/]")
    rows = {
        "Address": session.url,
        "Sign in": f"{session.user.email}  password  {session.user.password}",
        "API": f"{session.url}/api/v1, described by {session.url}/api/v1/openapi.json (with a token)",
        "Data": f"{shown_path(directory.root)} (stays; --reset starts from nothing)",
        "Logs": shown_path(directory.function_log),
        "Try it": f"retake demo --url {session.url} --user {session.user.email} "
        f"--password '{session.user.password}'",
    }
    for name, value in rows.items():
        narrator.row(name, value)
    narrator.say("Ctrl-C stops it.")
