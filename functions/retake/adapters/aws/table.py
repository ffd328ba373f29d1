"""The table in DynamoDB: plain items to its attribute values, conditions to its expressions.

References:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""

import random
import time
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from retake.adapters.aws.clients import error_code, is_conflict
from retake.domain.errors import StorageUnavailableError
from retake.ports.table import (
    PRIMARY,
    Condition,
    ConditionFailedError,
    Delete,
    Item,
    Key,
    Put,
    Query,
    Slice,
    Update,
    Write,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

BATCH_WRITE_ITEMS = 25
BATCH_GET_ITEMS = 100
BATCH_ROUNDS = 8
"""How often what a batch left undone is asked for again."""

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


class DynamoDbTable:
    """Implements ``Table``."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def get(self, key: Key, *, consistent: bool = True) -> Item | None:
        answer = self._client.get_item(TableName=self._table, Key=_raw_key(key), ConsistentRead=consistent)
        return from_wire(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[Key]) -> Sequence[Item]:
        raw = [_raw_key(key) for key in keys]
        return [
            from_wire(item)
            for start in range(0, len(raw), BATCH_GET_ITEMS)
            for item in self._batch_get(raw[start : start + BATCH_GET_ITEMS])
        ]

    def read(self, query: Query, *, limit: int | None = None, after: Item | None = None) -> Slice:
        arguments = _query_arguments(query) | _place(limit, after)
        return _slice(self._client.query(TableName=self._table, **arguments))

    def scan(self, *, limit: int, fields: tuple[str, ...] = (), after: Item | None = None) -> Slice:
        arguments = _projection(fields) | _place(limit, after)
        return _slice(self._client.scan(TableName=self._table, ConsistentRead=True, **arguments))

    def write(self, write: Write) -> None:
        kind, arguments = self._request(write)
        call = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}[kind]
        try:
            getattr(self._client, call)(**arguments)
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            raise ConditionFailedError from error

    def transact(self, writes: Sequence[Write]) -> None:
        requests: Any = [dict([self._request(write)]) for write in writes]
        try:
            self._client.transact_write_items(TransactItems=requests)
        except ClientError as error:
            if not is_conflict(error):
                raise
            raise ConditionFailedError from error

    def write_many(self, writes: Sequence[Put | Delete]) -> None:
        requests = [_batch_request(write) for write in writes]
        for start in range(0, len(requests), BATCH_WRITE_ITEMS):
            self._batch_write(requests[start : start + BATCH_WRITE_ITEMS])

    def _request(self, write: Write) -> tuple[str, dict[str, Any]]:
        """Return a write's kind and arguments: those of a call of its own, and of a transaction."""
        expression = _Expression()
        arguments: dict[str, Any]
        match write:
            case Put():
                kind, arguments = "Put", {"Item": to_wire(write.item)}
            case Delete():
                kind, arguments = "Delete", {"Key": _raw_key(write.key)}
            case Update():
                text = expression.update(write)
                kind, arguments = "Update", {"Key": _raw_key(write.key), "UpdateExpression": text}
        if write.condition is not None:
            arguments["ConditionExpression"] = expression.condition(write.condition)
        return kind, {"TableName": self._table, **arguments, **expression.arguments()}

    def _batch_get(self, keys: list[Item]) -> Iterator[Item]:
        pending: Any = {self._table: {"Keys": keys, "ConsistentRead": True}}
        for attempt in range(BATCH_ROUNDS):
            _pause(attempt)
            answer = self._client.batch_get_item(RequestItems=pending)
            yield from answer["Responses"].get(self._table, [])
            pending = answer.get("UnprocessedKeys", {})
            if not pending:
                return
        raise StorageUnavailableError("The table did not answer for all records.")

    def _batch_write(self, requests: list[dict[str, Any]]) -> None:
        pending: Any = {self._table: requests}
        for attempt in range(BATCH_ROUNDS):
            _pause(attempt)
            pending = self._client.batch_write_item(RequestItems=pending).get("UnprocessedItems", {})
            if not pending:
                return
        raise StorageUnavailableError("The table did not take all records.")


