"""``retake create`` and ``retake batch``: videos from words, their price first, and how far they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import RenderableType
from rich.markup import escape

from retake_client.cli.connection import Connection
from retake_client.cli.narration import Narrator
from retake_client.cli.pauses import growing_pauses
from retake_client.cli.planning import find_template, schedule_for
from retake_client.cli.tables import listed
from retake_client.cli.video_specs import VideoSpec, as_option, as_written, read_batch_file
from retake_client.cli.video_tables import VideoProgress, video_price_table, videos_table
from retake_client.client import RetakeClient
from retake_client.errors import UsageError, naming
from retake_client.http import Json
from retake_client.models import CreationView, ProjectView, VideoEstimatesView

"""Percentages are in no event; a look every few seconds costs the server one read."""


@dataclass(frozen=True)
class Plan:
    """When videos are made, and whether the command asks and waits.

    Attributes:
        at: Then; now if nothing is said.
        yes: Do not ask once the price is shown.
        wait: Wait until it is made.
    """

    at: datetime | None = None
    yes: bool = False
    wait: bool = True


@dataclass(frozen=True)
class FromTemplate:
    """A template, by its name or id, and what stands for its placeholders."""

    name: str
    values: Mapping[str, str]


def run_create(
    connection: Connection,
    spec: VideoSpec,
    *,
    variations: int | None,
    project: str | None,
    template: FromTemplate | None,
    plan: Plan,
) -> int:
    """Make a video, or variations of it; return the exit status.

    Args:
        connection: The server, and how its answer is printed.
        spec: What it should show.
        variations: How many takes of it; one video without any if nothing is said.
        project: Name or id of the project that it belongs to; one is made if there is none.
        template: Says what is not said otherwise.
        plan: When it is made, and how that is printed.

    Raises:
        ApiError: If the server refuses it, naming each fault.
        UsageError: If there is no such template.
    """
    with connection.client() as client, naming(as_option):
        known = {} if template is None else _filled(client, template)
        variations = known.pop("variations", None) if variations is None else variations
        in_project = {name: known.pop(name) for name in ("project_id",) if name in known}
        spec = VideoSpec({**known, **spec.settings}, spec.references)
        # One video is priced as one variation: so are its faults those of the video itself.
        count = 1 if variations is None else variations
        price = client.estimate_videos({**spec.to_price, "variations": count})
        show_price(connection, price, yes=plan.yes)
        named = _in_project(client, project, connection.narrator)
        request = {**spec.request(client.upload), **in_project, **named}
        if variations is not None:
            request["variations"] = variations
        return _asked(connection, client, request, plan)


def _filled(client: RetakeClient, template: FromTemplate) -> Json:
    found = find_template(client, template.name)
    with naming(lambda field: field.replace("values.", "set ")):
        return dict(client.fill_template(str(found["template_id"]), template.values))


def run_batch(connection: Connection, file: Path, *, project: str | None, plan: Plan) -> int:
    """Make the different videos that a TOML file asks for; return the exit status.

    Args:
        connection: The server, and how its answer is printed.
        file: The file.
        project: Name or id of their project; the file's if nothing is said.
        plan: When they are made, and how that is printed.

    Raises:
        ApiError: If the server refuses it, naming each fault of each video.
        UsageError: If the file cannot be understood.
    """
    batch = read_batch_file(file)
    with connection.client() as client, naming(as_written):
        show_price(
            connection,
            client.estimate_videos({"videos": [one.to_price for one in batch.videos]}),
            yes=plan.yes,
        )
        request = {
            "videos": [spec.request(client.upload) for spec in batch.videos],
            **_in_project(client, project or batch.project, connection.narrator),
        }
        return _asked(connection, client, request, plan)


def find_project(client: RetakeClient, name: str) -> ProjectView | None:
    """Return the project with this id or name; upper and lower case are one, as they are to the API."""
    wanted = " ".join(name.split()).casefold()
    for project in client.projects():
        if name == project["project_id"] or wanted == str(project["name"]).casefold():
            return project
    return None


def require_project(client: RetakeClient, name: str) -> ProjectView:
    """Return the project with this id or name. Raises ``UsageError``."""
    found = find_project(client, name)
    if found is None:
        raise UsageError(f"There is no project {name!r}; `retake create --project` makes one")
    return found


def run_videos(
    connection: Connection,
    *,
    project: str | None,
    status: str | None,
    find: str | None,
    limit: int | None,
    cursor: str | None,
) -> None:
    """List videos, newest first.

    Args:
        connection: The server, and how its answer is printed.
        project: Name or id of a project; all if nothing is said.
        status: One status; all if nothing is said.
        find: Words of title or prompt; all if nothing is said.
        limit: How many a page has.
        cursor: Where the page before ended.

    Raises:
        UsageError: If there is no such project.
    """
    with connection.client() as client:
        found = None if project is None else require_project(client, project)
        wanted = {
            "project_id": found and found["project_id"],
            "status": status,
            "q": find,
            "limit": limit,
            "cursor": cursor,
        }
        page = client.videos({name: str(value) for name, value in wanted.items() if value is not None})
    none = "There are no such videos." if project or status or find or cursor else "There are no videos yet."
    connection.answer(page, listed(page, videos_table(page["videos"]), none=none))


def show_price(connection: Connection, estimate: VideoEstimatesView, *, yes: bool) -> None:
    """Show what videos are going to cost, and ask whether to go on."""
    connection.narrator.console.print(video_price_table(estimate))
    for warning in estimate["warnings"]:
        connection.narrator.say(f"[yellow]{escape(warning)}[/]")
    connection.ask_to_go_on(yes=yes)


def _in_project(client: RetakeClient, name: str | None, narrator: Narrator) -> Json:
    if name is None:
        return {}
    project = find_project(client, name)
    if project is None:
        project = client.create_project(name)
        narrator.say(f"Made the project {escape(name)}.")
    return {"project_id": project["project_id"]}


def _asked(connection: Connection, client: RetakeClient, request: Json, plan: Plan) -> int:
    if plan.at is None:
        return follow_videos(connection, client, lambda: client.create_videos(request), wait=plan.wait)
    kind = "batch" if "videos" in request else "variations" if "variations" in request else "video"
    return schedule_for(connection, client, plan.at, {kind: request})


def follow_videos(
    connection: Connection, client: RetakeClient, start: Callable[[], str], *, wait: bool
) -> int:
    """Start videos, wait for their end if that is asked for, and show them; return the exit status.

    Args:
        connection: The server, and how its answer is printed.
        client: Of that server.
        start: Asks for the videos; returns the id that they are followed by.
        wait: Wait until they are made.
    """
    with connection.waiting("videos"):
        creation = client.creation(start())
        if wait:
            creation = _await_videos(connection, client, creation)
    videos = creation["videos"]
    shown: list[RenderableType] = [videos_table(videos)]
    shown += [
        f"[red]{escape(video['title'])}: {escape(video['error'])}[/]" for video in videos if video["error"]
    ]
    done = [str(video["video_id"]) for video in videos if video["status"] == "completed"]
    if done:
        shown.append(connection.go_on("download " + " ".join(done)))
    elif not wait:
        shown.append(connection.go_on("videos"))
    connection.answer(creation, shown)
    return 0 if creation["status"] == "completed" or not wait else 1


def _await_videos(connection: Connection, client: RetakeClient, creation: CreationView) -> CreationView:
    # No deadline here: the server ends every video, as failed if its generation stays silent too long.
    pauses = growing_pauses()
    with VideoProgress(connection.narrator.console) as progress:
        while True:
            progress.show(creation["videos"])
            if creation["status"] != "processing":
                return creation
            connection.pause(next(pauses))
            creation = client.creation(str(creation["batch_id"]))
