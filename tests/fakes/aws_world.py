"""A world whose records are in DynamoDB: each call of its client is a chance to die."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from retake.adapters.aws.dynamodb_history import DynamoDbGenerationHistory
from retake.adapters.aws.dynamodb_jobs import DynamoDbJobRepository
from retake.adapters.aws.dynamodb_schedules import DynamoDbScheduleRepository
from retake.adapters.aws.dynamodb_sweeps import DynamoDbRecordInventory
from retake.adapters.aws.dynamodb_usage import DynamoDbUsageRepository
from retake.adapters.aws.dynamodb_user_events import DynamoDbUserEvents
from retake.adapters.aws.items import from_item
from retake.adapters.aws.table import DynamoDbTable
from retake.domain.records.jobs import Job
from retake.domain.records.ledger import Deletion
from retake.storage.creations import TableCreationRepository
from retake.storage.downloads import TableDownloadRepository
from retake.storage.projects import TableProjectRepository
from retake.storage.requests import TableGenerationTimes, TableIdempotencyStore, TableUploadRepository
from retake.storage.sweeps import TableSweepCursors
from retake.storage.templates import TableTemplateRepository
from tests.fakes.emulated_table import emulated_dynamodb
from tests.fakes.saboteur import Saboteur
from tests.fakes.world import World
from tests.moto_aws import TABLE, make_table

P = TypeVar("P")
R = TypeVar("R")


class AwsSaboteur(Saboteur):
    """Kills at calls of the table's client, and at calls of every other port as a whole."""

    def wrap(self, port: P) -> P:
        """Return a port that is called through, where its client is not."""
        kinds = type(port).__mro__
        if any(
            kind.__module__.startswith(("retake.adapters.aws.dynamodb", "retake.storage")) for kind in kinds
        ):
            return port
        return super().wrap(port)


class ScannedJobs(DynamoDbJobRepository):
    """Jobs in DynamoDB, with what tests ask of the whole table."""

    def all_jobs(self) -> list[Job]:
        return self._scan(Job)

    def all_deletions(self) -> list[Deletion]:
        return self._scan(Deletion)

    def _scan(self, kind: type[R]) -> list[R]:
        pages = self._client.get_paginator("scan").paginate(TableName=self._table)
        items = [item for page in pages for item in page["Items"]]
        wanted = {"S": kind.__name__}  # counters have no type
        return [from_item(kind, item) for item in items if item.get("record_type") == wanted]


@dataclass
class AwsWorld(World):
    """A ``World`` on a table of moto, which has to be active."""

    saboteur: Saboteur = field(default_factory=AwsSaboteur)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.client = self._mortal_table()
        parts: dict[str, Any] = self._records(self.client)
        for name, part in parts.items():
            setattr(self, name, part)
        self.workers = self.media_workers()

    def _mortal_table(self) -> Any:
        client = make_table(emulated_dynamodb())
        call = client._make_api_call
        client._make_api_call = lambda *arguments: self.saboteur.call(call, arguments, {})
        return client

    def _records(self, table: Any) -> dict[str, Any]:
        timed = {"clock": self.clock}
        items = DynamoDbTable(table, TABLE)
        return {
            "jobs": ScannedJobs(table, TABLE, **timed),
            "inventory": DynamoDbRecordInventory(table, TABLE),
            "usage": DynamoDbUsageRepository(table, TABLE, **timed),
            "history": DynamoDbGenerationHistory(table, TABLE),
            "uploads": TableUploadRepository(items, **timed),
            "creations": TableCreationRepository(items),
            "projects": TableProjectRepository(items),
            "templates": TableTemplateRepository(items),
            "downloads": TableDownloadRepository(items, **timed),
            "schedules": DynamoDbScheduleRepository(table, TABLE),
            "user_events": DynamoDbUserEvents(table, TABLE),
            "answers": TableIdempotencyStore(items, **timed),
            "times": TableGenerationTimes(items),
            "cursors": TableSweepCursors(items),
        }
