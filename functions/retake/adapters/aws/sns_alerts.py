"""Alerts over SNS: a sentence for people, and its figures as attributes for filters and programs."""

from decimal import Decimal
from typing import Protocol

from retake.domain.spending import MonthSpent
from retake.domain.usage import UserStorage, is_used_up, readable_bytes


class Publisher(Protocol):
    """The part of boto3's SNS client that is used; its stubs are not installed."""

    def publish(
        self,
        *,
        TopicArn: str,  # noqa: N803 - boto3's names
        Subject: str,  # noqa: N803
        Message: str,  # noqa: N803
        MessageAttributes: dict[str, dict[str, str]],  # noqa: N803
    ) -> object:
        """Publish a message to a topic."""
        ...


class SnsAlerts:
    """Implements ``Alerts``."""

    def __init__(self, client: Publisher, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def budget_crossed(self, storage: UserStorage, *, percent: int, budget_bytes: int) -> None:
        used_bytes = storage.stored.total
        refused = (
            " New uploads, jobs and generations are refused." if is_used_up(used_bytes, budget_bytes) else ""
        )
        self._client.publish(
            TopicArn=self._topic_arn,
            Subject=f"Retake: {percent} % of a storage budget reached",
            Message=f"User {storage.user_id} stores {readable_bytes(used_bytes)} and has reached {percent} % "
            f"of a budget of {readable_bytes(budget_bytes)}.{refused} Nothing is deleted for it.",
            MessageAttributes={
                "kind": {"DataType": "String", "StringValue": "storage-budget"},
                "user_id": {"DataType": "String", "StringValue": storage.user_id},
                "percent": {"DataType": "Number", "StringValue": str(percent)},
                "used_bytes": {"DataType": "Number", "StringValue": str(used_bytes)},
                "budget_bytes": {"DataType": "Number", "StringValue": str(budget_bytes)},
            },
        )

    def spend_limit_crossed(self, user_id: str, account: MonthSpent, *, percent: int, limit: Decimal) -> None:
        committed = account.spent.committed
        refused = " What costs more is refused." if committed >= limit else ""
        self._client.publish(
            TopicArn=self._topic_arn,
            Subject=f"Retake: {percent} % of a spend limit reached",
            Message=f"User {user_id} has spent ${account.spent.charged} in {account.month}, "
            f"${account.spent.reserved} is reserved, and {percent} % of a limit of ${limit} is "
            f"reached.{refused}",
            MessageAttributes={
                "kind": {"DataType": "String", "StringValue": "spend-limit"},
                "user_id": {"DataType": "String", "StringValue": user_id},
                "percent": {"DataType": "Number", "StringValue": str(percent)},
                "committed": {"DataType": "Number", "StringValue": str(committed)},
                "limit": {"DataType": "Number", "StringValue": str(limit)},
            },
        )
