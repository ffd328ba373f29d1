"""``retake share``: links that need no sign-in, and the comments that come of them."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from retake_client.cli.connection import Connection
from retake_client.cli.tables import Column, listing, named
from retake_client.cli.video_tables import format_time
from retake_client.http import Json
from retake_client.models import OwnedCommentView, ShareView


def run_create_share(connection: Connection, job_id: str, request: Json) -> None:
    """Make a link and print it, once.

    Args:
        connection: The server, and how its answer is printed.
        job_id: The job or the video.
        request: What the link shows and allows, as ``POST /jobs/{job_id}/shares`` takes it.

    Raises:
        ApiError: If the server refuses it, naming each fault.
    """
    with connection.client() as client:
        made = client.create_share(job_id, request)
        address = f"{client.url}{made['path']}"
    revoke = connection.typed(f"share revoke {job_id} {made['share_id']}")
    lines = [
        f"[bold]Link[/]     {escape(address)}",
        "         Anyone who has it can open it, without an account. It is not shown again.",
        f"[bold]Ends[/]     {format_time(made['expires_at'])}",
        f"[bold]Revoke[/]   {escape(revoke)}",
    ]
    connection.answer({**made, "url": address}, lines)


def run_list_shares(connection: Connection, job_id: str) -> None:
    """List a job's links and their comments."""
    with connection.client() as client:
        shares, comments = client.shares(job_id), client.comments(job_id)
    shown: list[RenderableType] = [shares_table(shares) if shares else "This job has no share links."]
    if comments:
        shown.append(comments_table(comments))
    connection.answer({"shares": shares, "comments": comments}, shown)


def run_revoke_share(connection: Connection, job_id: str, share_id: str) -> None:
    """End a link.

    Raises:
        ApiError: If the job has no such link.
    """
    with connection.client() as client:
        revoked = client.revoke_share(job_id, share_id)
    connection.answer(revoked, [shares_table([revoked])])


def shares_table(shares: Sequence[ShareView]) -> Table:
    """Return links as a list; the id of each is what ``revoke`` takes."""
    return listing(
        "Share links",
        shares,
        Column[ShareView]("Link", lambda share: named(share["title"] or "untitled", share["share_id"])),
        Column[ShareView]("Shows", _shown),
        Column[ShareView](
            "Ends", lambda share: f"{share['status']}\n[dim]{format_time(share['expires_at'])}[/]"
        ),
        Column[ShareView]("Comments", lambda share: str(share["comment_count"]), is_number=True),
    )


def _shown(share: ShareView) -> str:
    compared = share["comparison"]
    if compared is None:
        return "video"
    place = "removed clip" if compared["clip_index"] is None else f"clip {compared['clip_index']}"
    return f"{place}\n[dim]{compared['left']} and {compared['right']}[/]"


def comments_table(comments: Sequence[OwnedCommentView]) -> Table:
    """Return comments by their time in the job's video."""
    ordered = sorted(comments, key=lambda comment: (comment["time_s"] is None, comment["time_s"] or 0))
    return listing(
        "Comments",
        ordered,
        Column[OwnedCommentView]("Comment", lambda comment: named(comment["text"], comment["comment_id"])),
        Column[OwnedCommentView]("Clip", _clip, is_number=True),
        Column[OwnedCommentView]("Second", _second, is_number=True),
        Column[OwnedCommentView]("From", lambda comment: escape(comment["author"])),
    )


def _clip(comment: OwnedCommentView) -> str:
    return "removed" if comment["clip_index"] is None else str(comment["clip_index"])


def _second(comment: OwnedCommentView) -> str:
    return "" if comment["time_s"] is None else f"{comment['time_s']:.2f}"
