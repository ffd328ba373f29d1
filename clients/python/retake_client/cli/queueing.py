"""``retake queue``: what has not ended, and what can be done about it."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from retake_client.cli.connection import Connection
from retake_client.cli.job_tables import price_table
from retake_client.cli.queue_actions import Action
from retake_client.cli.tables import Column, known_cost, listing, named
from retake_client.cli.video_tables import format_status
from retake_client.client import RetakeClient
from retake_client.errors import UsageError
from retake_client.models import QueueEntryView


def run_queue(connection: Connection) -> None:
    """List everything that has not ended, as it is going to run."""
    with connection.client() as client:
        entries = client.queue()
    nothing = "Nothing of yours runs or waits."
    connection.answer({"entries": entries}, [queue_table(entries) if entries else nothing])


def run_change(connection: Connection, action: Action, entry_id: str | None, place: int | None) -> None:
    """Pause, resume, cancel or move an entry, and show the queue as it is then.

    Args:
        connection: The server, and how its answer is printed.
        action: What to do.
        entry_id: The video's id, or the batch's.
        place: Where to move a batch among those that wait, from 1.

    Raises:
        ApiError: If the server refuses it.
        UsageError: If it is not said what to do with which, or there is none such.
    """
    if entry_id is None:
        raise UsageError(f"Say which: retake queue {action} ID; retake queue shows the ids")
    if (action is Action.MOVE) != (place is not None):
        raise UsageError("Only move takes a place, and it needs one: retake queue move ID 1")
    with connection.client() as client:
        entry = _entry_of(client, entry_id)
        if place is None:
            client.change_entry(entry, action)
        elif entry["kind"] == "video":
            raise UsageError("Videos do not wait for each other, so there is nothing to move")
        else:
            client.move_batch(entry["job_id"], entry_id, place)
        entries = client.queue()
    connection.answer({"entries": entries}, [queue_table(entries)])


def run_model_change(
    connection: Connection, action: Action | None, entry_id: str | None, model: str, *, yes: bool
) -> None:
    """Resume a held batch with another model, and show the queue as it is then.

    Args:
        connection: The server, and how its answer is printed.
        action: What was typed with the model.
        entry_id: The batch's id.
        model: Name in the catalogue.
        yes: Do not ask once the price is shown.

    Raises:
        ApiError: If the server refuses it, such as for a model that cannot make what is left.
        UsageError: If it is not said which batch, or there is none such.
    """
    if action is not Action.RESUME or entry_id is None:
        raise UsageError(
            f"A model is for a held batch that is resumed: retake queue resume ID --model {model}"
        )
    with connection.client() as client:
        entry = _entry_of(client, entry_id)
        if entry["state"] != "held":
            raise UsageError(f"{entry_id} is {entry['state']}; only a held batch is given another model")
        estimate = client.estimate_model_change(entry["job_id"], entry["batch_id"], model)
        connection.narrator.console.print(price_table(estimate))
        connection.ask_to_go_on(yes=yes)
        with connection.waiting("queue"):
            client.change_model(entry["job_id"], entry["batch_id"], model)
        entries = client.queue()
    connection.answer({"entries": entries}, [queue_table(entries)])


def _entry_of(client: RetakeClient, entry_id: str) -> QueueEntryView:
    found = [entry for entry in client.queue() if entry["id"] == entry_id]
    if not found:
        raise UsageError(f"Nothing in your queue has the id {entry_id}; retake queue shows what there is")
    return found[0]


def queue_table(entries: Sequence[QueueEntryView]) -> Table:
    """Return what has not ended as a list, in the order given."""
    return listing(
        "Queue",
        entries,
        Column("what", _title_of),
        Column("state", _state_of),
        Column("done in", _expected_in, is_number=True),
        Column("cost", lambda entry: known_cost(entry["estimated_cost"]), is_number=True),
        Column("can be", lambda entry: ", ".join(_ACTION_NAMES[action] for action in entry["actions"])),
    )


def _title_of(entry: QueueEntryView) -> str:
    clips = f", {entry['clip_count']} takes" if entry["kind"] == "batch" else ""
    return named(f"{entry['title']}{clips}", entry["id"])


def _state_of(entry: QueueEntryView) -> str:
    progress = f" {entry['progress']} %" if entry["state"] == "running" else ""
    place = f"\n{entry['position']} before it" if entry["position"] else ""
    reason = f"\n{entry['reason']}" if entry.get("reason") else ""
    return format_status(entry["state"]) + progress + place + escape(reason)


def _expected_in(entry: QueueEntryView) -> str:
    return "" if entry["expected_in"] is None else f"{entry['expected_in']} s"


_ACTION_NAMES = {
    "pause": "paused",
    "resume": "resumed",
    "cancel": "cancelled",
    "move": "moved",
    "change_model": "given another model",
}
