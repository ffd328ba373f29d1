"""``retake demo --aging``: a stack of its own, whose clock may be moved forty days."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from infra.cli.aging import AgingDemo
from infra.cli.aging_result import AgingResult
from infra.cli.aging_tables import show_aging
from infra.cli.demo_command import carry_out, drawn_clips, own_demo_clips, server_of, serving, signed_in
from infra.cli.paths import DEFAULT_AGING_DATA
from infra.cli.samples import AGING_SAMPLES
from infra.cli.walkthrough import Walkthrough
from infra.local.directory import DataDirectory
from retake_client.cli.narration import Narrator
from retake_client.cli.paths import shown_path
from retake_client.cli.terminal import Terminal
from retake_client.errors import UsageError


def run_aging(*, port: int | None, data: Path | None, own_clips: Sequence[Path], as_json: bool) -> int:
    """Do the demo of old takes; return the exit status.

    Args:
        port: Where the stack is served meanwhile.
        data: Its data directory, in which no stack may be yet; a place of the demo's own by default,
            which is emptied first.
        own_clips: The person's files, the first of which grows old; without any, two are drawn.
        as_json: Print one JSON object to stdout and the rest to stderr.

    Raises:
        UsageError: If there is a stack in ``data``.
    """
    if data is not None and DataDirectory(data).deployment.exists():
        raise UsageError(
            f"There is a stack in {shown_path(data)}: its takes would grow forty days older, and the old "
            "ones be deleted. Leave --data out, or choose an empty directory"
        )
    narrator = Narrator(Terminal(stderr=as_json))
    directory = data or DEFAULT_AGING_DATA
    folder = directory / "videos"

    def do() -> AgingResult:
        with ExitStack() as running:
            session = running.enter_context(serving(port, directory, narrator, reset=data is None))
            client = running.enter_context(signed_in(server_of(session), narrator))
            clips = own_demo_clips(own_clips) if own_clips else drawn_clips(folder, AGING_SAMPLES)
            return AgingDemo(Walkthrough(client, narrator, folder), session.cloud).run(clips)

    def show(result: AgingResult) -> None:
        show_aging(result, narrator.console)
        narrator.say(f"[bold]Go on[/]    uv run retake up --data {shown_path(directory)}")

    return carry_out(do, show, narrator=narrator, as_json=as_json)
