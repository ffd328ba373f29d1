"""Writes after-images of table items, queue messages and executions into the journal.

Each recorder writes the new value under its key, so that replaying a record twice, or
over a snapshot that already holds it, changes nothing.
"""

# ruff: noqa: SLF001, ANN401 - patches ministack's untyped insides; every patch asserts its anchor first

import copy
import functools
import logging
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import dynamodb, sqs, stepfunctions

from infra.local.journal import Journal, Record
from infra.local.patches.guard import PatchGuard

logger = logging.getLogger(__name__)

_ITEM, _MESSAGE, _EXECUTION = "item", "message", "execution"
_WHOLE_HISTORIES = 50
_KEPT_EXECUTIONS = 1000
"""Some 10 kB each. AWS forgets them after 90 days; only what has not ended is asked for again."""

_TABLE_OPERATIONS = (
    "_put_item",
    "_update_item",
    "_delete_item",
    "_batch_write_item",
    "_transact_write_items",
)


def replay(records: Iterable[Record]) -> int:
    """Apply journalled after-images to the emulator's memory.

    Call it after ministack has loaded its snapshots and before anything records.

    Returns:
        How many records were applied.
    """
    apply: dict[str, Callable[[Any, Any], None]] = {
        _ITEM: _apply_item,
        _MESSAGE: _apply_message,
        _EXECUTION: _apply_execution,
    }
    count = 0
    for record in records:
        apply[record["kind"]](record["key"], record["value"])
        count += 1
    for table in dynamodb._tables._data.values():
        dynamodb._items_replaced(table)
    return count


def record_items(journal: Journal) -> None:
    """Journal every item that DynamoDB stores or removes, a transaction as one line."""
    guard = PatchGuard("record_items")
    store, remove = dynamodb._set_item, dynamodb._remove_item
    guard.signature(store, "table", "pk_val", "sk_val", "item")
    guard.signature(remove, "table", "pk_val", "sk_val")

    def key_of(table: dict[str, Any], pk: str, sk: str) -> list[str]:
        _, _, _, region, account, name = table["TableArn"].split(":", 5)
        return [account, region, name.partition("/")[2], pk, sk]

    def back_to(table: dict[str, Any], pk: str, sk: str, previous: Any) -> Callable[[], object]:
        if previous is None:
            return lambda: remove(table, pk, sk)
        return lambda: store(table, pk, sk, previous)

    def set_item(table: dict[str, Any], pk_val: str, sk_val: str, item: dict[str, Any]) -> object:
        previous = store(table, pk_val, sk_val, item)
        record = {"kind": _ITEM, "key": key_of(table, pk_val, sk_val), "value": item}
        journal.append(record, back_to(table, pk_val, sk_val, previous))
        return previous

    def remove_item(table: dict[str, Any], pk_val: str, sk_val: str) -> object:
        previous = remove(table, pk_val, sk_val)
        if previous is not None:
            record = {"kind": _ITEM, "key": key_of(table, pk_val, sk_val), "value": None}
            journal.append(record, back_to(table, pk_val, sk_val, previous))
        return previous

    dynamodb._set_item, dynamodb._remove_item = set_item, remove_item
    for name in _TABLE_OPERATIONS:
        guard.signature(getattr(dynamodb, name), "data")
        setattr(dynamodb, name, _grouped(journal, getattr(dynamodb, name)))


