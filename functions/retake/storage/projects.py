"""Projects: each with a claim on its name, so that a user's names are unique."""

from contextlib import suppress
from dataclasses import replace

from retake.domain.errors import ConcurrentUpdateError, ConflictError
from retake.domain.templates import name_key
from retake.domain.videos import Project
from retake.ports.table import (
    BY_OWNER,
    NEW,
    ConditionFailedError,
    Delete,
    Key,
    Page,
    Put,
    Query,
    Table,
    Write,
    equal,
)
from retake.storage.items import find, from_item, to_item
from retake.storage.layout import PROJECTS, key_of, user_key
from retake.storage.names import claim, claim_key
from retake.storage.paging import read_all, read_page

NAMES = "PROJECTNAME#"


class ProjectRepository:
    """The projects of users.

    Projects that are older than claims have none: their names are claimed when they are changed. Until then
    they are found among the user's projects, which no request adds to any more.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def create_project(self, project: Project) -> Project:
        """Write it, or return the user's own that already has this id.

        Raises:
            ConflictError: If the user has another one of this name.
        """
        found = self.find_project(project.user_id, project.project_id)
        if found is not None:
            return found
        self._require_free(project)
        item = to_item(project, now=project.created_at)
        with suppress(ConditionFailedError):
            self._table.transact([Put(item, NEW), _claim(project, new=True)])
            return project
        found = self.find_project(project.user_id, project.project_id)
        if found is None:
            raise _taken(project.name)
        return found

    def find_project(self, user_id: str, project_id: str) -> Project | None:
        """Return the user's project, or None."""
        return find(self._table, Project, (user_key(user_id), f"{PROJECTS}{project_id}"))

    def rename_project(self, read: Project, name: str) -> Project:
        """Give a project another name.

        Raises:
            ConflictError: If the user has another one of this name.
            ConcurrentUpdateError: If it is not any more as it was read.
        """
        renamed = replace(read, name=name)
        self._require_free(renamed)
        writes: list[Write] = [Put(to_item(renamed, now=read.created_at), equal("name", read.name))]
        if _claim_key(renamed) != _claim_key(read):
            writes += [_claim(renamed), _release(read)]
        with suppress(ConditionFailedError):
            self._table.transact(writes)
            return renamed
        now = self.find_project(read.user_id, read.project_id)
        if now is not None and now.name == read.name:
            raise _taken(name)
        raise ConcurrentUpdateError(f"Project {read.project_id} changed meanwhile.")

    def delete_project(self, read: Project) -> None:
        """Remove a project; removing none is no error.

        Raises:
            ConcurrentUpdateError: If it is not any more as it was read.
        """
        with suppress(ConditionFailedError):
            self._table.transact([Delete(key_of(read), equal("name", read.name)), _release(read)])
            return
        if self.find_project(read.user_id, read.project_id) is not None:
            raise ConcurrentUpdateError(f"Project {read.project_id} changed meanwhile.")

    def list_projects(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Project]:
        """Return a user's projects, newest first. Raises ``InvalidRequestError`` for a bad cursor."""
        return read_page(self._table, Project, _of(user_id), limit=limit, cursor=cursor)

    def _require_free(self, project: Project) -> None:
        """Refuse the name of another project of the user, which may be too old to have claimed it."""
        name = name_key(project.name)
        for item in read_all(self._table, _of(project.user_id)):
            other = from_item(Project, item)
            if other.project_id == project.project_id or name_key(other.name) != name:
                continue
            # The index is late: it may have been renamed or deleted.
            now = self.find_project(project.user_id, other.project_id)
            if now is not None and name_key(now.name) == name:
                raise _taken(project.name)


def _of(user_id: str) -> Query:
    return Query(user_key(user_id), BY_OWNER, PROJECTS, newest_first=True)


def _taken(name: str) -> ConflictError:
    return ConflictError(f"You have a project {name!r} already; choose another name.")


def _claim_key(project: Project) -> Key:
    return claim_key(project.user_id, NAMES, project.name)


def _claim(project: Project, *, new: bool = False) -> Put:
    condition = NEW if new else equal("project_id", project.project_id, or_without="PK")
    return Put(claim(_claim_key(project), project_id=project.project_id), condition)


def _release(project: Project) -> Delete:
    """Release a name, unless another project has claimed it, which an older one can share it with."""
    return Delete(_claim_key(project), equal("project_id", project.project_id, or_without="PK"))
