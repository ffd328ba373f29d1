"""A demo's tables."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from infra.cli.demo_result import DemoResult, RestoreResult
from infra.cli.http import Json
from infra.cli.paths import shown_path
from infra.cli.take_names import clip_of, told_take


def price_table(estimate: Json) -> Table:
    """Return the price breakdown a clip, subtotal, discount, total."""
    price = estimate["cost_breakdown"]
    table = Table(title="Price", title_justify="left", show_footer=False)
    table.add_column("clip")
    table.add_column("length", justify="right")
    table.add_column("cost", justify="right")
    for take in price["clips"]:
        table.add_row(escape(told_take(take)), f"{take['duration_s']:.1f} s", dollars(take["cost"]))
    table.add_section()
    table.add_row("subtotal", "", dollars(price["subtotal"]))
    if price["discount"]:
        table.add_row(
            "batch discount",
            f"{price['discount_rate']:.0%}",
            "-" + dollars(price["discount"]),
            style="green",
        )
    table.add_row("total", "", dollars(price["total"]), style="bold")
    return table


def history_table(history: Mapping[int, Sequence[Json]]) -> Table:
    """Return every take of every clip, newest first."""
    table = Table(title="Version history", title_justify="left")
    for name in ("clip", "version", "made by", "cost", "size"):
        table.add_column(name, justify="right" if name in ("cost", "size") else "left")
    for index, takes in history.items():
        for take in takes:
            current = take["is_current"]
            table.add_row(
                escape(clip_of(takes, index)) if take is takes[0] else "",
                f"{take['version_number']}" + (" ✓ current" if current else f" {take['state']}"),
                escape(take["user_instruction"] or "original"),
                dollars(take["cost"]),
                f"{take['size_bytes'] / 1e6:.1f} MB",
                style=None if current else "dim",
            )
        table.add_section()
    return table


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
    console.print(history_table(result.history))
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


def dollars(amount: float | None) -> str:
    """Return an amount of US dollars as people read it: its cents, no more digits than it has, or none.

    >>> dollars(0.054), dollars(2), dollars(None)
    ('$0.054', '$2.00', 'not published')
    """
    if amount is None:
        return "not published"
    text = f"{amount:.4f}".rstrip("0")
    whole, _, cents = text.partition(".")
    return f"${whole}.{cents.ljust(2, '0')}"
