"""``retake up``: the whole stack on this machine, until Ctrl-C."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.markup import escape

from infra.cli.clock import describe_clock, parse_span, tell_runs
from infra.cli.session import LocalSession, local_session
from infra.cli.settings import check_settings
from infra.local.directory import DataDirectory
from infra.local.integrity import repair
from infra.local.schedules import run_scheduled
from infra.origins import parse_origin
from retake.routes import PREFIX, SystemRoute
from retake_client.cli.interrupts import StopRequested, stoppable
from retake_client.cli.narration import Narrator
from retake_client.cli.paths import shown_path
from retake_client.errors import UnexpectedEndError, UsageError


def run_up(
    *,
    port: int,
    data: Path,
    reset: bool,
    provider: str,
    clock: str | None,
    allowed_origins: Sequence[str],
    narrator: Narrator,
) -> None:
    """Run the local cloud in the foreground.

    Raises:
        LocalCloudError: If the port or the directory is taken, the stack cannot be deployed, or the
            clock would go back.
        UnexpectedEndError: If the local cloud ends by itself.
        UsageError: If the directory cannot be written, ``clock`` or an origin cannot be read, or a setting
            is of no use.
    """
    origins = _origins(allowed_origins)
    ahead = None if clock is None else parse_span(clock)
    check_settings(provider=provider, with_key=True)
    try:
        with stoppable(), ExitStack() as running:
            with narrator.spinner("Starting Retake") as report:
                session = running.enter_context(
                    local_session(
                        port=port,
                        data=data,
                        reset=reset,
                        provider=provider,
                        clock=ahead,
                        allowed_origins=origins,
                        studio=True,
                        report=report,
                    )
                )
            _welcome(session, narrator)
            if session.ahead:
                narrator.say(describe_clock(session.ahead))
                tell_runs(run_scheduled(session.cloud.clients), narrator)
            narrator.say("Ctrl-C stops it.")
            try:
                session.cloud.wait()
            except StopRequested:
                _say_what_stops(session.cloud.work(), narrator)
                raise
            raise UnexpectedEndError(
                f"The local cloud ended by itself; {session.cloud.directory.log} says why. "
                "Nothing that it acknowledged is lost: start it again."
            )
    except StopRequested:
        narrator.say("Stopped. Your data stays.")


def _say_what_stops(workflows: int, narrator: Narrator) -> None:
    """Say what becomes of what is under way."""
    if workflows:
        what = "1 batch or video was" if workflows == 1 else f"{workflows} batches and videos were"
        narrator.say(
            f"[yellow]{what} being made.[/] What is finished stays. The next start looks up what may have "
            "been paid for, and marks the rest as failed: retry it then."
        )


def repair_data(data: Path, narrator: Narrator) -> None:
    """Set aside what is damaged in a data directory, in a copy, and say what is lost.

    Raises:
        DataDirectoryBusyError: If a server uses it.
        DamagedDataError: If it cannot be repaired.
    """
    directory = DataDirectory(data.resolve())
    if not directory.root.exists():
        return
    with directory.locked():
        done = repair(directory)
    for line in done or ["Nothing is damaged."]:
        narrator.say(escape(line))


def describe_settled(settled: Mapping[str, object] | None, *, was_killed: bool) -> str:
    """Say what becomes of what the last stop interrupted.

    Args:
        settled: What the reconciliation answered: its ``batches`` may still wait for a provider.
        was_killed: Whether that stop was unclean.
    """
    stop = "[yellow]The last stop was unclean.[/]" if was_killed else "The last stop interrupted work."
    batches = (settled or {}).get("batches")
    number = len(batches) if isinstance(batches, Sequence) else 0
    if not number:
        return f"{stop} No batch or video was being made."
    what = "1 batch or video" if number == 1 else f"{number} batches and videos"
    return (
        f"{stop} It interrupted {what}: clips that were submitted are finished within minutes, others "
        "may be marked as failed. Retry those."
    )


def _origins(given: Sequence[str]) -> tuple[str, ...]:
    try:
        return tuple(parse_origin(text) for text in given)
    except ValueError as error:
        raise UsageError(f"--allow-origin: {error}") from error


def _welcome(session: LocalSession, narrator: Narrator) -> None:
    directory = session.cloud.directory
    narrator.say()
    if session.was_killed or session.settled:
        narrator.say(describe_settled(session.settled, was_killed=session.was_killed))
    narrator.say("[bold green]Retake is running.[/]")
    document = SystemRoute.OPENAPI.address()
    rows = {
        "Address": session.url,
        "Sign in": f"{session.user.email}  password  {session.user.password}",
        "API": f"{session.url}{PREFIX}, described by {session.url}{document} (with a token)",
        "Data": f"{shown_path(directory.root)} (stays; --reset starts from nothing)",
        "Logs": shown_path(directory.function_log),
        "Try it": f"uv run retake demo --url {session.url} --user {session.user.email} "
        f"--password '{session.user.password}'",
    }
    for name, value in rows.items():
        narrator.row(name, value)
    if session.without_studio:
        narrator.say(
            "[yellow]There is no studio at that address, as it could not be built "
            f"({escape(session.without_studio)}); the API works without it, the next start tries again.[/]"
        )
