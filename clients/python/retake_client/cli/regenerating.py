"""``retake regenerate``: what it costs, and then clip by clip."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rich.markup import escape

from retake_client.cli.connection import Connection
from retake_client.cli.following import await_batch
from retake_client.cli.job_tables import batch_table, price_table
from retake_client.cli.planning import schedule_for
from retake_client.cli.references import Reference, send_references
from retake_client.cli.take_names import format_take
from retake_client.cli.video_tables import format_time
from retake_client.client import batch_body
from retake_client.errors import UsageError, naming
from retake_client.models import ArchiveNoticeView, BatchView, EstimateView, JobView

_FIELD_OF_CLIP = re.compile(r"clips\[(\d+)\](?:\.(references|from|to)\b)?")


@dataclass(frozen=True)
class Asked:
    """The options of the command.

    Attributes:
        clips: Each as ``INDEX=INSTRUCTION``, or ``INDEX`` alone for the instruction of all.
        instruction: For every clip without its own; for all clips of the job where none is named.
        takes: How many to make of each clip; None for the server's choice.
        model: Which makes them; None for the one that made each clip.
        at: When to start; None for now.
        neighbours: The clips beside that each continues, as the API names them.
        references: What each is made from besides words.
        stale: Whether the stale clips are made again, as they were made.
    """

    clips: Sequence[str]
    instruction: str | None
    takes: int | None = None
    model: str | None = None
    at: datetime | None = None
    neighbours: Mapping[str, str | None] = field(default_factory=dict)
    references: Sequence[Reference] = ()
    stale: bool = False

    @property
    def for_all(self) -> Mapping[str, object]:
        """Return what is asked of every clip."""
        return {"takes": self.takes, "model": self.model, **self.neighbours}


def run_regenerate(connection: Connection, job_id: str, asked: Asked, *, yes: bool, wait: bool) -> int:
    """Regenerate clips of a job; return the exit status.

    Args:
        connection: The server, and how its answer is printed.
        job_id: Which job.
        asked: What to do with which clips.
        yes: Do not ask once the price is shown.
        wait: Wait for the batch's end.

    Raises:
        ApiError: If the server refuses it, naming each fault.
        UnexpectedEndError: If it does not end in time.
        UsageError: If it is not said what to do with which clip.
    """
    wanted = {} if asked.stale else parse_clips(asked.clips, asked.instruction)
    if asked.stale and (asked.clips or asked.instruction is not None or asked.references):
        raise UsageError(
            "--stale makes takes again as they were made; leave out --clip, --all and --reference"
        )
    with connection.client() as client, naming(lambda field: _as_typed(field, sorted(wanted))):
        job = client.job(job_id)
        instructions = _instructions(asked, wanted, job)
        if not instructions:
            connection.answer({"clips": []}, ["No clip is stale."])
            return 0
        for_all = {**asked.for_all, **send_references(asked.references, client.upload)}
        estimate = client.estimate(job_id, instructions, **for_all)
        connection.narrator.console.print(price_table(estimate))
        _tell_first(connection, estimate)
        connection.ask_to_go_on(yes=yes)
        if asked.at is not None:
            body = batch_body(instructions, for_all)
            return schedule_for(
                connection, client, asked.at, {"regeneration": {"job_id": job["job_id"], **body}}
            )
        look_again = f"jobs {job['job_id']}"
        with connection.waiting(look_again):
            accepted = client.regenerate(job_id, instructions, **for_all)
            if not wait:
                connection.answer(accepted, [batch_table(accepted), connection.go_on(look_again)])
                return 0
            batch_id = accepted["batch_id"]
            said = {index: text or "made again" for index, text in instructions.items()}
            batch = await_batch(
                *(client, connection.narrator.console, job, batch_id, said), pause=connection.pause
            )
    connection.answer(batch, [batch_table(batch), *_next_steps(connection, batch)])
    return 0 if batch["status"] == "succeeded" else 1


def _instructions(asked: Asked, wanted: Mapping[int, str], job: JobView) -> Mapping[int, str | None]:
    """Return what to do with which clips; None for one that is made again as it was made."""
    if asked.stale:
        return dict.fromkeys(job["update_order"])
    return dict(wanted) or {int(clip["clip_index"]): str(asked.instruction) for clip in job["clips"]}


def _as_typed(field: str, indexes: Sequence[int]) -> str:
    """Return the option that a field of the request came from.

    >>> _as_typed("clips[1].clip_index", [0, 9]), _as_typed("clips[0].takes", []), _as_typed("model", [])
    ('--clip 9', 'clip 0', '--model')
    >>> _as_typed("clips[1].references[0].upload_id", [0, 9]), _as_typed("clips[0].from", [0])
    ('--reference', '--from')
    """
    found = _FIELD_OF_CLIP.match(field)
    if found is None:
        return f"--{field}"
    if found[2] is not None:
        return f"--{found[2].removesuffix('s')}"
    position = int(found[1])
    return f"--clip {indexes[position]}" if position < len(indexes) else f"clip {position}"


def parse_clips(clips: Sequence[str], instruction: str | None) -> dict[int, str]:
    """Read ``INDEX=INSTRUCTION`` and ``INDEX``; empty where all clips are meant.

    >>> parse_clips(["0=make it nighttime", "2"], "warmer colors")
    {0: 'make it nighttime', 2: 'warmer colors'}

    Raises:
        UsageError: If it is not said what to do with a clip, or twice.
    """
    if not clips and instruction is None:
        raise UsageError('Say what to change: --clip 0="make it nighttime", or --all "warmer colors"')
    found: dict[int, str] = {}
    for clip in clips:
        index, _, own = clip.partition("=")
        said = own or instruction
        if not index.strip().isdecimal() or said is None:
            raise UsageError(f'{clip!r} does not say what to do with which clip; write 0="make it nighttime"')
        if int(index) in found:
            raise UsageError(f"Clip {int(index)} is named twice; say all in one instruction")
        found[int(index)] = said
    return found


def _next_steps(connection: Connection, batch: BatchView) -> list[str]:
    """Say how to see the video, how to choose where there are takes to choose from, or how to go on."""
    job_id = batch["job_id"]
    if batch["status"] == "held":
        resume = connection.typed(f"queue resume {batch['batch_id']}")
        held = batch.get("held")
        reason = held["reason"] if held else ""
        return [escape(reason), f"[bold]Resume[/]   {escape(resume)} (--model NAME for another model)"]
    several = [item["clip_index"] for item in batch["regenerations"] if item["takes"] > 1]
    chosen = connection.typed(f"restore {job_id} {several[0]} VERSION") if several else ""
    return [
        *([f"[bold]Choose[/]   {escape(chosen)}"] if several else []),
        connection.go_on(f"download {job_id}"),
    ]


def _tell_first(connection: Connection, estimate: EstimateView) -> None:
    """Say what a person should know before they agree."""
    for warning in estimate["warnings"]:
        connection.narrator.say(f"[yellow]{escape(warning)}[/]")
    for take in estimate["archives"]:
        still = "" if take["version_id"] else ", a take still to be made,"
        connection.narrator.say(
            f"[yellow]Version {take['version_number']}{still} of clip {escape(format_take(take))} "
            f"will go to the archive; it can be restored until {format_time(take['restorable_until'])}. "
            f"{_loss_of(take)}[/]"
        )


def _loss_of(take: ArchiveNoticeView) -> str:
    if take["min_vmaf"] is None:
        return "It came back from there before and loses nothing more."
    return (
        f"Its picture is encoded for that once, at VMAF {take['min_vmaf']:g} or more, and never again; "
        "its sound stays exact."
    )
