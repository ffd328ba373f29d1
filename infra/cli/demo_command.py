"""``retake demo``: find a server, or run one for the while, and show what Retake does."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from infra.cli.client import RetakeClient
from infra.cli.demo import INSTRUCTIONS, Demo, DemoClip
from infra.cli.demo_result import DemoResult
from infra.cli.demo_tables import show_result
from infra.cli.interrupts import StopRequested, stoppable
from infra.cli.narration import Narrator
from infra.cli.paths import shown_path
from infra.cli.samples import SAMPLES, make_samples
from infra.cli.session import free_port, local_session

LEAST_CLIPS = max(INSTRUCTIONS) + 1


@dataclass(frozen=True)
class Server:
    """Where the demo is done, and by whom.

    Attributes:
        url: Where the server is.
        email: Who signs in.
        password: Their password.
    """

    url: str
    email: str
    password: str


def run_demo(
    *, server: Server | None, port: int | None, data: Path, own_clips: Sequence[Path], as_json: bool
) -> int:
    """Do the demo; return the exit status.

    Args:
        server: A running server; without one, a local cloud is run meanwhile.
        port: Where that is served.
        data: Its data directory, or where the videos are put if there is a server.
        own_clips: The person's files; without any, samples are drawn.
        as_json: Print one JSON object to stdout and tell the rest to stderr.
    """
    narrator = Narrator(Console(stderr=as_json))
    try:
        with stoppable(), _serving(server, port, data, narrator) as found:
            result = _do(found, data / "videos", own_clips, narrator)
    except StopRequested as stopped:
        narrator.say("Stopped; nothing is left running.")
        return 128 + stopped.number
    if as_json:
        print(json.dumps(result.to_json()))
    else:
        show_result(result, narrator.console)
        _say_how_to_go_on(result, server, data, narrator)
    return 0 if result.succeeded else 1


@contextmanager
def _serving(server: Server | None, port: int | None, data: Path, narrator: Narrator) -> Iterator[Server]:
    """Use the server that there is, or run one meanwhile."""
    if server is not None:
        yield server
        return
    with ExitStack() as running:
        with narrator.step("start", "Run the whole stack on this machine") as step:
            session = running.enter_context(
                local_session(port=port or free_port(), data=data, report=step.report)
            )
        yield Server(session.url, session.user.email, session.user.password)


def _do(server: Server, folder: Path, own_clips: Sequence[Path], narrator: Narrator) -> DemoResult:
    with RetakeClient(server.url, email=server.email, password=server.password) as client:
        with narrator.step("sign_in", f"Sign in at {server.url}"):
            client.sign_in()
        return Demo(client, narrator, folder).run(_clips(folder, own_clips, narrator))


def _clips(folder: Path, own: Sequence[Path], narrator: Narrator) -> list[DemoClip]:
    if own:
        if len(own) < LEAST_CLIPS:
            narrator.say(f"The demo needs {LEAST_CLIPS} clips: yours are repeated in turn.")
        count = max(LEAST_CLIPS, len(own))
        chosen = [own[position % len(own)] for position in range(count)]
        return [DemoClip(file, title=file.stem[:200]) for file in chosen]
    with narrator.step("make_clips", "Draw five clips that differ in size, frame rate and sound"):
        files = make_samples(folder / "clips")
    return [
        DemoClip(file, title=sample.title, prompt=sample.prompt)
        for file, sample in zip(files, SAMPLES, strict=True)
    ]


def _say_how_to_go_on(result: DemoResult, server: Server | None, data: Path, narrator: Narrator) -> None:
    narrator.say()
    if server is None:
        narrator.say("[bold]Go on[/]    the job is kept; run the stack again to look at it and work on:")
        narrator.say(f"         uv run retake up --data {shown_path(data)}")
    else:
        narrator.say(f"[bold]Go on[/]    the job is there: GET {server.url}/api/v1/jobs/{result.job_id}")
    narrator.say("         your own clips: uv run retake demo --clip one.mp4 --clip two.mp4 …")
