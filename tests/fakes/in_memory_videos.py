"""Creations, projects and what users were told, in dictionaries."""

from collections.abc import Sequence
from datetime import datetime

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
        return self._stored.setdefault((project.user_id, project.project_id), project)

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

    def tell(self, user_id: str, draft: UserEventDraft, *, now: datetime) -> None:
        self._jobs.told.tell(user_id, [draft], now)
