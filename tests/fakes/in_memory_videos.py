"""Creations, projects and what users were told, in dictionaries."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from retake.domain.errors import ConcurrentUpdateError, ConflictError
from retake.domain.templates import name_key
from retake.domain.user_events import UserEvent, UserEventDraft, UserFeed
from retake.domain.videos import Creation, Project
from retake.ports.pages import Page
from tests.fakes.in_memory_jobs import InMemoryJobRepository
from tests.fakes.in_memory_pages import page_of


class InMemoryCreations:
    """A ``CreationRepository`` for tests."""

    def __init__(self) -> None:
        self._stored: dict[str, Creation] = {}

    def create_creation(self, creation: Creation) -> Creation:
        return self._stored.setdefault(creation.creation_id, creation)

    def find_creation(self, creation_id: str) -> Creation | None:
        return self._stored.get(creation_id)


class InMemoryProjects:
    """A ``ProjectRepository`` for tests."""

    def __init__(self) -> None:
        self._stored: dict[tuple[str, str], Project] = {}

    def create_project(self, project: Project) -> Project:
        found = self.find_project(project.user_id, project.project_id)
        if found is not None:
            return found
        self._require_free(project, project.name)
        self._stored[project.user_id, project.project_id] = project
        return project

    def rename_project(self, read: Project, name: str) -> Project:
        self._require_free(read, name)
        self._require_unchanged(read)
        renamed = replace(read, name=name)
        self._stored[read.user_id, read.project_id] = renamed
        return renamed

    def delete_project(self, read: Project) -> None:
        if self.find_project(read.user_id, read.project_id) is not None:
            self._require_unchanged(read)
            del self._stored[read.user_id, read.project_id]

    def _require_free(self, project: Project, name: str) -> None:
        for other in self._stored.values():
            is_mine = other.user_id == project.user_id and other.project_id != project.project_id
            if is_mine and name_key(other.name) == name_key(name):
                raise ConflictError(f"You have a project {name!r} already; choose another name.")

    def _require_unchanged(self, read: Project) -> None:
        now = self.find_project(read.user_id, read.project_id)
        if now is None or now.name != read.name:
            raise ConcurrentUpdateError(f"Project {read.project_id} changed meanwhile.")

    def find_project(self, user_id: str, project_id: str) -> Project | None:
        return self._stored.get((user_id, project_id))

    def list_projects(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Project]:
        mine = [project for project in self._stored.values() if project.user_id == user_id]
        mine.sort(key=lambda project: (project.created_at, project.project_id), reverse=True)
        return page_of(mine, user_id, limit=limit, cursor=cursor)


class InMemoryUserEvents:
    """``UserEvents`` for tests: what the jobs' commits told."""

    def __init__(self, jobs: InMemoryJobRepository) -> None:
        self._jobs = jobs

    def get_feed(self, user_id: str) -> UserFeed:
        return self._jobs.told.feeds.get(user_id, UserFeed(user_id))

    def list_user_events(self, user_id: str, *, after: int, limit: int) -> Sequence[UserEvent]:
        mine = [event for event in self._jobs.told.events if event.user_id == user_id]
        return [event for event in mine if event.seq > after][:limit]

    def append(self, user_id: str, draft: UserEventDraft, *, now: datetime) -> None:
        self._jobs.told.append(user_id, [draft], now)