def _grouped(journal: Journal, operation: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    @functools.wraps(operation)
    def run(data: dict[str, Any]) -> Any:
        try:
            with journal.group():
                return operation(data)
        except OSError as error:
            logger.error("a write was refused: %s", error)  # noqa: TRY400 - where it was is known
            return error_response_json(
                "ServiceUnavailable", f"The disk does not take it: {error.strerror}.", 503
            )

    return run


def _apply_item(key: list[str], value: dict[str, Any] | None) -> None:
    account, region, name, pk, sk = key
    table = dynamodb._tables.get_scoped(account, region, name)
    if table is None:  # deleted since
        return
    items: dict[str, dict[str, Any]] = table["items"]
    if value is not None:
        items.setdefault(pk, {})[sk] = value
    elif pk in items:
        items[pk].pop(sk, None)
        if not items[pk]:
            del items[pk]


class RecordedMessages(list[dict[str, Any]]):
    """A queue's messages; each coming and going is journalled."""

    def __init__(self, messages: Iterable[dict[str, Any]], queue_arn: str, journal: Journal) -> None:
        """Take over messages that are already recorded."""
        super().__init__(messages)
        self._arn = queue_arn
        self._journal = journal

    def append(self, message: dict[str, Any]) -> None:
        """Add a message, recorded as it is now."""
        sqs._ensure_msg_fields(message)
        # Recorded first: what the disk does not take never was in the queue.
        self._journal.append({"kind": _MESSAGE, "key": [self._arn, message["id"]], "value": message})
        super().append(message)

    def remove(self, message: dict[str, Any]) -> None:
        """Remove a message."""
        self.forget([message])
        super().remove(message)

    def clear(self) -> None:
        """Remove all messages."""
        self.forget(self)
        super().clear()

    def forget(self, gone: Iterable[dict[str, Any]]) -> None:
        """Record that messages are gone."""
        with self._journal.group():
            for message in gone:
                self._journal.append({"kind": _MESSAGE, "key": [self._arn, message["id"]], "value": None})

    def __deepcopy__(self, memo: dict[int, Any]) -> list[dict[str, Any]]:
        return [dict(message) for message in self]


class RecordedQueue(dict[str, Any]):
    """A queue whose messages are recorded however they are replaced."""

    def __init__(self, queue: dict[str, Any], journal: Journal) -> None:
        """Take over a queue whose messages are already recorded."""
        super().__init__(queue)
        self._journal = journal
        super().__setitem__("messages", self._adopt(queue["messages"]))

    def _adopt(self, messages: Iterable[dict[str, Any]]) -> RecordedMessages:
        return RecordedMessages(messages, self["attributes"]["QueueArn"], self._journal)

    def __setitem__(self, name: str, value: Any) -> None:
        if name == "messages":
            kept = {message["id"] for message in value}
            self["messages"].forget([message for message in self["messages"] if message["id"] not in kept])
            value = self._adopt(value)
        super().__setitem__(name, value)

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return {name: copy.deepcopy(value, memo) for name, value in self.items()}


class _Queues(dict[Any, dict[str, Any]]):
    """The store of queues, which makes each one recorded as it comes in."""

    def __init__(self, queues: dict[Any, dict[str, Any]], journal: Journal) -> None:
        self._journal = journal
        super().__init__({key: RecordedQueue(queue, journal) for key, queue in queues.items()})

    def __setitem__(self, key: Any, queue: dict[str, Any]) -> None:
        known = queue if isinstance(queue, RecordedQueue) else RecordedQueue(queue, self._journal)
        super().__setitem__(key, known)

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[Any, dict[str, Any]]:
        return {key: copy.deepcopy(queue, memo) for key, queue in self.items()}


def record_messages(journal: Journal) -> None:
    """Journal every message that enters or leaves a queue.

    What a consumer has received is not recorded: after a kill it is delivered again.
    """
    guard = PatchGuard("record_messages")
    guard.require(holds=type(sqs._queues._data) is dict, detail="queues are kept in another kind of store")
    sqs._queues._data = _Queues(sqs._queues._data, journal)


def _apply_message(key: list[str], value: dict[str, Any] | None) -> None:
    arn, message_id = key
    for queue in sqs._queues._data.values():
        if queue["attributes"]["QueueArn"] == arn:
            queue["messages"] = [message for message in queue["messages"] if message["id"] != message_id]
            if value is not None:
                queue["messages"].append(value)


def record_executions(journal: Journal) -> None:
    """Journal the start and the end of every execution, without its history.

    Of those that ended, the last keep their histories in memory, more keep how they ended, and the oldest
    are forgotten.
    """
    guard = PatchGuard("record_executions")
    original = stepfunctions._emit_execution_status_event
    guard.signature(original, "execution")
    ended: deque[dict[str, Any]] = deque()

    def emit_execution_status_event(execution: dict[str, Any]) -> None:
        kept = {**execution, "events": [*execution["events"][:1], *execution["events"][1:][-1:]]}
        try:
            journal.append({"kind": _EXECUTION, "key": execution["executionArn"], "value": kept})
        except OSError:
            if execution["status"] == "RUNNING":
                stepfunctions._executions.pop(execution["executionArn"], None)
                raise  # it was not accepted
            # After a kill it counts as interrupted, and what was to be done after it is done again.
            logger.exception("the end of %s is not on the disk", execution["executionArn"])
        original(execution)
        if execution["status"] != "RUNNING":
            ended.append(execution)
            if len(ended) > _WHOLE_HISTORIES:
                forgotten = ended.popleft()
                forgotten["events"] = [*forgotten["events"][:1], *forgotten["events"][1:][-1:]]
            forget_executions()

    stepfunctions._emit_execution_status_event = emit_execution_status_event


def forget_executions(*, kept: int = _KEPT_EXECUTIONS) -> None:
    """Forget the oldest executions that have ended, beyond so many in all.

    Args:
        kept: How many executions stay.
    """
    executions = stepfunctions._executions._data
    for key, execution in list(executions.items())[: max(0, len(executions) - kept)]:
        if execution["status"] != "RUNNING":
            executions.pop(key, None)


def _apply_execution(arn: str, value: dict[str, Any]) -> None:
    _, _, _, region, account, _ = arn.split(":", 5)
    known = stepfunctions._executions.get_scoped(account, region, arn)
    events = known["events"] if known and len(known["events"]) > len(value["events"]) else value["events"]
    stepfunctions._executions.set_scoped(account, region, arn, {**value, "events": events})


def fail_interrupted_executions(since: str) -> int:
    """End, as failed, the executions that were running when the server died.

    Args:
        since: When this server began to load, as ministack writes times.

    Returns:
        How many there were, those included that ministack ended while loading.
    """
    # An otherwise empty state adds nothing, and runs ministack's own rule for this.
    stepfunctions._restore_state({"executions": {}, "tags": {}})
    executions = stepfunctions._executions._data.values()
    return sum(
        execution.get("error") == "States.ServiceRestart" and execution["stopDate"] >= since
        for execution in executions
    )


def light_snapshots() -> None:
    """Copy tables for a snapshot without copying their items, which are replaced and never changed.

    The deep copy stopped the server for 165 ms at 5,000 items.
    """
    PatchGuard("light_snapshots").rewrite(
        dynamodb,
        "get_state",
        [
            (
                "copy.deepcopy(\n            {k: v for k, v in table.items() if k != _INDEX_MEMBERS})",
                "_retake_copy(\n            {k: v for k, v in table.items() if k != _INDEX_MEMBERS})",
            )
        ],
        _retake_copy=_copy_table,
    )


def _copy_table(table: dict[str, Any]) -> dict[str, Any]:
    return {**table, "items": {partition: dict(rows) for partition, rows in table["items"].items()}}
