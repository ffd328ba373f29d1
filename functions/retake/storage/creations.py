"""Requests for videos that are made together."""

from contextlib import suppress

from retake.domain.videos import Creation
from retake.ports.table import NEW, ConditionFailedError, Put, Table
from retake.storage.items import find, to_item


class CreationRepository:
    """Requests for videos that are made together; written once, never changed."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create_creation(self, creation: Creation) -> Creation:
        """Write the request, or return the one that already has this id."""
        with suppress(ConditionFailedError):
            self._table.write(Put(to_item(creation, now=creation.created_at), NEW))
            return creation
        return self.find_creation(creation.creation_id) or creation

    def find_creation(self, creation_id: str) -> Creation | None:
        """Return the request, or None."""
        return find(self._table, Creation, (f"CREATION#{creation_id}", "CREATION"))