class _Expression:
    """Collects the names and values that an expression's text refers to."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def arguments(self) -> dict[str, Any]:
        names = {"ExpressionAttributeNames": self._names} if self._names else {}
        values = {"ExpressionAttributeValues": self._values} if self._values else {}
        return names | values

    def name(self, path: str) -> str:
        parts = path.split(".")
        self._names |= {f"#{part}": part for part in parts}
        return ".".join(f"#{part}" for part in parts)

    def value(self, value: str | int) -> str:
        name = f":v{len(self._values)}"
        self._values[name] = _serializer.serialize(value)
        return name

    def condition(self, condition: Condition) -> str:
        checks = " AND ".join(
            f"{self.name(check.name)} {check.comparison} {self.value(check.value)}"
            for check in condition.checks
        )
        if not condition.or_without:
            return checks
        absent = f"attribute_not_exists({self.name(condition.or_without)})"
        return f"{absent} OR ({checks})" if checks else absent

    def update(self, update: Update) -> str:
        clauses = {
            "ADD": [f"{self.name(name)} {self.value(number)}" for name, number in update.add.items()],
            "SET": [f"{self.name(name)} = {self.value(value)}" for name, value in update.assign.items()],
            "REMOVE": [self.name(name) for name in update.remove],
        }
        return " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses.items() if parts)


def _query_arguments(query: Query) -> dict[str, Any]:
    expression, index = _Expression(), query.index
    keys = [f"{index.partition} = {expression.value(query.partition)}"]
    if query.between is not None:
        first, last = map(expression.value, query.between)
        keys.append(f"{index.sort} BETWEEN {first} AND {last}")
    elif query.prefix:
        keys.append(f"begins_with({index.sort}, {expression.value(query.prefix)})")
    arguments: dict[str, Any] = {"KeyConditionExpression": " AND ".join(keys)}
    arguments |= {"ConsistentRead": True} if index == PRIMARY else {"IndexName": index.name}
    if query.newest_first:
        arguments["ScanIndexForward"] = False
    if query.where is not None:
        arguments["FilterExpression"] = expression.condition(query.where)
    return arguments | _projection(query.fields) | expression.arguments()


def _projection(fields: tuple[str, ...]) -> dict[str, Any]:
    return {"ProjectionExpression": ", ".join(fields)} if fields else {}


def _place(limit: int | None, after: Item | None) -> dict[str, Any]:
    limited: dict[str, Any] = {} if limit is None else {"Limit": limit}
    return limited if after is None else {**limited, "ExclusiveStartKey": to_wire(after)}


def _slice(answer: Any) -> Slice:  # noqa: ANN401 - of a query or a scan
    last = answer.get("LastEvaluatedKey")
    return Slice([from_wire(item) for item in answer["Items"]], None if last is None else from_wire(last))


def _batch_request(write: Put | Delete) -> dict[str, Any]:
    if isinstance(write, Put):
        return {"PutRequest": {"Item": to_wire(write.item)}}
    return {"DeleteRequest": {"Key": _raw_key(write.key)}}


def _raw_key(key: Key) -> Item:
    return {"PK": {"S": key[0]}, "SK": {"S": key[1]}}


def _pause(attempt: int) -> None:
    if attempt:
        time.sleep(random.uniform(0, min(2.0, 0.05 * 2**attempt)))  # noqa: S311 - jitter


def to_wire(item: Item) -> Item:
    """Return an item as the low-level client writes it, with a type beside each value."""
    return {name: _serializer.serialize(_exact(value)) for name, value in item.items()}


def from_wire(item: Item) -> Item:
    """Return the plain item of what the low-level client read."""
    return {name: _plain(_deserializer.deserialize(value)) for name, value in item.items()}


def _exact(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Keep numbers exact: DynamoDB's serializer takes no floats."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {name: _exact(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_exact(inner) for inner in value]
    return value


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return DynamoDB's decimals as the integers they were, wherever they are nested."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value
