"""What the emulator keeps of past work is bounded: each script runs in a fresh process with all patches."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.contract.test_local_cloud_patches import APPLY

_TABLE = """
from ministack.services import dynamodb

key = [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}]
names = [{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")]
dynamodb._create_table(
    {"TableName": "table", "KeySchema": key, "AttributeDefinitions": names, "BillingMode": "PAY_PER_REQUEST"}
)

def an_item(number, size=10):
    return {"PK": {"S": "p"}, "SK": {"S": f"{number:06}"}, "x": {"S": "x" * size}}
"""


def _said(data: Path, script: str) -> Any:
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", APPLY + script, str(data), ""],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_a_query_evaluates_its_condition_for_what_it_returns(tmp_path: Path) -> None:
    script = """
for number in range(500):
    dynamodb._put_item({"TableName": "table", "Item": an_item(number)})
evaluated, original = [], dynamodb._evaluate_condition
def counted(*arguments, **options):
    evaluated.append(arguments)
    return original(*arguments, **options)
dynamodb._evaluate_condition = counted
values = {":pk": {"S": "p"}, ":first": {"S": "000100"}, ":last": {"S": "000109"}}
status, _, body = dynamodb._query({
    "TableName": "table",
    "KeyConditionExpression": "PK = :pk AND SK BETWEEN :first AND :last",
    "ExpressionAttributeValues": values,
})
print(json.dumps([status, [item["SK"]["S"] for item in json.loads(body)["Items"]], len(evaluated)]))
"""
    assert _said(tmp_path, _TABLE + script) == [200, [f"{number:06}" for number in range(100, 110)], 10]


def test_a_transactions_token_is_known_by_a_digest(tmp_path: Path) -> None:
    script = """
def written(number):
    put = {"Put": {"TableName": "table", "Item": an_item(number, size=100_000)}}
    status, _, body = dynamodb._transact_write_items({"TransactItems": [put], "ClientRequestToken": "token"})
    return [status, json.loads(body).get("__type", "")]
answers = [written(1), written(1), written(2)]
kept = [dict(entry, completed_at=0) for entry in dynamodb._txn_idempotency._data.values()]
print(json.dumps([answers, len(kept), len(json.dumps(kept)) < 500]))
"""
    mismatch = [400, "IdempotentParameterMismatchException"]
    assert _said(tmp_path, _TABLE + script) == [[[200, ""], [200, ""], mismatch], 1, True]


def test_the_bus_keeps_its_last_events(tmp_path: Path) -> None:
    script = """
from ministack.services import eventbridge

for number in range(300):
    entry = {"Source": "test", "DetailType": "test", "Detail": json.dumps({"number": number})}
    eventbridge._put_events({"Entries": [entry]})
kept = eventbridge._events_log_list()
print(json.dumps([len(kept), json.loads(kept[-1]["Detail"])["number"]]))
"""
    assert _said(tmp_path, script) == [100, 299]


def test_the_oldest_executions_that_ended_are_forgotten(tmp_path: Path) -> None:
    script = """
from infra.local.recorders import forget_executions
from ministack.services import stepfunctions

for number in range(12):
    stepfunctions._executions[f"arn-{number}"] = {"status": "RUNNING" if number == 1 else "SUCCEEDED"}
forget_executions(kept=5)
print(json.dumps([name for _, _, name in stepfunctions._executions._data]))
"""
    assert _said(tmp_path, script) == [f"arn-{number}" for number in (1, *range(7, 12))]
