"""Records of videos that are made from words, and the events of users.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from retake.domain.user_events import UserEvent, UserEventDraft, UserFeed
from retake.domain.videos import Creation, Project
from retake.ports.pages import Page


class CreationRepository(Protocol):
    """What people asked videos for; written once, never changed."""

    def create_creation(self, creation: Creation) -> Creation:
        """Write it, or return the one that already has this id."""
        ...

    def find_creation(self, creation_id: str) -> Creation | None:
        """Return it, or None."""
        ...


class ProjectRepository(Protocol):
    """The projects of users."""

    def create_project(self, project: Project) -> Project:
        """Write it, or return the user's own that already has this id.

        Raises:
            ConflictError: If the user has another one of this name.
        """
        ...

    def rename_project(self, read: Project, name: str) -> Project:
        """Give a project another name.

        Raises:
            ConflictError: If the user has another one of this name.
            ConcurrentUpdateError: If it is not any more as it was read.
        """
        ...

    def delete_project(self, read: Project) -> None:
        """Remove a project; removing none is no error.

        Raises:
            ConcurrentUpdateError: If it is not any more as it was read.
        """
        ...

    def find_project(self, user_id: str, project_id: str) -> Project | None:
        """Return the user's project, or None."""
        ...

    def list_projects(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Project]:
        """Return a user's projects, newest first. Raises ``InvalidRequestError`` for a bad cursor."""
        ...


class UserEvents(Protocol):
    """Events of users: those of videos are written by ``JobRepository.commit``, the rest by ``append``."""

    def get_feed(self, user_id: str) -> UserFeed:
        """Return how far the user's stream is; a new feed for an unknown user."""
        ...

    def list_user_events(self, user_id: str, *, after: int, limit: int) -> Sequence[UserEvent]:
        """Return events with a number above ``after``, in order."""
        ...

    def append(self, user_id: str, draft: UserEventDraft, *, now: datetime) -> None:
        """Write an event that no job's commit writes.

        Raises:
            ConcurrentUpdateError: If every attempt met another writer.
        """
        ...
