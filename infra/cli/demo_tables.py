"""A demo's tables."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from infra.cli.demo_result import DemoResult, RestoreResult
from retake_client.cli.job_tables import versions_table
from retake_client.cli.paths import shown_path


def steps_table(result: DemoResult) -> Table:
    """Return what each step took, beside the promised limits."""
    table = Table(title="Time", title_justify="left")
    table.add_column("step")
    table.add_column("took", justify="right")
    table.add_column("limit", justify="right")
    for step in result.steps:
        seconds, limit = step.seconds or 0, step.limit_s
        if limit is None:
            table.add_row(step.name, f"{seconds:.2f} s", "")
            continue
        words = "5-8 min for 3 clips" if limit > 1 else "under 500 ms"
        mark = "[green]✓[/]" if seconds <= limit else "[red]✗[/]"
        table.add_row(step.name, f"{seconds:.2f} s {mark}", words, style="bold")
    return table


def show_result(result: DemoResult, console: Console) -> None:
    """Print a demo's end."""
    console.print()
    console.print(versions_table(result.history))
    console.print(steps_table(result))
    if result.restore is not None:
        _show_restore(result.restore, console)
    console.print(
        f"[bold]Video[/]    {escape(shown_path(result.video))} ({result.duration_s:.1f} s)", soft_wrap=True
    )


def _show_restore(restore: RestoreResult, console: Console) -> None:
    proof = restore.proof
    if restore.similarity is not None:
        console.print(
            f"[bold]Compare[/]  clip {restore.clip_index}: its two takes are "
            f"{restore.similarity:.0%} alike (structural similarity)"
        )
    mark = "[green]✓[/]" if proof.holds else "[red]✗[/]"
    console.print(
        f"[bold]Restore[/]  {mark} version {restore.version_number} of clip {restore.clip_index}: "
        f"its {proof.frames_in_span} frames are {_are(ok=proof.span_is_first)} those of the first video, "
        f"the other {proof.frames_elsewhere} are {_are(ok=proof.rest_is_second)} those of the second",
        soft_wrap=True,
    )
    if not proof.takes_differ:
        console.print("[red]The two takes do not differ: the instruction changed nothing.[/]")
    console.print(f"[bold]Restored[/] {escape(shown_path(restore.video))}", soft_wrap=True)


def _are(*, ok: bool) -> str:
    return "exactly" if ok else "[red]NOT[/]"
