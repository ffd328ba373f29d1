"""Templates: each with a claim on its name, so that a user's names are unique."""

from contextlib import suppress
from dataclasses import replace

from retake.domain.errors import ConcurrentUpdateError, ConflictError
from retake.domain.kept import KeptIds, KeptKind
from retake.domain.templates import Template
from retake.ports.table import (
    BY_OWNER,
    NEW,
    ConditionFailedError,
    Delete,
    Item,
    Key,
    Page,
    Put,
    Query,
    Table,
    Write,
    unchanged,
)
from retake.storage.items import find, to_item
from retake.storage.kept import kept_write, read_kept
from retake.storage.layout import TEMPLATES, key_of, user_key
from retake.storage.names import claim, claim_key
from retake.storage.paging import read_all, read_page

NAMES = "TEMPLATENAME#"


class TemplateRepository:
    """The templates of users; a user's names are unique, by ``name_key``."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create_template(self, template: Template, *, most: int) -> Template:
        """Write it, or return the user's own that already has this id.

        Raises:
            ConflictError: If the user has another one of this name.
            TooManyKeptError: If the user has ``most`` already, also of requests at the same moment.
            ConcurrentUpdateError: If another one was created or deleted meanwhile.
        """
        found = self.find_template(template.user_id, template.template_id)
        if found is not None:
            return found
        read = self._read_kept(template.user_id)
        kept = read.with_id(template.template_id, most=most)
        with suppress(ConditionFailedError):
            self._table.transact(
                [
                    Put(_item(template), NEW),
                    Put(_claim(template), NEW),
                    kept_write(kept, read=read, now=template.changed_at),
                ]
            )
            return template
        found = self.find_template(template.user_id, template.template_id)
        if found is None:
            raise self._why_not(template)
        return found

    def find_template(self, user_id: str, template_id: str) -> Template | None:
        """Return the user's template, or None."""
        return find(self._table, Template, (user_key(user_id), f"{TEMPLATES}{template_id}"))

    def change_template(self, template: Template, *, read: Template) -> Template:
        """Write a template over the one that was read, its revision raised, and return it.

        Raises:
            ConcurrentUpdateError: If it changed since, or is gone.
            ConflictError: If the user has another one of the new name.
        """
        changed = replace(template, revision=read.revision + 1)
        writes: list[Write] = [Put(_item(changed), unchanged(read.revision))]
        if _claim_key(changed) != _claim_key(read):
            writes += [Put(_claim(changed), NEW), Delete(_claim_key(read))]
        with suppress(ConditionFailedError):
            self._table.transact(writes)
            return changed
        raise self._why_not(changed)

    def delete_template(self, read: Template) -> None:
        """Remove it; removing none is no error.

        Raises:
            ConcurrentUpdateError: If it changed since it was read.
        """
        before = self._read_kept(read.user_id)
        kept = before.without_id(read.template_id)
        with suppress(ConditionFailedError):
            self._table.transact(
                [
                    Delete(key_of(read), unchanged(read.revision)),
                    Delete(_claim_key(read)),
                    kept_write(kept, read=before, now=read.changed_at),
                ]
            )
            return
        if self.find_template(read.user_id, read.template_id) is not None:
            raise ConcurrentUpdateError(f"Template {read.template_id} changed meanwhile.")

    def list_templates(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Template]:
        """Return a user's templates, newest first. Raises ``InvalidRequestError`` for a bad cursor."""
        query = Query(user_key(user_id), BY_OWNER, TEMPLATES, newest_first=True)
        return read_page(self._table, Template, query, limit=limit, cursor=cursor)

    def _read_kept(self, user_id: str) -> KeptIds:
        return read_kept(self._table, user_id, KeptKind.TEMPLATES, list_ids=lambda: self._list_ids(user_id))

    def _list_ids(self, user_id: str) -> list[str]:
        items = read_all(self._table, Query(user_key(user_id), prefix=TEMPLATES))
        return [item["SK"].removeprefix(TEMPLATES) for item in items]

    def _why_not(self, template: Template) -> ConflictError | ConcurrentUpdateError:
        """Say why a template was not written: its name is another one's, or another request was faster."""
        found = self._table.get(_claim_key(template)) or {}
        if found.get("template_id") in {None, template.template_id}:
            return ConcurrentUpdateError(f"Template {template.template_id} changed meanwhile.")
        return ConflictError(
            f"You have a template {template.words.name!r} already; change it, or choose another name."
        )


def _item(template: Template) -> Item:
    return to_item(template, now=template.changed_at)


def _claim_key(template: Template) -> Key:
    return claim_key(template.user_id, NAMES, template.words.name)


def _claim(template: Template) -> Item:
    return claim(_claim_key(template), template_id=template.template_id)
