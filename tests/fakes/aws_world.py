"""A world whose records are in DynamoDB: each call of its client is a chance to die."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from retake.adapters.aws.table import DynamoDbTable
from tests.fakes.emulated_table import emulated_dynamodb
from tests.fakes.saboteur import Saboteur
from tests.fakes.world import World
from tests.moto_aws import TABLE, make_table

P = TypeVar("P")


class AwsSaboteur(Saboteur):
    """Kills at calls of the table's client, and at calls of every other port as a whole."""

    def wrap(self, port: P) -> P:
        """Return a port that is called through, where its client is not."""
        if any(kind.__module__.startswith("retake.storage") for kind in type(port).__mro__):
            return port
        return super().wrap(port)


@dataclass
class AwsWorld(World):
    """A ``World`` on an emulated table; a test that uses its bucket or its queues has moto active."""

    saboteur: Saboteur = field(default_factory=AwsSaboteur)

    def __post_init__(self) -> None:
        self.client: Any = make_table(emulated_dynamodb())
        call = self.client._make_api_call
        self.client._make_api_call = lambda *arguments: self.saboteur.call(call, arguments, {})
        self.table = DynamoDbTable(self.client, TABLE)  # type: ignore[assignment] # memory's has more
        super().__post_init__()
