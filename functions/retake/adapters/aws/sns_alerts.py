"""Alerts over SNS: a sentence for people, and its figures as attributes for filters and programs."""

from typing import Protocol

from retake.domain.usage import UserStorage, is_used_up, readable_bytes


class Publisher(Protocol):
    """What is used of boto3's SNS client, whose stubs are not installed."""

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
        """Announce that a user reached ``percent`` of the budget."""
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
