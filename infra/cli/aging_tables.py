"""The tables of the demo of old takes."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from infra.cli.aging_result import AgingResult, ArchivedTake
from retake_client.cli.paths import shown_path


def show_aging(result: AgingResult, console: Console) -> None:
    """Print the demo's end."""
    console.print()
    console.print(_takes_table(result))
    console.print(_storage_table(result))
    back = result.comeback
    console.print(
        f"[bold]Restore[/]  {_mark(ok=back.holds)} version {back.version_number} came back from the archive: "
        f"{back.likeness:.1%} like the original (the take that it replaced: {back.likeness_before:.1%}); "
        f"all other frames are {'' if back.rest_is_same else '[red]NOT[/] '}the same",
        soft_wrap=True,
    )
    refusal = result.refusal
    said = "nothing: it should have been refused" if refusal is None else f"{refusal.status} {refusal.detail}"
    console.print(
        f"[bold]Deleted[/]  {_mark(ok=refusal is not None)} asked for: {escape(said)}", soft_wrap=True
    )
    console.print(
        f"[bold]Video[/]    {_mark(ok=result.video_unchanged)} {escape(shown_path(back.video))}, "
        "frame by frame as it was before the old takes were deleted",
        soft_wrap=True,
    )


def _takes_table(result: AgingResult) -> Table:
    table = Table(title="Takes", title_justify="left")
    for name in ("version", "made by", "at the end"):
        table.add_column(name)
    for name in ("before the archive", "in it", "saved", "VMAF"):
        table.add_column(name, justify="right")
    archived = {take.version_number: take for take in result.archived}
    for take in reversed(result.history):
        copy = archived.get(take["version_number"])
        values = _archived(copy) if copy else ()
        table.add_row(
            str(take["version_number"]),
            escape(take["user_instruction"] or "original"),
            take["state"],
            *values,
        )
    return table


def _archived(copy: ArchivedTake) -> tuple[str, ...]:
    quality = "as it was" if copy.vmaf is None else f"{copy.vmaf:.1f}"
    return _mb(copy.size_bytes_before), _mb(copy.size_bytes), f"{copy.saved:.0%}", quality


def _storage_table(result: AgingResult) -> Table:
    table = Table(title="Storage", title_justify="left")
    for name in ("day", "what happened"):
        table.add_column(name)
    for name in ("active", "archived", "on disk"):
        table.add_column(name, justify="right")
    for stage in result.stages:
        waiting = "" if stage.is_exact else " [dim]*[/]"
        sizes = (_mb(stage.active_bytes), _mb(stage.archived_bytes), _mb(stage.stored.size_bytes) + waiting)
        table.add_row(str(stage.day), stage.happened, *sizes)
    table.caption = "* with what nothing refers to any more and is deleted after two hours"
    return table


def _mark(*, ok: bool) -> str:
    return "[green]✓[/]" if ok else "[red]✗[/]"


def _mb(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.2f} MB"
