"""Templates of prompts.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from typing import Protocol

from retake.domain.templates import Template
from retake.ports.pages import Page


class TemplateRepository(Protocol):
    """The templates of users; a user's names are unique, by ``name_key``."""

    def create_template(self, template: Template, *, most: int) -> Template:
        """Write it, or return the user's own that already has this id.

        Raises:
            ConflictError: If the user has another one of this name.
            TooManyKeptError: If the user has ``most`` already, also of requests at the same moment.
            ConcurrentUpdateError: If another one was created or deleted meanwhile.
        """
        ...

    def find_template(self, user_id: str, template_id: str) -> Template | None:
        """Return the user's template, or None."""
        ...

    def change_template(self, template: Template, *, read: Template) -> Template:
        """Write a template over the one that was read, its revision raised, and return it.

        Raises:
            ConcurrentUpdateError: If it changed since, or is gone.
            ConflictError: If the user has another one of the new name.
        """
        ...

    def delete_template(self, read: Template) -> None:
        """Remove it; removing none is no error.

        Raises:
            ConcurrentUpdateError: If it changed since it was read.
        """
        ...

    def list_templates(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Template]:
        """Return a user's templates, newest first. Raises ``InvalidRequestError`` for a bad cursor."""
        ...
