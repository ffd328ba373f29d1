"""``retake demo``: find a server, or run one for the while, and show what Retake does."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from infra.cli.demo import INSTRUCTIONS, Demo
from infra.cli.demo_result import DemoResult
from infra.cli.demo_tables import show_result
from infra.cli.samples import SAMPLES, Sample, make_samples
from infra.cli.session import LocalSession, free_port, local_session
from infra.cli.walkthrough import DemoClip, Walkthrough
from retake.routes import JobRoute
from retake_client.cli.interrupts import StopRequested, stoppable
from retake_client.cli.narration import Narrator
from retake_client.cli.paths import shown_path
from retake_client.cli.server import Server
from retake_client.cli.terminal import Terminal
from retake_client.client import RetakeClient
from retake_client.http import Json

LEAST_CLIPS = max(INSTRUCTIONS) + 1


class Result(Protocol):
    """What any demo comes to."""

    @property
    def succeeded(self) -> bool:
        """Whether everything was as it should be."""

    def to_json(self) -> Json:
        """Return what ``--json`` prints."""


R = TypeVar("R", bound=Result)


def run_demo(
    *, server: Server | None, port: int | None, data: Path, own_clips: Sequence[Path], as_json: bool
) -> int:
    """Do the demo; return the exit status.

    Args:
        server: A running server; without one, a local cloud is run meanwhile.
        port: Where that is served.
        data: Its data directory, or where the videos are put if there is a server.
        own_clips: The person's files; without any, samples are drawn.
        as_json: Print one JSON object to stdout and the rest to stderr.
    """
    narrator = Narrator(Terminal(stderr=as_json))
    folder = data / "videos"

    def do() -> DemoResult:
        with ExitStack() as running:
            found = server or server_of(running.enter_context(serving(port, data, narrator)))
            client = running.enter_context(signed_in(found, narrator))
            return Demo(Walkthrough(client, narrator, folder)).run(_clips(folder, own_clips, narrator))

    def show(result: DemoResult) -> None:
        show_result(result, narrator.console)
        _say_how_to_go_on(result, server, data, narrator)

    return carry_out(do, show, narrator=narrator, as_json=as_json)


def carry_out(do: Callable[[], R], show: Callable[[R], None], *, narrator: Narrator, as_json: bool) -> int:
    """Run a demo until it ends or is stopped; print its result; return the exit status."""
    try:
        with stoppable():
            result = do()
    except StopRequested as stopped:
        narrator.say("Stopped; nothing is left running.")
        return 128 + stopped.number
    if as_json:
        print(json.dumps(result.to_json()))
    else:
        show(result)
    return 0 if result.succeeded else 1


@contextmanager
def serving(
    port: int | None, data: Path, narrator: Narrator, *, reset: bool = False
) -> Iterator[LocalSession]:
    """Run a server meanwhile."""
    with ExitStack() as running:
        with narrator.step("start", "Run the whole stack on this machine") as step:
            session = running.enter_context(
                local_session(port=port or free_port(), data=data, reset=reset, report=step.report)
            )
        yield session


def server_of(session: LocalSession) -> Server:
    """Return a local cloud with its own user."""
    return Server(session.url, session.user.email, session.user.password)


@contextmanager
def signed_in(server: Server, narrator: Narrator) -> Iterator[RetakeClient]:
    """Sign in, for as long as it is needed."""
    with RetakeClient(server.url, email=server.email, password=server.password) as client:
        with narrator.step("sign_in", f"Sign in at {server.url}"):
            client.sign_in()
        yield client


def _clips(folder: Path, own: Sequence[Path], narrator: Narrator) -> list[DemoClip]:
    if own:
        if len(own) < LEAST_CLIPS:
            narrator.say(f"The demo needs {LEAST_CLIPS} clips: yours are repeated in turn.")
        count = max(LEAST_CLIPS, len(own))
        return own_demo_clips([own[position % len(own)] for position in range(count)])
    with narrator.step("make_clips", "Draw five clips that differ in size, frame rate and sound"):
        return drawn_clips(folder, SAMPLES)


def own_demo_clips(files: Sequence[Path]) -> list[DemoClip]:
    """Return a person's files as clips, titled by their names."""
    return [DemoClip(file, title=file.stem[:200]) for file in files]


def drawn_clips(folder: Path, samples: Sequence[Sample]) -> list[DemoClip]:
    """Draw samples that are not there yet; return them as clips."""
    files = make_samples(folder / "clips", samples)
    return [
        DemoClip(file, title=sample.title, prompt=sample.prompt)
        for file, sample in zip(files, samples, strict=True)
    ]


def _say_how_to_go_on(result: DemoResult, server: Server | None, data: Path, narrator: Narrator) -> None:
    narrator.say()
    if server is None:
        narrator.say("[bold]Go on[/]    the job is kept; run the stack again to look at it and work on:")
        narrator.say(f"         uv run retake up --data {shown_path(data)}")
    else:
        address = JobRoute.READ.address(job_id=result.job_id)
        narrator.say(f"[bold]Go on[/]    the job is there: GET {server.url}{address}")
    narrator.say("         your own clips: uv run retake demo --clip one.mp4 --clip two.mp4 …")
