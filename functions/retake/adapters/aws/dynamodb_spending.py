"""What users spend, in DynamoDB: a record a month, added to by the transactions of their jobs' commits."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from retake.adapters.aws.items import Item, raw_key, user_key
from retake.domain.changes import FinalChange
from retake.domain.spending import NOTHING_SPENT, MonthChange, MonthSpent, Spent, dollars_of, units_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

SPENT = "SPENT#"


def spending_writes(table_name: str, final: FinalChange) -> list[dict[str, Any]]:
    """Return what a commit's transaction writes besides: the months of the user that it changes.

    Where it sets money aside under a limit, it is cancelled if others took what was left meanwhile, as
    when the job itself was changed.
    """
    return [{"Update": _update(table_name, final.job.user_id, change)} for change in final.months]


def _update(table_name: str, user_id: str, change: MonthChange) -> dict[str, Any]:
    counts = {
        "units": units_of(change.added.cost),
        "takes": change.added.takes,
        "reserved": units_of(change.added.reserved),
        # Kept as a sum besides: a condition cannot add.
        "committed": units_of(change.added.committed),
    }
    values = {f":{name}": {"N": str(count)} for name, count in counts.items()}
    update: dict[str, Any] = {
        "TableName": table_name,
        "Key": raw_key(user_key(user_id), f"{SPENT}{change.month}"),
        "UpdateExpression": f"ADD {', '.join(f'{name} :{name}' for name in counts)}",
        "ExpressionAttributeValues": values,
    }
    if change.most is not None:
        update["ConditionExpression"] = "attribute_not_exists(committed) OR committed <= :most"
        values[":most"] = {"N": str(units_of(change.most))}
    return update


def read_month(client: "DynamoDBClient", table_name: str, user_id: str, month: str) -> MonthSpent:
    """Return what a user spends in a month."""
    found = _read(client, table_name, user_id, f"{SPENT}{month}", f"{SPENT}{month}#~")
    return found.get(month, MonthSpent(month, NOTHING_SPENT))


def read_months(
    client: "DynamoDBClient", table_name: str, user_id: str, *, since: str
) -> Sequence[MonthSpent]:
    """Return a user's months from ``since`` on in which there is something, newest first."""
    found = _read(client, table_name, user_id, f"{SPENT}{since}", f"{SPENT}~")
    months = [found[month] for month in sorted(found, reverse=True)]
    return [month for month in months if month.spent != NOTHING_SPENT]


def _read(
    client: "DynamoDBClient", table_name: str, user_id: str, first: str, last: str
) -> Mapping[str, MonthSpent]:
    pages = client.get_paginator("query").paginate(
        TableName=table_name,
        KeyConditionExpression="PK = :pk AND SK BETWEEN :first AND :last",
        ExpressionAttributeValues={
            ":pk": {"S": user_key(user_id)},
            ":first": {"S": first},
            ":last": {"S": last},
        },
        ConsistentRead=True,
    )
    months: dict[str, MonthSpent] = {}
    for page in pages:
        for item in page["Items"]:
            month = item["SK"]["S"].split("#")[1]
            months[month] = _together(months.get(month, MonthSpent(month, NOTHING_SPENT)), item)
    return months


def _together(before: MonthSpent, item: Item) -> MonthSpent:
    """Add a record to its month: the month's own, or a part by a release that reserved nothing."""
    cost, takes = dollars_of(_number(item, "units")), _number(item, "takes")
    if "committed" not in item:
        added = Spent(cost=cost, takes=takes, charged=cost)
        return MonthSpent(before.month, before.spent + added, before.guarded)
    committed, reserved = dollars_of(_number(item, "committed")), dollars_of(_number(item, "reserved"))
    added = Spent(cost=cost, takes=takes, charged=committed - reserved, reserved=reserved)
    return MonthSpent(before.month, before.spent + added, before.guarded + committed)


def _number(item: Item, name: str) -> int:
    return int(item.get(name, {"N": "0"})["N"])
