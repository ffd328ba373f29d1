"""``retake compare``: two versions of a clip, and in what they differ."""

from rich.console import RenderableType
from rich.markup import escape

from retake_client.cli.connection import Connection
from retake_client.cli.extension import program
from retake_client.cli.tables import Column, table
from retake_client.cli.take_names import clip_of, version_of
from retake_client.errors import UsageError
from retake_client.models import ComparisonView, VersionView


def run_compare(
    connection: Connection, job_id: str, clip_index: int, left: str | None, right: str | None
) -> None:
    """Show two versions of a clip side by side.

    Args:
        connection: The server, and how its answer is printed.
        job_id: The clip's job.
        clip_index: Which clip.
        left: A version's number or id; the one before ``right`` where None.
        right: Likewise; the current one where None.

    Raises:
        ApiError: If the server refuses it, such as for a version that is in the archive.
        UsageError: If the clip has no such version, or only one.
    """
    with connection.client() as client:
        takes = client.versions(job_id, clip_index)
        second = version_of(takes, clip_index, right) if right else _current(takes, clip_index)
        first = version_of(takes, clip_index, left) if left else _before(takes, clip_index, second)
        with connection.narrator.spinner("Compare the two versions"):
            found = client.compare(
                job_id, clip_index, left=str(first["version_id"]), right=str(second["version_id"])
            )
    connection.answer(found, _shown(found))


def _current(takes: list[VersionView], clip_index: int) -> VersionView:
    for take in takes:
        if take["is_current"]:
            return take
    clip = clip_of(takes, clip_index)
    raise UsageError(f"Clip {clip} has no current version yet; `{program()} jobs` shows its status")


def _before(takes: list[VersionView], clip_index: int, later: VersionView) -> VersionView:
    earlier = [take for take in takes if take["version_number"] < later["version_number"]]
    others = earlier or [take for take in takes if take is not later]
    if not others:
        clip = clip_of(takes, clip_index)
        raise UsageError(f"Clip {clip} has one version only; there is nothing to compare it with")
    return max(others, key=lambda take: int(take["version_number"]))


def _shown(found: ComparisonView) -> list[RenderableType]:
    left, right = found["left"], found["right"]
    clip = clip_of([left, right], found["clip_index"])
    shown = table(
        f"Clip {escape(clip)}",
        found["differences"],
        Column("", lambda item: str(item["field"]).replace("_", " ")),
        Column(f"version {left['version_number']}", lambda item: _cell(item["left"])),
        Column(f"version {right['version_number']}", lambda item: _cell(item["right"])),
    )
    alike = found["similarity"]
    known = [] if alike is None else [f"The pictures are {alike:.0%} alike (structural similarity)."]
    return [shown, *known]


def _cell(value: object) -> str:
    return "" if value is None else escape(str(value))
